"""What the carrier may do to us: refuse, fall silent, report early, late, twice or backwards, deliver nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from clinic import appointments, gate
from clinic.appointments import Booking
from clinic.audit import SYSTEM
from rules.states import DeliveryState, Direction, OfferState, OutboxState, TaskKind
from storage.queries import status
from storage.tables import ContactPoint, Message, Task
from storage.transaction import Tx
from tests.chaos.house import House, fresh_house, hours_ahead
from tests.system import System

A_LOOK = timedelta(seconds=61)
ANA, BEN = range(2)


@pytest.fixture
def house(system: System) -> House:
    return fresh_house(system, 2)


def only_reply(house: House) -> Message:
    with house.store.unscoped() as session:
        return session.scalars(select(Message).where(Message.direction == Direction.OUT)).one()


def calls(system: System, method: str) -> int:
    return sum(call["method"] == method for call in system.carrier.requests())


def silence_callbacks(system: System) -> None:
    system.carrier.fault("callback", variant="never", count=1000)


def test_a_text_refused_for_its_rate_is_sent_later_and_once(system: System, house: House) -> None:
    system.carrier.fault("rate_limit", count=2)
    system.text(house.phones[ANA], "yes")
    assert system.carrier.sent_to(house.phones[ANA]) == []
    system.forward(timedelta(seconds=35))
    system.forward(timedelta(seconds=35))
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    assert house.at_rest()


def test_a_text_answered_by_a_server_error_is_sent_after_two_looks(system: System, house: House) -> None:
    system.carrier.fault("server_error")
    system.text(house.phones[ANA], "yes")
    assert only_reply(house).outbox_state is OutboxState.UNKNOWN
    system.forward(A_LOOK)
    system.forward(A_LOOK)
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    assert house.at_rest()


def test_a_text_the_carrier_took_without_answering_is_found_and_not_sent_again(
    system: System, house: House
) -> None:
    silence_callbacks(system)
    system.carrier.fault("drop_after_accept")
    system.text(house.phones[ANA], "yes")
    assert only_reply(house).outbox_state is OutboxState.UNKNOWN
    system.forward(A_LOOK)
    assert only_reply(house).outbox_state is OutboxState.SENT
    assert only_reply(house).provider_sid
    assert calls(system, "POST") == 1


def test_a_callback_settles_a_text_whose_send_was_never_answered(system: System, house: House) -> None:
    system.carrier.fault("drop_after_accept")
    system.text(house.phones[ANA], "yes")
    assert only_reply(house).outbox_state is OutboxState.SENT
    assert only_reply(house).delivery_state is DeliveryState.DELIVERED
    assert (calls(system, "POST"), calls(system, "GET")) == (1, 0)


def test_a_text_the_carrier_never_took_is_sent_again_after_two_looks(system: System, house: House) -> None:
    system.carrier.fault("drop_before_accept")
    system.text(house.phones[ANA], "yes")
    system.forward(A_LOOK)
    assert (calls(system, "POST"), calls(system, "GET")) == (1, 1)
    system.forward(A_LOOK)
    assert (calls(system, "POST"), calls(system, "GET")) == (2, 2)
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    assert house.at_rest()


def test_a_carrier_that_is_away_is_asked_until_it_answers(system: System, house: House) -> None:
    silence_callbacks(system)
    system.carrier.fault("drop_after_accept")
    system.carrier.fault("drop_before_accept", on="list", count=3)
    system.text(house.phones[ANA], "yes")
    for _ in range(3):
        system.forward(A_LOOK)
        assert only_reply(house).outbox_state is OutboxState.UNKNOWN
    system.forward(A_LOOK)
    assert only_reply(house).outbox_state is OutboxState.SENT
    assert calls(system, "POST") == 1


def test_the_next_text_to_a_number_waits_until_the_one_before_is_settled(
    system: System, house: House
) -> None:
    silence_callbacks(system)
    system.carrier.fault("drop_after_accept")
    system.text(house.phones[ANA], "yes")
    system.text(house.phones[ANA], "yes")
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1
    system.forward(A_LOOK)
    assert len(system.carrier.sent_to(house.phones[ANA])) == 2


@pytest.mark.parametrize("variant", ["early", "late", "twice", "out_of_order"])
def test_callbacks_however_they_come_leave_the_text_sent_and_delivered(
    variant: str, system: System, house: House
) -> None:
    system.carrier.fault("callback", variant=variant, seconds=0.2)
    system.text(house.phones[ANA], "yes")
    assert only_reply(house).outbox_state is OutboxState.SENT
    assert only_reply(house).delivery_state is DeliveryState.DELIVERED
    assert len(system.carrier.sent_to(house.phones[ANA])) == 1


def test_a_text_believed_lost_is_not_sent_again_when_a_callback_comes_late(
    system: System, house: House
) -> None:
    silence_callbacks(system)
    system.carrier.settings(list_delay=3600)
    system.carrier.fault("drop_after_accept")
    system.text(house.phones[ANA], "yes")
    message = only_reply(house)
    house.store.run(house.clinic_id, lambda tx: believe_lost(tx, message))
    report(house, message, DeliveryState.DELIVERED)
    system.work()
    assert only_reply(house).outbox_state is OutboxState.SENT
    assert calls(system, "POST") == 1


def believe_lost(tx: Tx, message: Message) -> None:
    gate.put_back(tx, tx.session.get_one(Message, message.id), tx.now)


def report(house: House, message: Message, state: DeliveryState) -> None:
    update = status.StatusUpdate(message.id, f"SM{uuid4().hex}", state, None)
    with house.store.unscoped() as session:
        wakes = status.record(session, update, house.store.clock())
    for kind, subject_id in wakes:
        house.store.wake(kind, subject_id)


def test_a_refusal_as_opted_out_is_recorded_and_staff_asked_whether_a_visit_was_meant(
    system: System, house: House
) -> None:
    booking = Booking(house.patients[ANA], house.provider_id, house.type_id, hours_ahead(30))
    house.store.run(house.clinic_id, lambda tx: appointments.book(tx, booking, SYSTEM))
    system.carrier.fault("reject", code=21610)
    system.text(house.phones[ANA], "yes")
    with house.store.unscoped() as session:
        point = session.scalars(select(ContactPoint).where(ContactPoint.address == house.phones[ANA])).one()
        task = session.scalars(select(Task)).one()
    assert point.opted_out_at
    assert point.carrier_blocked_at
    assert (task.kind, task.patient_id) == (TaskKind.MAYBE_CANCEL, house.patients[ANA])
    assert only_reply(house).outbox_state is OutboxState.FAILED


@pytest.mark.parametrize("code", [30003, 30005, 30006, 30007, 30008])
def test_an_offer_that_could_not_be_delivered_goes_to_the_next_in_line_at_once(
    code: int, system: System, house: House
) -> None:
    system.carrier.fault("fail_code", code=code)
    opening_id = house.free_slot()
    system.work()
    offers = sorted(house.offers(opening_id).values(), key=lambda offer: offer.made_at)
    assert [offer.state for offer in offers] == [OfferState.UNDELIVERABLE, OfferState.OPEN]
    assert points_out_of_use(house) == (1 if code in (30005, 30006) else 0)


def test_an_offer_to_what_is_not_a_number_goes_to_the_next_in_line_at_once(
    system: System, house: House
) -> None:
    system.carrier.fault("reject", code=21211)
    opening_id = house.free_slot()
    system.work()
    states = [offer.state for offer in house.offers(opening_id).values()]
    assert sorted(states) == [OfferState.OPEN, OfferState.UNDELIVERABLE]
    assert points_out_of_use(house) == 1


def points_out_of_use(house: House) -> int:
    with house.store.unscoped() as session:
        return len(
            session.scalars(select(ContactPoint).where(ContactPoint.undeliverable_at.is_not(None))).all()
        )
