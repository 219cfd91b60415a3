"""A real browser at a real `standby web`. Skipped where no Chromium is found."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from redis import Redis

from bot.demo.checks import free_port
from bot.demo.probes import answers_http
from bot.queue import RedisWaker, live_channel
from rules.permissions import Role
from storage.tables import Clinic, Staff
from storage.transaction import Links, Store, Tx, make_engine
from tests import factories
from tests.processes import PATIENCE, comes_true, running

T = TypeVar("T")

PICTURES = os.environ.get("STANDBY_PICTURES")
"""A folder: pictures for people to look at go there."""

expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Site:
    """The running pages, and a clinic of this test's own with Sam at its front desk."""

    address: str
    store: Store
    clinic: Clinic
    sam: Staff
    redis: Redis

    def listeners(self) -> int:
        """How many screens of the clinic hear of changes."""
        return int(self.redis.pubsub_numsub(live_channel(self.clinic.id))[0][1])

    def do(self, work: Callable[[Tx], T]) -> T:
        """Do something in the clinic, as another process would: its screens are told."""
        return self.store.run(self.clinic.id, work)


@dataclass
class Visitor:
    """Sam's browser. `complaints` is what the browser had to say about the pages."""

    page: Page
    site: Site
    complaints: list[str]

    def sign_in(self, path: str = "/today") -> None:
        """By keyboard alone, on the way to a page."""
        self.page.goto(self.site.address + path)
        expect(self.page.get_by_label("Email")).to_be_focused()
        self.page.keyboard.type(self.site.sam.email)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(factories.PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_text("Sam Rivera")).to_be_visible()
        self.runs_scripts()

    def runs_scripts(self) -> None:
        """Wait until the page just come to runs its scripts: it is seen, and can be typed into, before."""
        self.page.wait_for_load_state()

    def listens(self) -> None:
        """Wait until this page, the first one opened, hears of changes."""
        assert comes_true(lambda: self.site.listeners() > 0)


def picture(visitor: Visitor, name: str) -> None:
    if PICTURES:
        scheme = visitor.page.evaluate(
            "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"
        )
        visitor.page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png", full_page=True)


@pytest.fixture
def sam(site: Site, browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context()
    yield visit(site, context)
    context.close()


@pytest.fixture
def sam_without_scripts(site: Site, browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context(java_script_enabled=False)
    yield visit(site, context)
    context.close()


def visit(site: Site, context: BrowserContext) -> Visitor:
    context.set_default_timeout(PATIENCE * 1000)
    page, complaints = context.new_page(), list[str]()
    page.on(
        "console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return Visitor(page, site, complaints)


@pytest.fixture
def site(served: tuple[str, Store, Redis]) -> Site:
    address, store, redis = served
    with store.unscoped() as session:
        clinic = factories.clinic(session, store.clock())
    sam = store.run(clinic.id, lambda tx: factories.staff(tx, Role.FRONT_DESK, name="Sam Rivera"))
    return Site(address, store, clinic, sam, redis)


@pytest.fixture(scope="module")
def served(module_database_url: str, redis_server_url: str) -> Iterator[tuple[str, Store, Redis]]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        "DATABASE_URL": module_database_url,
        "REDIS_URL": redis_server_url,
        "PUBLIC_URL": address,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t0ken",
        "STANDBY_SECRET_KEY": "k" * 32,
        "STANDBY_SECURE_COOKIES": "false",
        "STANDBY_WEB_PORT": str(port),
    }
    redis = Redis.from_url(redis_server_url)
    store = Store(
        make_engine(module_database_url),
        clock=lambda: datetime.now(UTC),
        waker=RedisWaker(redis),
        links=Links(address, "k" * 32),
    )
    with running(sys.executable, "-m", "cli", "web", **environment) as process:
        assert comes_true(lambda: answers_http(f"{address}/healthz")(process.pid))
        yield address, store, redis
    store.engine.dispose()
    redis.close()
