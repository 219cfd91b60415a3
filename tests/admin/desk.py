"""The staff pages as tests use them: the application on a database, and somebody signed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bot.app import create_app
from bot.services import build
from rules.permissions import Role
from storage.tables import AuditEvent, Base, Clinic, Staff
from storage.transaction import Store, Tx
from tests import factories
from tests.system import settings_for

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""Tuesday, 10:00am at the clinic."""


@dataclass
class Desk:
    app: Flask
    store: Store
    clinic: Clinic

    def do(self, work: Callable[[Tx], T], *, at: Clinic | None = None) -> T:
        """Do something in the clinic (or in another one)."""
        return self.store.run((at or self.clinic).id, work)

    def sign_in(self, staff: Staff) -> FlaskClient:
        """A browser in which somebody is signed in already."""
        browser = self.app.test_client()
        with browser.session_transaction() as session:
            session["staff"], session["epoch"] = staff.id, staff.session_epoch
            session.permanent = True
        return browser

    def staff(self, role: Role = Role.FRONT_DESK, name: str = "Sam Rivera") -> Staff:
        return self.do(lambda tx: factories.staff(tx, role, name=name))

    def browser(self, role: Role = Role.FRONT_DESK) -> FlaskClient:
        return self.sign_in(self.staff(role))

    def get(self, table: type[Row], row_id: UUID) -> Row:
        """A row as it is now."""
        return self.do(lambda tx: tx.session.get_one(table, row_id))

    def audited(self) -> list[str]:
        """What the audit log says was done, in order."""
        return self.do(lambda tx: list(tx.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id))))


@contextmanager
def open_desk(
    database_url: str, redis_url: str, clock: Callable[[], datetime] = lambda: NOW
) -> Iterator[Desk]:
    """The application on a database with one clinic. Forms need no CSRF token, except where tests ask."""
    settings = settings_for(
        database_url,
        redis_url,
        public_url="http://127.0.0.1:8000",
        carrier_url="http://127.0.0.1:1",
        nlu_url="http://127.0.0.1:1",
    )
    services = build(settings, clock=clock)
    app = create_app(services)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    with services.store.unscoped() as session:
        clinic = factories.clinic(session, NOW)
    yield Desk(app, services.store, clinic)
    services.store.engine.dispose()
    services.redis.close()
