"""Hearing less by text: a pause, off the list, fewer offers, none; each can be taken back."""

from datetime import date, timedelta

from nlu.understanding import Intent
from rules.states import DueKind, EntryState, OfferState
from storage.tables import ContactPoint, Offer, Patient
from tests.waitlist.desk import NOW, Desk

BEN = "Ben Ott"


def offer_states(desk: Desk) -> list[OfferState]:
    return [offer.state for offer in desk.all_of(Offer)]


def offer_out(desk: Desk) -> Offer:
    (offer,) = desk.ask(desk.opening(desk.provider()))
    desk.hand_over(offer)
    return offer


def test_a_pause_with_a_day(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    assert desk.hears("pause me until the 14th", Intent.NOT_NOW) == (
        "Okay Maria, no offers until Mon Dec 14. You keep your place. Reply EARLIER to hear from us again before."
    )
    assert desk.entry(entry.id).paused_until == date(2026, 12, 14)
    assert desk.due(DueKind.RESUME, entry.id) is not None


def test_a_pause_without_a_day_is_a_month_and_says_so(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    assert desk.hears("not now", Intent.NOT_NOW) == (
        "Okay Maria, no offers for a month, until Wed Dec 30. You keep your place. "
        "Tell me another day if you like, or reply EARLIER to start again."
    )
    assert desk.entry(entry.id).paused_until == date(2026, 12, 30)


def test_a_family_is_paused_together(desk: Desk) -> None:
    kind = desk.kind()
    entries = desk.waits(kind), desk.waits(kind, BEN)
    assert desk.hears("not till january", Intent.NOT_NOW).startswith("Okay Maria and Ben, no offers until")
    assert {desk.entry(each.id).paused_until for each in entries} == {date(2027, 1, 1)}


def test_coming_back_ends_a_pause(desk: Desk) -> None:
    opening, entry = desk.opening(desk.provider(), NOW + timedelta(days=5)), desk.waits(desk.kind())
    desk.hears("not till january", Intent.NOT_NOW)
    assert desk.hears("I'm back, start offers again", Intent.EARLIER) == "You get offers again."
    assert desk.entry(entry.id).paused_until is None
    assert desk.due(DueKind.RESUME, entry.id) is None
    assert desk.due(DueKind.OPENING, opening.id) is not None


def test_a_pause_taken_back_makes_its_offer_anew(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offer_out(desk)
    desk.hears("not till january", Intent.NOT_NOW)
    assert offer_states(desk) == [OfferState.WITHDRAWN]
    desk.run_due_openings()
    assert desk.hears("undo", Intent.UNDO) == "Undone, Maria: offers come as before."
    assert desk.entry(entry.id).paused_until is None
    assert offer_states(desk) == [OfferState.QUEUED]


def test_who_waits_for_nothing_has_nothing_to_pause_or_leave(desk: Desk) -> None:
    desk.on_file()
    nothing = "You're not on the waitlist right now. Reply EARLIER to join it."
    assert desk.hears("not till january", Intent.NOT_NOW) == nothing
    assert desk.hears("take me off the waitlist", Intent.LEAVE_LIST) == nothing


def test_off_the_list(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offer_out(desk)
    assert desk.hears("LEAVE LIST", Intent.LEAVE_LIST) == (
        "Maria, you're off the waitlist. Your visits stay as they are. "
        "Reply UNDO to take that back, or EARLIER to join again later."
    )
    gone = desk.entry(entry.id)
    assert (gone.state, gone.resolution) == (EntryState.REMOVED, "patient removed")
    assert offer_states(desk) == [OfferState.WITHDRAWN]


def test_of_a_family_we_ask_who_leaves(desk: Desk) -> None:
    kind = desk.kind()
    maria, ben = desk.waits(kind), desk.waits(kind, BEN)
    said = desk.hears("take me off the waitlist", Intent.LEAVE_LIST)
    assert said == "Who should come off the waitlist? 1) Maria, 2) Ben. Reply with the number."
    assert desk.hears("2", Intent.CHOICE).startswith("Ben, you're off the waitlist.")
    assert [desk.entry(each.id).state for each in (maria, ben)] == [EntryState.ACTIVE, EntryState.REMOVED]


def test_leaving_taken_back_keeps_the_place(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    before = desk.entry(entry.id)
    desk.hears("take me off the waitlist", Intent.LEAVE_LIST)
    assert desk.hears("undo", Intent.UNDO) == "Undone, Maria: back on the waitlist, at the same place."
    back = desk.entry(entry.id)
    assert (back.state, back.resolution, back.ended_at) == (EntryState.ACTIVE, None, None)
    assert back.added_at == before.added_at


def test_fewer_texts_is_one_offer_a_week_and_is_taken_back(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    assert desk.hears("too many texts", Intent.FEWER_TEXTS) == (
        "Okay Maria, one offer a week at most from now on. Reply UNDO to take that back."
    )
    assert desk.patient(entry).offers_per_week == 1
    assert desk.hears("undo", Intent.UNDO) == "Undone, Maria: as many offers as before."
    assert desk.patient(entry).offers_per_week is None


def test_no_offers_ends_what_is_out_and_keeps_the_place(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    offer_out(desk)
    assert desk.hears("stop the offers", Intent.NO_OFFERS) == (
        "Okay, no more offers to this number. Messages about your visits still come, and you keep your place. "
        "Reply EARLIER to get offers again."
    )
    assert offer_states(desk) == [OfferState.WITHDRAWN]
    assert desk.entry(entry.id).state is EntryState.ACTIVE


def test_a_number_that_wants_no_offers_is_not_asked(desk: Desk) -> None:
    desk.waits(desk.kind())
    desk.hears("stop the offers", Intent.NO_OFFERS)
    assert desk.ask(desk.opening(desk.provider())) == []


def test_no_offers_taken_back_makes_the_offer_anew(desk: Desk) -> None:
    desk.waits(desk.kind())
    offer_out(desk)
    desk.hears("stop the offers", Intent.NO_OFFERS)
    desk.run_due_openings()
    assert desk.hears("undo", Intent.UNDO) == "Undone: offers come to this number again."
    assert offer_states(desk) == [OfferState.QUEUED]


def test_start_brings_offers_back(desk: Desk) -> None:
    desk.waits(desk.kind())
    desk.hears("stop the offers", Intent.NO_OFFERS)
    desk.hears("start", Intent.OUT_OF_SCOPE)
    assert [point.no_offers_at for point in desk.all_of(ContactPoint)] == [None]


def test_start_after_a_stop_leaves_a_pause_as_it_is(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    desk.hears("not till january", Intent.NOT_NOW)
    desk.hears("please stop texting me", Intent.OUT_OF_SCOPE)
    desk.hears("please start texting me again", Intent.START)
    assert desk.entry(entry.id).paused_until == date(2027, 1, 1)


def test_nobodys_cap_but_theirs_is_changed(desk: Desk) -> None:
    desk.waits(desk.kind())
    other = desk.waits(desk.kind("physical"), BEN, "+12125550302")
    desk.hears("too many texts", Intent.FEWER_TEXTS)
    assert desk.run(lambda tx: tx.session.get_one(Patient, other.patient_id)).offers_per_week is None
