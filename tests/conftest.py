"""What every test may use: a database of its own, an empty Redis, and no way out to the internet.

`DATABASE_URL` and `REDIS_URL` are used where set; else each test process starts one embedded server of each.
Nothing in a given server is touched but databases made here and a Redis database that was empty.
"""

import gc
import ipaddress
import shutil
import sys
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from redis import Redis
from sqlalchemy import Engine, make_url

from bot.demo import embedded
from tests.databases import Databases, cloned, empty

if TYPE_CHECKING:
    from tests.admin.desk import Desk

settings.register_profile("untimed", settings(), deadline=None)  # a busy machine is no reason to fail
settings.load_profile("untimed")

CHROMIUM = shutil.which("chromium")
LONGEST = ("tests/stories", "tests/chaos", "tests/stateful", "tests/browser", "tests/channels")
"""Where the files are that take longest, the longest first."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """All that is collected stays to the end: to look through it for garbage, over and over, took seconds."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files go first, the rest in the order of the folders: two processes share the tests by file, and
    whichever was given the stories last would have the other wait for it at the end."""

    def place(item: pytest.Item) -> int:
        return next((rank for rank, each in enumerate(LONGEST) if item.nodeid.startswith(each)), len(LONGEST))

    items.sort(key=place)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated, empty database for this test alone."""
    with databases.lent() as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(databases: Databases, lasting_database_url: str) -> Iterator[str]:
    """A migrated, empty database for the tests of one file, which roll back or do not mind each other."""
    yield lasting_database_url
    if not databases.unchanged(lasting_database_url):
        raise RuntimeError("A test changed the schema of its file's database: let it use `database_url`.")
    empty(lasting_database_url)


@pytest.fixture(scope="session")
def lasting_database_url(databases: Databases) -> Iterator[str]:
    """The database of `module_database_url`: the same for all files, emptied between them."""
    with databases.lent() as url:
        yield url


@pytest.fixture(scope="session")
def databases(postgres_url: str, template: str) -> Iterator[Databases]:
    made = Databases(postgres_url, template)
    yield made
    made.drop_all()


@pytest.fixture
def desk(first_desk: "Desk") -> "Desk":
    """A clinic of this test's own. Several share a database: no clinic sees another's rows anyway."""
    return _moved_in(first_desk)


@pytest.fixture(scope="module")
def first_desk(application: "Desk", module_database_url: str) -> "Desk":
    """A clinic of one file's own, with the application on it, and a clock that stands still."""
    return _moved_in(application)


@pytest.fixture(scope="session")
def application(lasting_database_url: str, redis_server_url: str) -> Iterator["Desk"]:
    """The application, made once: its routes, pages and statements take longer to compile than most tests."""
    from tests.admin.desk import open_desk  # here: a test without it need not load it

    with open_desk(lasting_database_url, redis_server_url) as desk:
        yield desk


def _moved_in(desk: "Desk") -> "Desk":
    from tests import factories

    with desk.store.unscoped() as session:
        return replace(desk, clinic=factories.clinic(session, desk.clinic.created_at))


@pytest.fixture(scope="module")
def engine(lasting_engine: Engine, module_database_url: str) -> Engine:
    """An engine on a migrated, empty database for the tests of one file."""
    return lasting_engine


@pytest.fixture(scope="session")
def lasting_engine(lasting_database_url: str) -> Iterator[Engine]:
    """Made once: what it has compiled of statements is of use to all."""
    from storage.transaction import make_engine  # here: as above

    engine = make_engine(lasting_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """A Redis with nothing in it."""
    with Redis.from_url(redis_server_url) as client:
        client.flushdb()
    return redis_server_url


@pytest.fixture(scope="session")
def template(postgres_url: str) -> Iterator[str]:
    """The name of a database that is migrated once and copied from then on."""
    from storage.migrations import upgrade  # here: a test without a database need not load the tables

    with cloned(postgres_url, "template0") as url:
        upgrade(url)
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database server; the database named is not for use, only for making others."""
    with embedded.postgres(tmp_path_factory.mktemp("postgres"), fsync=False) as url:
        yield url


@pytest.fixture(scope="session")
def redis_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded.valkey(tmp_path_factory.mktemp("valkey")) as url:
        with Redis.from_url(url) as client:
            if client.dbsize():
                pytest.exit(
                    f"REDIS_URL holds {client.dbsize()} keys; tests empty it, so name an unused database."
                )
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; tests that want it are skipped where it is not installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install -y --no-install-recommends chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """Python tells us of each connection before it is made; one that leaves the machine is refused."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_local(str(address[0])):
        raise RuntimeError(f"a test tried to reach {address[0]}: tests stay on this machine")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


sys.addaudithook(_stay_on_this_machine)
