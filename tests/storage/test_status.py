"""Status callbacks in any order and any number end in the same state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rules.states import DeliveryState, MessageClass, OutboxState
from storage.queries.status import StatusUpdate, record
from storage.tables import ContactPoint, Message
from storage.transaction import make_engine
from tests import factories
from tests.storage.conftest import NOW
from tests.storage.rows import one_of_each

Journey = tuple[tuple[DeliveryState, str | None], ...]

ON_THE_WAY = (DeliveryState.ACCEPTED, DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT)
ENDS: list[tuple[DeliveryState, str | None]] = [
    (DeliveryState.DELIVERED, None),
    (DeliveryState.UNDELIVERED, "30003"),
    (DeliveryState.UNDELIVERED, "30005"),
    (DeliveryState.FAILED, "30008"),
]


@dataclass(frozen=True)
class Desk:
    engine: Engine
    message_id: UUID


@st.composite
def reported(draw: st.DrawFn) -> tuple[Journey, Journey]:
    """A text's way in order, and the same callbacks shuffled, some of them more than once."""
    passed = [state for state in ON_THE_WAY if draw(st.booleans())]
    journey = (*((state, None) for state in passed), draw(st.sampled_from(ENDS)))
    more = draw(st.lists(st.sampled_from(journey), max_size=4))
    return journey, tuple(draw(st.permutations([*journey, *more])))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=reported(), state=st.sampled_from([OutboxState.CLAIMED, OutboxState.UNKNOWN, OutboxState.SENT]))
def test_callbacks_in_any_order_and_number_end_as_the_clean_order_does(
    desk: Desk, told: tuple[Journey, Journey], state: OutboxState
) -> None:
    in_order, as_they_came = told
    assert end_of(desk, in_order, state) == end_of(desk, as_they_came, state)


def test_a_callback_for_a_text_we_do_not_know_does_nothing(desk: Desk) -> None:
    with Session(desk.engine) as session:
        stranger = UUID(int=0)
        assert record(session, StatusUpdate(stranger, "SM1", DeliveryState.SENT, None), NOW) == []


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT])
def test_no_screen_is_told_of_a_step_that_it_does_not_show(desk: Desk, state: DeliveryState) -> None:
    assert woken_by(desk, state) == []


@pytest.mark.parametrize("state", [DeliveryState.DELIVERED, DeliveryState.UNDELIVERED, DeliveryState.FAILED])
def test_screens_are_told_of_the_end_of_a_text(desk: Desk, state: DeliveryState) -> None:
    assert "live" in woken_by(desk, state)


def test_screens_are_told_of_a_text_that_went_out_after_all(desk: Desk) -> None:
    assert "live" in woken_by(desk, DeliveryState.QUEUED, before=OutboxState.UNKNOWN)


def woken_by(desk: Desk, state: DeliveryState, *, before: OutboxState = OutboxState.SENT) -> list[str]:
    """What kinds are woken by one callback; nothing is kept."""
    with Session(desk.engine) as session:
        session.get_one(Message, desk.message_id).outbox_state = before
        session.flush()
        wakes = record(session, StatusUpdate(desk.message_id, "SM1", state, None), NOW)
        return [kind for kind, _ in wakes]


def end_of(desk: Desk, journey: Sequence[tuple[DeliveryState, str | None]], state: OutboxState) -> object:
    """What the rows say after these callbacks; nothing is kept."""
    with Session(desk.engine) as session:
        message = session.get_one(Message, desk.message_id)
        message.outbox_state = state
        session.flush()
        for reached, code in journey:
            record(session, StatusUpdate(message.id, "SM1", reached, code), NOW)
        session.refresh(message)
        point = session.query(ContactPoint).one()
        return (
            message.outbox_state,
            message.delivery_state,
            message.error_code,
            message.provider_sid,
            point.undeliverable_at,
        )


@pytest.fixture(scope="module")
def desk(module_database_url: str) -> Iterator[Desk]:
    """A text to a patient, about an offer."""
    engine = make_engine(module_database_url)
    with Session(engine) as session:
        clinic = factories.clinic(session, NOW)
        rows = one_of_each(session, clinic.id)
        message = rows["message"]
        message.address = rows["contact_point"].address
        message.about_offer_id, message.klass = rows["offer"].id, MessageClass.OFFER
        session.commit()
        made = Desk(engine, message.id)
    yield made
    engine.dispose()
