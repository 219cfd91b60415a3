"""The embedded PostgreSQL: as any user, on any path, gone when we are, whole after any kill."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.demo import embedded, postgres
from bot.processes import Process, ProcessFailed
from tests.processes import is_running, line, python, running

SERVE = """
import sys, time
from pathlib import Path
from bot.demo import embedded
with embedded.running_postgres(Path(sys.argv[1])) as process:
    print(process.pid, flush=True)
    time.sleep(600)
"""


@contextmanager
def connected(url: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def answer(url: str, query: str) -> object:
    with connected(url) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a running server, for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("server")
    with embedded.running_postgres(folder, fsync=False):
        yield folder


def test_it_is_started_where_no_database_url_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with embedded.postgres(tmp_path, fsync=False) as url:
        assert answer(url, "SELECT current_database()::text") == "standby"


def test_a_given_database_url_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://elsewhere/db")
    with embedded.postgres(tmp_path) as url:
        assert url == "postgresql+psycopg://elsewhere/db"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) = 1 FROM pg_available_extensions WHERE name = 'btree_gist'",
        "SELECT current_setting('timezone') = 'UTC'",
        "SELECT '2026-03-08 12:30 America/New_York'::timestamptz = '2026-03-08 16:30Z'::timestamptz",
        "SELECT current_setting('listen_addresses') = ''",
        "SELECT lower('ÉÑ') = 'éñ'",
    ],
    ids=["btree_gist", "speaks UTC", "knows time zones", "is not on the network", "knows letters"],
)
def test_it_has_what_the_schema_needs(server: Path, query: str) -> None:
    assert answer(embedded.postgres_url(server), query) is True


def test_only_its_owner_can_enter_the_socket_folder(server: Path) -> None:
    assert (server / "run").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE t (x text UNIQUE); INSERT INTO t VALUES ('Maria'), ('Maria')", "SELECT 'Maria'::uuid"],
)
def test_its_log_holds_no_statement_and_no_value(server: Path, statement: str) -> None:
    with pytest.raises(psycopg.Error, match=r"Maria|unique"):
        answer(embedded.postgres_url(server), statement)
    assert "Maria" not in (server / "postgres.log").read_text()


def test_a_second_server_on_the_same_folder_is_refused(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "GONE_WITHIN", 0.1)
    with pytest.raises(ProcessFailed, match="already running"):
        Process(postgres.program(server), log=server / "second.log").start()


def test_what_was_committed_is_there_after_kill_9_and_a_new_start(tmp_path: Path) -> None:
    with embedded.running_postgres(tmp_path) as process:
        url = embedded.postgres_url(tmp_path)
        with connected(url) as held:
            held.execute("CREATE TABLE kept (id int)")
            process.kill()
        process.start()
        process.wait_until_ready()
        assert answer(url, "SELECT count(*) FROM kept") == 0


def test_a_killed_parent_takes_it_along_and_a_new_one_can_start_at_once(tmp_path: Path) -> None:
    with running(*python(SERVE, tmp_path)) as parent:
        server = int(line(parent))
        parent.kill()
        with embedded.running_postgres(tmp_path):
            assert not is_running(server)
    assert "received fast shutdown request" in (tmp_path / "postgres.log").read_text()


def test_a_pid_file_left_behind_does_not_stop_it(tmp_path: Path) -> None:
    with embedded.running_postgres(tmp_path, fsync=False):
        pass
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{tmp_path / 'data'}\n")
    with embedded.running_postgres(tmp_path, fsync=False) as process:
        assert process.alive


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with embedded.running_postgres(deep, fsync=False):
        assert answer(embedded.postgres_url(deep), "SELECT 1") == 1
    postgres.remove(deep)
    assert not (deep / "data").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root cannot run PostgreSQL itself")
def test_root_without_user_namespaces_runs_it_as_nobody(tmp_path: Path) -> None:
    place = postgres.nobodys_place(tmp_path)
    process = Process(postgres.program_at(place, fsync=False), log=tmp_path / "postgres.log")
    process.start()
    process.wait_until_ready()
    try:
        assert place.data.stat().st_uid == postgres.NOBODY
    finally:
        process.stop()
        shutil.rmtree(place.home)
