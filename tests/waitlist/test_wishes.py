"""Wishes said by text: kept, said back, matched at once, and taken back exactly."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings

from clinic import wishes
from clinic.audit import PATIENT
from rules.facts import TimeWindow
from rules.states import DueKind, EntryState, OfferState
from rules.wishes import Stated, sharpen
from storage.tables import Conversation, Offer, Patient, WaitlistEntry
from storage.transaction import Store, Tx
from tests import factories
from tests.rules.test_any_wishes import stated_things
from tests.waitlist.desk import NOW, Clock, Desk
from tests.waitlist.test_changing import changed

NOT_TUESDAYS = Stated(excluded_weekdays=frozenset({1}))
NOT_TUESDAY_AFTERNOONS = Stated(excluded_day_times=((1, TimeWindow(time(12), time(17))),))
NOT_FRIDAYS = Stated(excluded_weekdays=frozenset({4}))
MORNINGS_ONLY = Stated(
    times=(TimeWindow(time(0), time(12)),), excluded_times=(TimeWindow(time(12), time(23, 59)),)
)


def keep(desk: Desk, stated: Stated, *entries: WaitlistEntry, passing: Offer | None = None) -> bool:
    def kept(tx: Tx, conversation: Conversation) -> bool:
        own = [tx.session.get_one(WaitlistEntry, entry.id) for entry in entries]
        passed = tx.session.get_one(Offer, passing.id) if passing else None
        return wishes.keep(tx, conversation, own, stated, PATIENT, passing=passed)

    return bool(desk.by_text(kept))


def test_a_wish_is_kept_on_every_entry_of_the_patient(desk: Desk) -> None:
    first = desk.waits(desk.kind())
    kind = desk.kind("other")
    second = desk.run(lambda tx: factories.entry(tx, tx.session.get_one(Patient, first.patient_id), kind))
    keep(desk, NOT_TUESDAYS, first, second)
    assert [desk.entry(each.id).excluded_weekdays for each in (first, second)] == [[1], [1]]


def test_a_wish_is_said_back_in_one_text(desk: Desk) -> None:
    keep(desk, NOT_TUESDAYS, desk.waits(desk.kind()))
    assert desk.said() == ["Got it, Maria: no Tuesdays. You keep your place on the list."]


def test_an_exclusion_of_a_part_of_one_day_is_kept_beside_the_others_and_said_back(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), excluded_times=[["17:00", "23:59"]])
    keep(desk, NOT_TUESDAY_AFTERNOONS, entry)
    assert desk.said() == ["Got it, Maria: no afternoons on Tuesdays. You keep your place on the list."]
    assert desk.entry(entry.id).excluded_times == [["17:00", "23:59"], ["12:00", "17:00", 1]]


def test_nobody_is_offered_what_lies_in_a_part_of_a_day_they_ruled_out(desk: Desk) -> None:
    keep(desk, NOT_TUESDAY_AFTERNOONS, desk.waits(desk.kind()))
    assert desk.ask(desk.opening(desk.provider())) == []


def test_an_offer_in_a_part_of_a_day_that_is_ruled_out_is_passed(desk: Desk) -> None:
    opening, entry = desk.opening(desk.provider()), desk.waits(desk.kind())
    desk.ask(opening)
    keep(desk, NOT_TUESDAY_AFTERNOONS, entry)
    assert [offer.state for offer in desk.all_of(Offer)] == [OfferState.DECLINED]


def test_a_family_is_named(desk: Desk) -> None:
    kind = desk.kind()
    keep(desk, NOT_TUESDAYS, desk.waits(kind), desk.waits(kind, "Ben Ott"))
    assert desk.said() == ["Got it, Maria and Ben: no Tuesdays. You keep your place on the list."]


def test_a_wish_is_matched_at_once(desk: Desk) -> None:
    opening, entry = desk.opening(desk.provider()), desk.waits(desk.kind())
    keep(desk, NOT_FRIDAYS, entry)
    assert desk.due(DueKind.OPENING, opening.id) == NOW


def test_an_offer_that_is_out_and_ruled_out_counts_as_passed_without_a_mark(desk: Desk) -> None:
    opening, entry = desk.opening(desk.provider()), desk.waits(desk.kind())
    desk.ask(opening)
    keep(desk, NOT_TUESDAYS, entry)
    assert [offer.state for offer in desk.all_of(Offer)] == [OfferState.DECLINED]
    assert desk.entry(entry.id).offers_declined == 0
    assert desk.due(DueKind.OPENING, opening.id) == NOW


def test_an_offer_that_is_out_and_still_fits_stays_out(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    desk.ask(desk.opening(desk.provider()))
    keep(desk, NOT_FRIDAYS, entry)
    assert [offer.state for offer in desk.all_of(Offer)] == [OfferState.QUEUED]


def test_a_no_that_says_why_gets_a_mark_and_one_text(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    (offer,) = desk.ask(desk.opening(desk.provider()))
    keep(desk, NOT_TUESDAYS, entry, passing=offer)
    assert desk.entry(entry.id).offers_declined == 1
    assert desk.said() == ["No problem, Maria, and got it: no Tuesdays. You keep your place on the list."]


def test_a_wish_that_would_leave_no_time_changes_and_says_nothing(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), excluded_weekdays=[0, 2, 3, 4, 5, 6])
    assert not keep(desk, NOT_TUESDAYS, entry)
    assert desk.entry(entry.id).excluded_weekdays == [0, 2, 3, 4, 5, 6]
    assert desk.said() == []


def test_a_last_day_that_has_passed_leaves_no_time(desk: Desk) -> None:
    assert not keep(desk, Stated(latest=date(2026, 11, 29)), desk.waits(desk.kind()))


def test_undo_puts_back_the_wishes_of_every_entry(desk: Desk) -> None:
    kind = desk.kind()
    maria, ben = desk.waits(kind, weekdays=[1]), desk.waits(kind, "Ben Ott")
    keep(desk, NOT_TUESDAYS, maria, ben)
    assert desk.take_back()
    assert [desk.entry(each.id).weekdays for each in (maria, ben)] == [[1], []]
    assert [desk.entry(each.id).excluded_weekdays for each in (maria, ben)] == [[], []]


def test_undo_says_what_it_did(desk: Desk) -> None:
    keep(desk, NOT_TUESDAYS, desk.waits(desk.kind()))
    desk.take_back()
    assert desk.said()[1:] == ["Undone, Maria: your wishes are as they were before."]


def test_wishes_are_not_taken_back_once_nobody_waits(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    keep(desk, NOT_TUESDAYS, entry)

    def booked(tx: Tx) -> None:
        tx.session.get_one(WaitlistEntry, entry.id).state = EntryState.BOOKED

    desk.run(booked)
    assert not desk.take_back()


def test_staff_who_change_a_wish_end_what_it_rules_out(desk: Desk) -> None:
    opening, entry = desk.opening(desk.provider()), desk.waits(desk.kind())
    desk.ask(opening)
    changed(desk, entry.id, excluded_weekdays=[1])
    assert [offer.state for offer in desk.ask(opening)] == [OfferState.WITHDRAWN]


def test_what_was_stated_survives_being_kept_beside_a_question() -> None:
    stated = Stated(excluded_weekdays=frozenset({1}), earliest=date(2027, 1, 4), **_morning())
    assert wishes.from_text(wishes.to_text(stated)) == stated


def _morning() -> dict[str, tuple[TimeWindow, ...]]:
    return {"times": MORNINGS_ONLY.times, "excluded_times": MORNINGS_ONLY.excluded_times}


@pytest.fixture(scope="module")
def one_entry(store_and_clock: tuple[Store, Clock]) -> tuple[Desk, WaitlistEntry]:
    """The same entry for every example, which each leaves as it found it."""
    store, clock = store_and_clock
    with store.unscoped() as session:
        desk = Desk(store, clock, factories.clinic(session, NOW).id)
    return desk, desk.waits(desk.kind(), weekdays=[2], excluded_weekdays=[5], times=[["09:00", "12:00"]])


@given(stated=stated_things)
@settings(max_examples=25, deadline=None, derandomize=True, database=None)
def test_undo_restores_exactly(one_entry: tuple[Desk, WaitlistEntry], stated: Stated) -> None:
    desk, entry = one_entry
    stated = _known_here(stated)
    before = wishes.wishes_of(desk.entry(entry.id))
    desk.later(timedelta(seconds=1))
    if keep(desk, stated, entry):
        assert wishes.wishes_of(desk.entry(entry.id)) == sharpen(before, stated)
        assert desk.take_back()
    assert wishes.wishes_of(desk.entry(entry.id)) == before


def _known_here(stated: Stated) -> Stated:
    """The providers of the rules' tests work elsewhere."""
    return replace(stated, provider_id=None, only_provider=False, excluded_provider_id=None)
