"""Several openings go to one patient in one text, with numbers: who is sent one, what it counts, how it ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import product

import pytest

from clinic import by_hand, filling, gate, offering
from clinic.audit import SYSTEM
from nlu.understanding import Intent
from rules.states import (
    DeliveryState,
    EntryState,
    OfferState,
    OpeningState,
    OutboxState,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Conversation,
    Message,
    Offer,
    Opening,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests.waitlist.desk import TUESDAY_AT_THREE, Desk
from tests.waitlist.test_matching_runs import freed, work_openings

MARIA, PAUL = "+12125550301", "+12125550302"


@pytest.fixture
def kind(desk: Desk) -> AppointmentType:
    return desk.kind()


@pytest.fixture
def lee(desk: Desk) -> Provider:
    return desk.provider()


def texts(desk: Desk) -> list[Message]:
    """The texts that make offers, in order."""
    return [each for each in desk.all_of(Message) if each.phrase in offering.OFFER_PHRASES]


def go(desk: Desk) -> str:
    """The newest of them goes out; what it says."""
    newest = texts(desk)[-1]

    def claim(tx: Tx) -> str:
        message = tx.session.get_one(Message, newest.id)
        gate.claim(tx, message, tx.session.get_one(Conversation, message.conversation_id))
        message.outbox_state = OutboxState.SENT
        return message.body

    body = desk.run(claim)
    desk.later(timedelta(seconds=1))
    return body


def by_staff(desk: Desk, entry: WaitlistEntry, *slots: Opening) -> list[Offer]:
    return desk.run(lambda tx: by_hand.offer_several(tx, [each.id for each in slots], entry.id, SYSTEM))


def states(desk: Desk) -> list[OfferState]:
    return [each.state for each in desk.all_of(Offer)]


def opening_states(desk: Desk) -> list[OpeningState]:
    return [each.state for each in desk.all_of(Opening)]


@pytest.fixture
def offered(desk: Desk, kind: AppointmentType, lee: Provider) -> WaitlistEntry:
    """Maria has a text with Tuesday at three and at four."""
    maria = desk.waits(kind)
    freed(desk, lee, 0, 1)
    work_openings(desk)
    go(desk)
    return maria


# Who is sent one


def test_openings_with_nobody_else_to_ask_go_into_one_text(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    slots = freed(desk, lee, 0, 1)
    work_openings(desk)
    assert [each.opening_id for each in desk.all_of(Offer)] == [each.id for each in slots]
    assert len(texts(desk)) == 1
    assert "Dr Lee has 1) Tue Dec 1, 3:00pm, 2) Tue Dec 1, 4:00pm (30 min)" in go(desk)
    assert opening_states(desk) == [OpeningState.OFFERING, OpeningState.OFFERING]


def test_three_at_most_and_none_at_the_same_time(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    kim = desk.provider("Dr Kim")
    freed(desk, kim, 0)
    freed(desk, lee, 0, 1, 2, 3)
    work_openings(desk)
    starts = {each.id: each.starts_at for each in desk.all_of(Opening)}
    assert [starts[each.opening_id] - TUESDAY_AT_THREE for each in desk.all_of(Offer)] == [
        timedelta(hours=hours) for hours in (0, 1, 2)
    ]


def test_with_somebody_for_each_opening_each_text_offers_one(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    desk.waits(kind, "Paul Ortiz", PAUL)
    freed(desk, lee, 0, 1)
    work_openings(desk)
    assert len(texts(desk)) == len(desk.all_of(Offer)) == 2


def test_one_that_found_nobody_before_goes_into_the_next_text_it_fits(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    freed(desk, lee, 0)
    work_openings(desk)
    desk.waits(kind)
    freed(desk, lee, 1)
    work_openings(desk)
    assert len(texts(desk)) == 1
    assert len(desk.all_of(Offer)) == 2


def test_what_a_patient_does_not_want_is_not_listed(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind, excluded_times=[("15:30", "23:00")])
    at_three, _ = freed(desk, lee, 0, 1)
    work_openings(desk)
    assert [each.opening_id for each in desk.all_of(Offer)] == [at_three.id]


def test_one_that_somebody_is_at_is_left_to_them(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    at_three, at_four = freed(desk, lee, 0, 1)
    with desk.store.unscoped() as session:
        session.get_one(Opening, at_four.id, with_for_update={"key_share": True})
        desk.ask(at_three)
    assert [each.opening_id for each in desk.all_of(Offer)] == [at_three.id]


def test_two_workers_at_one_moment_make_one_text(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    slots = freed(desk, lee, 0, 1)
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(desk.run, partial(filling.work, opening_id=each.id)) for each in slots]
        for each in done:
            each.result()
    assert (len(texts(desk)), len(desk.all_of(Offer))) == (1, 2)


def test_what_staff_choose_together_is_one_text(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    maria = desk.waits(kind)
    slots = [desk.opening(lee, TUESDAY_AT_THREE + timedelta(hours=each)) for each in (1, 0)]
    made = by_staff(desk, maria, *slots)
    assert [each.opening_id for each in made] == [slots[1].id, slots[0].id]
    assert [each.told_with_id for each in made] == [None, made[0].id]
    assert len(texts(desk)) == 1


def test_providers_are_named_where_they_differ(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    maria, kim = desk.waits(kind), desk.provider("Dr Kim")
    by_staff(desk, maria, desk.opening(lee), desk.opening(kim, TUESDAY_AT_THREE + timedelta(hours=1)))
    assert "open now: 1) Tue Dec 1, 3:00pm Dr Lee, 2) Tue Dec 1, 4:00pm Dr Kim (30 min)" in go(desk)


# What it counts


def test_it_counts_as_one_offer(desk: Desk, offered: WaitlistEntry, kind: AppointmentType) -> None:
    assert desk.entry(offered.id).offers_made == 1


def test_no_answer_to_it_counts_once(desk: Desk, offered: WaitlistEntry) -> None:
    desk.later(timedelta(hours=3))
    desk.run_due_openings()
    entry = desk.entry(offered.id)
    assert states(desk) == [OfferState.LAPSED, OfferState.LAPSED]
    assert (entry.offers_lapsed, entry.unanswered_in_row, entry.state) == (1, 1, EntryState.ACTIVE)


def test_who_answered_one_of_it_has_answered(desk: Desk, offered: WaitlistEntry) -> None:
    desk.hears("no to 2", Intent.OUT_OF_SCOPE)
    desk.later(timedelta(hours=3))
    desk.run_due_openings()
    assert states(desk) == [OfferState.LAPSED, OfferState.DECLINED]
    assert desk.entry(offered.id).unanswered_in_row == 0


def test_a_no_to_it_is_one_mark_and_is_taken_back_as_one(desk: Desk, offered: WaitlistEntry) -> None:
    desk.hears("no", Intent.DECLINE)
    assert states(desk) == [OfferState.DECLINED, OfferState.DECLINED]
    assert desk.entry(offered.id).offers_declined == 1
    assert desk.take_back()
    assert states(desk) == [OfferState.OPEN, OfferState.OPEN]
    assert desk.entry(offered.id).offers_declined == 0
    assert desk.said()[-1].startswith("Which one would you like? 1) Tue Dec 1, 3:00pm, 2)")


# How it ends


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
    freed(desk, lee, 0, 24)
    work_openings(desk)
    go(desk)
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
