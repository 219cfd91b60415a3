"""A clinic with a practice system that can sign, on a real database and queue, and a clock the test moves."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from bot import due, signatures
from bot.app import create_app
from bot.services import Services, build
from clinic.audit import SYSTEM
from clinic.feed import feeds
from rules.states import ACTIVE_APPOINTMENT, LIVE_OPENING, TaskState
from storage.queries import due as due_rows
from storage.tables import Appointment, Feed, FeedEvent, Opening, Provider, Task
from storage.transaction import Tx
from tests import factories
from tests.databases import empty
from tests.system import MovingClock, settings_for

T = TypeVar("T")

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)  # a Monday, 10:00 in New York
NOWHERE = "http://127.0.0.1:1"
TUESDAY = "2026-12-01T15:00"  # the clinic's own time


@dataclass
class Practice:
    """A practice system and the clinic it tells. `say` posts a signed event and has it taken in at once."""

    app: Flask
    services: Services
    clock: MovingClock
    clinic_id: UUID
    feed: Feed
    numbers: Iterator[int] = field(default_factory=count)

    def say(self, kind: str, *, event_id: str | None = None, at: datetime | None = None, **part: Any) -> None:
        assert self.post(self.event(kind, event_id=event_id, at=at, **part)).status_code == 200
        self.work()

    def event(
        self, kind: str, *, event_id: str | None = None, at: datetime | None = None, **part: Any
    ) -> dict[str, Any]:
        about = "availability" if kind == "availability.changed" else "visit"
        made = {"event_id": event_id or f"e{next(self.numbers)}", "type": kind, about: part}
        return made | ({"at": at.isoformat()} if at else {})

    def books(self, visit: str = "v1", patient: str = "maria", start: str = TUESDAY, **more: Any) -> None:
        which = {
            "patient": patient,
            "provider": more.pop("provider", "lee"),
            "type": more.pop("type", "check"),
        }
        at, event_id = more.pop("at", None), more.pop("event_id", None)
        self.say("visit.booked", event_id=event_id, at=at, external_id=visit, start=start, **which, **more)

    def cancels(self, visit: str = "v1", **more: Any) -> None:
        self.say("visit.cancelled", external_id=visit, **more)

    def post(self, event: Any, *, signature: str | None = None, slug: str | None = None) -> TestResponse:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        signed = signature if signature is not None else signatures.sign(self.feed.secret, body, self.clock())
        return self.app.test_client().post(
            f"/webhooks/schedule/{slug or self.feed.slug}", data=body, headers={signatures.HEADER: signed}
        )

    def work(self) -> None:
        """Do what is due, events of feeds and openings alike, until nothing is."""
        while ids := self._due():
            for due_id in ids:
                due.do(self.services, due_id)

    def _due(self) -> list[UUID]:
        now = self.clock()
        with self.services.store.unscoped() as session:
            return due_rows.waiting(session, now, now)

    def later(self, by: timedelta) -> None:
        self.clock.forward(by)
        self.work()

    def run(self, work: Callable[[Tx], T]) -> T:
        return self.services.store.run(self.clinic_id, work)

    def all_of(self, table: type[T]) -> list[T]:
        return self.run(lambda tx: list(tx.session.scalars(select(table).order_by(table.id))))  # type: ignore[attr-defined]

    def visit(self, external_id: str = "v1") -> Appointment:
        return self.run(
            lambda tx: tx.session.scalars(select(Appointment).filter_by(external_id=external_id)).one()
        )

    def visits(self) -> list[tuple[str | None, str, str]]:
        """Visits that occupy their time: id over there, start on the clinic's wall, state."""
        found = [each for each in self.all_of(Appointment) if each.state in ACTIVE_APPOINTMENT]
        return sorted((each.external_id or "", wall(each.starts_at), str(each.state)) for each in found)

    def openings(self) -> list[tuple[str, str]]:
        """What is free: from, until, on the clinic's wall."""
        found = [each for each in self.all_of(Opening) if each.state in LIVE_OPENING]
        return sorted((wall(each.starts_at), wall(each.ends_at)) for each in found)

    def events(self) -> list[tuple[str, str]]:
        return [(each.event_id, str(each.state)) for each in self.all_of(FeedEvent)]

    def tasks(self) -> list[str]:
        """What staff have to do, in words."""
        return [each.note for each in self.all_of(Task) if each.state is TaskState.OPEN]


def wall(moment: datetime) -> str:
    """As the clinic's wall shows it in winter: the fifth of an hour counts behind Greenwich."""
    return f"{moment - timedelta(hours=5):%a %H:%M}"


@pytest.fixture(scope="session")
def services(lasting_database_url: str, redis_server_url: str) -> Iterator[Services]:
    settings = settings_for(
        lasting_database_url, redis_server_url, public_url=NOWHERE, carrier_url=NOWHERE, nlu_url=NOWHERE
    )
    built = build(settings, clock=MovingClock(NOW))
    yield built
    built.store.engine.dispose()
    built.redis.close()
    built.model.close()


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def practice(app: Flask, services: Services, module_database_url: str) -> Practice:
    """Dr Lee and Dr Kim, check-ups of 30 minutes, Maria and Tom; a feed nothing has come from."""
    return furnished(app, services)


def furnished(app: Flask, services: Services) -> Practice:
    clock = services.clock
    assert isinstance(clock, MovingClock)
    clock.set(NOW)
    services.redis.flushdb()
    empty(services.store.engine.url)
    with services.store.unscoped() as session:
        clinic_id = factories.clinic(session, clock()).id
    feed = services.store.run(clinic_id, furnish)
    return Practice(app, services, clock, clinic_id, feed)


def furnish(tx: Tx) -> Feed:
    for name, external_id in (("Dr Lee", "lee"), ("Dr Kim", "kim")):
        factories.provider(tx, name, external_id=external_id)
    factories.visit_type(tx, "Check-up", external_id="check")
    factories.visit_type(tx, "Physical", external_id="long", minutes=60)
    for number, name in enumerate(("Maria Lopez", "Tom Reed", "Ana Moss")):
        who = factories.patient(tx, name, phone=f"+1212555020{number}")
        who.external_id = name.split()[0].lower()
    return feeds.create(tx, "Practice", SYSTEM)


def provider_id(tx: Tx, external_id: str) -> UUID:
    return tx.session.scalars(select(Provider.id).where(Provider.external_id == external_id)).one()
