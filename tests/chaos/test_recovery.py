"""kill -9 while patients who missed a visit are asked about another: each of them is asked once."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bot.sweep import sweep
from clinic import no_shows
from clinic.audit import SYSTEM
from storage.tables import Appointment, AppointmentType, Patient, Provider, RecoveryAttempt
from storage.transaction import Tx
from tests import factories
from tests.chaos.conftest import Kill, work_queue
from tests.chaos.house import House, answers, fresh_house
from tests.system import System

PATIENTS = 12
SENDING = ("claim.marked", "claim.committed", "send.answered", "send.recorded")


def test_killed_at_every_point_everybody_is_asked_once(
    system: System, house: House, kill_worker: Kill
) -> None:
    for point in ("due.leased", "recovery.written"):
        due_again(system)
        kill_worker(point, "due")
    due_again(system)
    work_queue(system, "due")
    for point in SENDING:
        due_again(system)
        kill_worker(point, "outbound")
    for _ in range(20):
        system.forward(timedelta(seconds=70))
        if house.at_rest():
            break
    asked = answers(system.carrier, 0)
    assert {number: len(texts) for number, texts in asked.items()} == dict.fromkeys(house.phones, 1)
    assert all("we missed you" in texts[0] for texts in asked.values())
    assert attempts(house) == PATIENTS


def due_again(system: System) -> None:
    """A while passes, and what is due is woken, but nobody works."""
    system.clock.forward(timedelta(seconds=70))
    sweep(system.services)


def attempts(house: House) -> int:
    with house.store.unscoped() as session:
        return len(session.scalars(select(RecoveryAttempt.id)).all())


@pytest.fixture
def house(system: System) -> Iterator[House]:
    house = fresh_house(system, PATIENTS)
    house.store.run(house.clinic_id, lambda tx: nobody_came(tx, house))
    system.clock.forward(timedelta(minutes=31))
    yield house
    system.services.redis.flushdb()


def nobody_came(tx: Tx, house: House) -> None:
    """Everybody had a visit this morning, half an hour each, which is over by now."""
    lee = tx.session.get_one(Provider, house.provider_id)
    kind = tx.session.get_one(AppointmentType, house.type_id)
    for place, who in enumerate(house.patients):
        start = tx.now - timedelta(minutes=30 * (place + 1))
        visit = factories.visit(tx, tx.session.get_one(Patient, who), lee, kind, start=start)
        missed(tx, visit.id)


def missed(tx: Tx, visit_id: UUID) -> None:
    assert no_shows.mark(tx, visit_id, SYSTEM)
    assert tx.session.get_one(Appointment, visit_id).state == "no_show"
