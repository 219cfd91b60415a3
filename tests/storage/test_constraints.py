"""What the database itself refuses, whatever the code above it does."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from clinic.audit import SYSTEM, record
from rules.states import AppointmentState, OpeningState
from storage.tables import Room
from storage.transaction import Tx
from tests import factories
from tests.storage.conftest import NOW, Town

AT_TEN = NOW + timedelta(days=1)
HALF_PAST = AT_TEN + timedelta(minutes=30)
QUARTER_PAST = AT_TEN + timedelta(minutes=15)


def two_visits(
    tx: Tx,
    second: datetime,
    *,
    same_provider: bool = False,
    same_room: bool = False,
    state: AppointmentState = AppointmentState.BOOKED,
) -> None:
    lee, kim = factories.provider(tx, "Dr Lee"), factories.provider(tx, "Dr Kim")
    one, two = Room(name="1"), Room(name="2")
    tx.session.add_all([one, two])
    tx.session.flush()
    kind, who = factories.visit_type(tx), factories.patient(tx)
    factories.visit(tx, who, lee, kind, start=AT_TEN, room_id=one.id, state=state)
    other_provider, other_room = lee if same_provider else kim, one if same_room else two
    factories.visit(tx, who, other_provider, kind, start=second, room_id=other_room.id)


def two_openings(tx: Tx, second: datetime, *, state: OpeningState = OpeningState.OPEN) -> None:
    lee = factories.provider(tx)
    factories.opening(tx, lee, start=AT_TEN, state=state)
    factories.opening(tx, lee, start=second)


def test_a_provider_cannot_have_two_visits_at_one_time(town: Town) -> None:
    with pytest.raises(IntegrityError, match="ex_appointment_provider"):
        town.store.run(town.lakeside.id, lambda tx: two_visits(tx, QUARTER_PAST, same_provider=True))


def test_a_room_cannot_have_two_visits_at_one_time(town: Town) -> None:
    with pytest.raises(IntegrityError, match="ex_appointment_room"):
        town.store.run(town.lakeside.id, lambda tx: two_visits(tx, QUARTER_PAST, same_room=True))


def test_visits_may_follow_each_other_without_a_gap(town: Town) -> None:
    town.store.run(town.lakeside.id, lambda tx: two_visits(tx, HALF_PAST, same_provider=True, same_room=True))


@pytest.mark.parametrize("state", [AppointmentState.CANCELLED, AppointmentState.NO_SHOW])
def test_a_visit_that_does_not_happen_leaves_its_time_free(state: AppointmentState, town: Town) -> None:
    town.store.run(
        town.lakeside.id,
        lambda tx: two_visits(tx, QUARTER_PAST, same_provider=True, same_room=True, state=state),
    )


@pytest.mark.parametrize("state", [OpeningState.OPEN, OpeningState.OFFERING, OpeningState.EXPIRED])
def test_a_provider_cannot_have_two_live_openings_at_one_time(state: OpeningState, town: Town) -> None:
    with pytest.raises(IntegrityError, match="ex_opening_provider"):
        town.store.run(town.lakeside.id, lambda tx: two_openings(tx, QUARTER_PAST, state=state))


@pytest.mark.parametrize("state", [OpeningState.FILLED, OpeningState.WITHDRAWN])
def test_an_opening_that_is_over_leaves_its_time_free(state: OpeningState, town: Town) -> None:
    town.store.run(town.lakeside.id, lambda tx: two_openings(tx, QUARTER_PAST, state=state))


@pytest.mark.parametrize("change", ["UPDATE audit_event SET action = 'nothing'", "DELETE FROM audit_event"])
def test_the_audit_log_can_only_grow(change: str, town: Town) -> None:
    town.store.run(town.lakeside.id, lambda tx: record(tx, SYSTEM, "test.done", tx.clinic()))
    with pytest.raises(DBAPIError, match="append"), town.store.unscoped() as session:
        session.execute(text(change))
