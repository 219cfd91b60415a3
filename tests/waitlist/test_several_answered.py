"""Several openings in one text: how it is answered, and how it ends. Who is sent one: test_several.py."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import product

import pytest

from clinic import by_hand, gate
from clinic.audit import SYSTEM
from nlu.understanding import Intent
from rules.states import DeliveryState, EntryState, OfferState, OpeningState, OutboxState
from storage.tables import Appointment, AppointmentType, Message, Offer, Opening, Provider, WaitlistEntry
from storage.transaction import Tx
from tests.waitlist.desk import TUESDAY_AT_THREE, Desk
from tests.waitlist.several import MARIA, PAUL, by_staff, freed_and_asked, go, opening_states, states, texts


@pytest.fixture
def offered(desk: Desk, kind: AppointmentType, lee: Provider) -> WaitlistEntry:
    """Maria has a text with Tuesday at three and at four."""
    maria = desk.waits(kind)
    freed_and_asked(desk, lee, 0, 1)
    return maria


def test_a_booking_ends_what_else_it_offered(desk: Desk, offered: WaitlistEntry) -> None:
    assert desk.hears("1", Intent.OUT_OF_SCOPE).startswith("Booked, Maria: Dr Lee, Tue Dec 1, 3:00pm")
    desk.run_due_openings()
    assert states(desk) == [OfferState.ACCEPTED, OfferState.WITHDRAWN]
    assert opening_states(desk) == [OpeningState.FILLED, OpeningState.OPEN]
    assert desk.entry(offered.id).state is EntryState.BOOKED


def test_a_yes_after_the_booking_takes_nothing_else(desk: Desk, offered: WaitlistEntry) -> None:
    desk.hears("1", Intent.OUT_OF_SCOPE)
    desk.hears("yes", Intent.ACCEPT)
    assert len(desk.all_of(Appointment)) == 1


def test_a_wish_in_the_no_leaves_what_it_does_not_rule_out(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    freed_and_asked(desk, lee, 0, 24)
    said = desk.hears("no, not Tuesdays", Intent.DECLINE)
    assert said.endswith("Your offer Wed Dec 2, 3:00pm is still open: YES or NO.")
    assert states(desk) == [OfferState.DECLINED, OfferState.OPEN]


def test_a_number_that_was_just_taken_is_answered_with_what_is_left(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    maria, paul = desk.waits(kind), desk.waits(kind, "Paul Ortiz", PAUL)
    slots = [desk.opening(lee, TUESDAY_AT_THREE + timedelta(hours=each)) for each in (0, 1)]
    for entry in (maria, paul):
        by_staff(desk, entry, *slots)
        go(desk)
    assert desk.hears("1", Intent.OUT_OF_SCOPE).startswith("Booked, Maria")
    news = [each.body for each in desk.all_of(Message) if each.phrase == "offer_taken_left"]
    assert news == [
        "Lakeside: Paul, Tue Dec 1, 3:00pm with Dr Lee has been taken. "
        "Your offer Tue Dec 1, 4:00pm is still open: YES or NO."
    ]
    said = desk.hears("1", Intent.OUT_OF_SCOPE, PAUL)
    assert said.startswith("Sorry Paul, Tue Dec 1, 3:00pm with Dr Lee has just been taken.")
    assert said.endswith("Your offer Tue Dec 1, 4:00pm is still open: YES or NO.")
    assert desk.hears("2", Intent.OUT_OF_SCOPE, PAUL).startswith("Booked, Paul: Dr Lee, Tue Dec 1, 4:00pm")


def test_a_number_after_all_were_taken_is_answered_honestly(
    desk: Desk, offered: WaitlistEntry, lee: Provider, kind: AppointmentType
) -> None:
    patient = desk.on_file("Ann Ames", "+12125550309")
    for slot in desk.all_of(Opening):
        desk.run(
            lambda tx, slot=slot: by_hand.fill(tx, slot.id, SYSTEM, patient_id=patient.id, type_id=kind.id)  # type: ignore[misc]
        )
    assert desk.hears("2", Intent.OUT_OF_SCOPE).startswith("Sorry Maria, Tue Dec 1, 4:00pm with Dr Lee is no")


def test_what_does_not_arrive_has_asked_nobody_and_the_next_is_asked(
    desk: Desk, offered: WaitlistEntry, kind: AppointmentType
) -> None:
    paul = desk.waits(kind, "Paul Ortiz", PAUL)

    def lost(tx: Tx) -> None:
        tx.session.get_one(Message, texts(desk)[0].id).delivery_state = DeliveryState.UNDELIVERED

    desk.run(lost)
    desk.run_due_openings()
    assert states(desk)[:2] == [OfferState.UNDELIVERABLE, OfferState.UNDELIVERABLE]
    assert {each.entry_id for each in desk.all_of(Offer)[2:]} == {paul.id}


def test_one_that_did_not_go_out_after_all_holds_nothing(desk: Desk, offered: WaitlistEntry) -> None:
    def back(tx: Tx) -> None:
        gate.put_back(tx, tx.session.get_one(Message, texts(desk)[0].id), tx.now + timedelta(minutes=1))

    desk.run(back)
    assert [(each.state, each.held_until) for each in desk.all_of(Offer)] == [(OfferState.QUEUED, None)] * 2
    assert "1) Tue Dec 1, 3:00pm, 2) Tue Dec 1, 4:00pm" in go(desk)


def test_one_of_which_is_gone_before_it_goes_offers_the_other(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    maria = desk.waits(kind)
    slots = [desk.opening(lee, TUESDAY_AT_THREE + timedelta(hours=each)) for each in (0, 1)]
    by_staff(desk, maria, *slots)
    desk.run(lambda tx: by_hand.withdraw(tx, slots[0].id, SYSTEM))
    assert "Dr Lee has Tue Dec 1, 4:00pm (30 min). YES takes it" in go(desk)
    assert desk.hears("yes", Intent.ACCEPT).startswith("Booked, Maria: Dr Lee, Tue Dec 1, 4:00pm")


def test_one_of_which_nothing_is_left_is_not_sent(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    maria = desk.waits(kind)
    slots = [desk.opening(lee, TUESDAY_AT_THREE + timedelta(hours=each)) for each in (0, 1)]
    by_staff(desk, maria, *slots)
    for slot in slots:
        desk.run(lambda tx, slot=slot: by_hand.withdraw(tx, slot.id, SYSTEM))  # type: ignore[misc]
    assert [each.outbox_state for each in texts(desk)] == [OutboxState.DROPPED]


def test_start_makes_it_anew_as_one_text(desk: Desk, offered: WaitlistEntry) -> None:
    desk.hears("stop", Intent.STOP)
    desk.run_due_openings()
    assert states(desk) == [OfferState.WITHDRAWN, OfferState.WITHDRAWN]
    desk.hears("start", Intent.START)
    assert states(desk) == [OfferState.QUEUED, OfferState.QUEUED]
    assert "1) Tue Dec 1, 3:00pm, 2) Tue Dec 1, 4:00pm" in go(desk)


# Two at once


@pytest.mark.parametrize(("one", "other"), list(product("12", "12")))
def test_of_two_who_choose_from_the_same_two_at_once_each_slot_has_one_at_most(
    desk: Desk, kind: AppointmentType, lee: Provider, one: str, other: str
) -> None:
    slots = [desk.opening(lee, TUESDAY_AT_THREE + timedelta(hours=each)) for each in (0, 1)]
    for entry in (desk.waits(kind), desk.waits(kind, "Paul Ortiz", PAUL)):
        by_staff(desk, entry, *slots)
        go(desk)
    says = [
        partial(desk.hears, one, Intent.OUT_OF_SCOPE, MARIA),
        partial(desk.hears, other, Intent.OUT_OF_SCOPE, PAUL),
    ]
    said = at_once(*says)
    visits = desk.all_of(Appointment)
    assert len({each.starts_at for each in visits}) == len(visits) == (1 if one == other else 2)
    assert sum(each.startswith("Booked") for each in said) == len(visits)
    if one == other:
        assert sum("is still open: YES or NO." in each for each in said) == 1


def at_once(*work: Callable[[], str]) -> list[str]:
    with ThreadPoolExecutor(len(work)) as pool:
        return [each.result() for each in [pool.submit(each) for each in work]]
