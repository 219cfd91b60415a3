"""A type of visit is withdrawn: what becomes of who waits and of what is offered."""

from datetime import timedelta
from uuid import UUID

from clinic import (
    acceptance,
    appointments,
    closing,
    offers,
    withdrawing,
)
from clinic.audit import PATIENT, SYSTEM
from clinic.withdrawing import Withdrawn
from nlu.understanding import Intent
from rules.states import (
    AppointmentState,
    CancelledBy,
    MessageClass,
    OfferState,
    OpeningState,
    OutboxState,
    RecoveryState,
    TaskKind,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Conversation,
    Message,
    Offer,
    Opening,
    Provider,
    Task,
    WaitlistEntry,
)
from tests import factories
from tests.waitlist.desk import TUESDAY_AT_THREE, Desk
from tests.waitlist.withdrawn import a_later_visit, news, withdraw

ANA = ("Ana Ruiz", "+12125550302")


def offered(desk: Desk, opening: Opening) -> Offer:
    (offer,) = desk.ask(opening)
    desk.hand_over(offer)
    return offer


def test_an_offer_that_is_out_ends_with_one_text_that_says_why(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    entry = desk.waits(kind)
    offer = offered(desk, desk.opening(lee))
    assert withdraw(desk, kind) == Withdrawn(texted=1, offers=1, openings=1)
    assert desk.all_of(Offer)[0].state is OfferState.WITHDRAWN
    assert offer.entry_id == entry.id
    assert news(desk) == [
        "Lakeside: Sorry Maria, we no longer offer that visit: what we offered you can't be booked, and your "
        "place on the list has ended. Questions? (212) 555-0199"
    ]


def test_an_offer_not_handed_over_yet_never_goes(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    desk.ask(desk.opening(lee))
    withdraw(desk, kind)
    (offer,) = [each for each in desk.all_of(Message) if each.klass is MessageClass.OFFER]
    assert offer.outbox_state is OutboxState.DROPPED
    assert news(desk) == [
        "Lakeside: Sorry Maria, we no longer offer the visit you are waiting for, so your place on the list has "
        "ended. Questions? (212) 555-0199"
    ]


def test_a_yes_to_it_books_nothing_and_is_answered_honestly(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    offer = offered(desk, desk.opening(lee))
    withdraw(desk, kind)
    outcome = desk.by_text(
        lambda tx, line: acceptance.accept(tx, line, tx.session.get_one(Offer, offer.id), PATIENT)
    )
    assert outcome is acceptance.Outcome.GONE
    assert news(desk)[-1] == "Sorry Maria, Tue Dec 1, 3:00pm with Dr Lee is no longer free."
    assert desk.all_of(Appointment) == []


def test_the_slot_goes_to_who_waits_for_a_visit_that_is_still_offered(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    slot = desk.opening(lee)
    offered(desk, slot)
    other = desk.waits(desk.kind("cleaning"), *ANA)
    assert withdraw(desk, kind).openings == 0
    assert [each.entry_id for each in desk.ask(slot) if each.state is OfferState.QUEUED] == [other.id]


def test_an_offer_to_who_waits_for_something_else_stands(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    other = desk.kind("cleaning")
    desk.waits(other)
    slot = desk.run(lambda tx: factories.opening(tx, lee, start=TUESDAY_AT_THREE, type_id=kind.id))
    offer = offered(desk, slot)
    withdraw(desk, kind)
    assert desk.run(lambda tx: tx.session.get_one(Offer, offer.id)).state is OfferState.OPEN


def test_a_slot_into_which_nothing_else_fits_is_withdrawn(desk: Desk, lee: Provider) -> None:
    short, long = desk.kind("blood test", minutes=10), desk.kind("surgery", minutes=90)
    start = TUESDAY_AT_THREE
    slot = desk.run(lambda tx: factories.opening(tx, lee, start=start, minutes=15, type_id=short.id))
    whole = desk.run(
        lambda tx: factories.opening(tx, lee, start=start + timedelta(hours=1), minutes=120, type_id=short.id)
    )
    assert withdraw(desk, short).openings == 1
    states = {each.id: each.state for each in desk.all_of(Opening)}
    assert (states[slot.id], states[whole.id]) == (OpeningState.WITHDRAWN, OpeningState.OPEN)
    assert long.withdrawn_at is None


def test_whom_no_text_reaches_somebody_calls(desk: Desk, kind: AppointmentType) -> None:
    desk.run(lambda tx: factories.entry(tx, factories.patient(tx, "James Hall"), kind))
    assert withdraw(desk, kind) == Withdrawn(to_call=1)
    (task,) = desk.all_of(Task)
    assert (task.kind, task.note) == (TaskKind.CALL_PATIENT, withdrawing.CALL)


def test_who_wants_no_offers_still_hears_that_their_place_is_gone(desk: Desk, kind: AppointmentType) -> None:
    desk.waits(kind)
    desk.hears("no more offers please", Intent.NO_OFFERS)
    assert withdraw(desk, kind).texted == 1


def test_who_came_on_the_list_with_a_visit_leaves_it_without_a_word_and_keeps_the_visit(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    visit = a_later_visit(desk, kind, lee)
    assert withdraw(desk, kind) == Withdrawn(enrolled=1, visits=1)
    assert news(desk) == []
    assert desk.run(lambda tx: tx.session.get_one(Appointment, visit)).state is AppointmentState.BOOKED


def test_who_came_with_a_visit_and_is_being_asked_hears_that_the_visit_stays(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    a_later_visit(desk, kind, lee)
    offered(desk, desk.opening(lee))
    assert withdraw(desk, kind) == Withdrawn(texted=1, enrolled=1, offers=1, openings=1, visits=1)
    assert news(desk) == [
        "Lakeside: Sorry Maria, what we offered you can't be booked any more. The visit you have stays as it is."
    ]


def test_lost_visits_of_it_are_no_longer_made_up_for(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    lost_before = a_lost_visit(desk, kind, lee, "+12125550301")
    assert withdraw(desk, kind).lost == 1
    lost_after = a_lost_visit(desk, kind, lee, "+12125550302")
    states = {each.appointment_id: each.recovery for each in desk.all_of(Cancellation)}
    assert (states[lost_before], states[lost_after]) == (RecoveryState.NOT_NEEDED, RecoveryState.NOT_NEEDED)


def a_lost_visit(desk: Desk, kind: AppointmentType, lee: Provider, phone: str) -> UUID:
    patient = desk.on_file(phone=phone)
    start = desk.days_ahead(4) + timedelta(hours=int(phone[-1]))
    visit = desk.visit(patient, start, with_whom=lee, kind=kind)

    desk.run(lambda tx: appointments.cancel(tx, visit.id, SYSTEM, who=CancelledBy.STAFF))
    return visit.id


def test_looking_first_says_the_same_and_changes_nothing(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    a_later_visit(desk, kind, lee)
    desk.waits(kind, *ANA)
    desk.run(lambda tx: factories.entry(tx, factories.patient(tx, "James Hall"), kind))
    offered(desk, desk.opening(lee))
    before = (news(desk), len(desk.all_of(Conversation)))
    seen = desk.run(lambda tx: withdrawing.would_withdraw(tx, kind.id))
    assert (news(desk), len(desk.all_of(Conversation))) == before
    assert desk.all_of(AppointmentType)[0].withdrawn_at is None
    assert withdraw(desk, kind) == seen


def test_withdrawn_twice_is_withdrawn_once(desk: Desk, kind: AppointmentType) -> None:
    desk.waits(kind)
    withdraw(desk, kind)
    assert withdraw(desk, kind) == Withdrawn()
    assert len(news(desk)) == 1


def test_nobody_who_waits_for_it_all_the_same_is_offered_anything(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    withdraw(desk, kind)
    desk.waits(kind)  # as an import of the list may have it
    assert desk.ask(desk.opening(lee)) == []


def test_a_closed_day_makes_nobody_wait_for_it_but_somebody_calls(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.visit(desk.on_file(), TUESDAY_AT_THREE, with_whom=lee, kind=kind)
    withdraw(desk, kind)
    desk.run(lambda tx: closing.close_day(tx, TUESDAY_AT_THREE.date(), SYSTEM))
    assert desk.all_of(WaitlistEntry) == []
    assert [each.kind for each in desk.all_of(Task)] == [TaskKind.NEW_TIME]


def test_who_wants_such_a_visit_sooner_by_text_hears_from_the_desk(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.visit(desk.on_file(), desk.days_ahead(30), with_whom=lee, kind=kind)
    withdraw(desk, kind)
    assert "front desk" in desk.hears("earlier", Intent.EARLIER)
    assert desk.all_of(WaitlistEntry) == []


# Offered again


def test_a_late_yes_to_a_lapsed_offer_counts_no_more(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    slot = desk.opening(lee)
    offer = offered(desk, slot)
    desk.run(lambda tx: offers.lapse(tx, offer.id))
    assert withdraw(desk, kind).offers == 1
    assert desk.all_of(Offer)[0].state is OfferState.WITHDRAWN
