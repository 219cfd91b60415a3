"""How long an entry lasts: asked before it ends, kept by a yes, ended silently or with the visit it replaces."""

from datetime import date, timedelta

import pytest

from clinic import expiry, waitlist
from clinic.audit import PATIENT, SYSTEM
from clinic.waitlist import Wish
from nlu.understanding import Intent
from rules.states import DueKind, EntryState, OfferState
from storage.tables import Message, WaitlistEntry
from tests.waitlist.desk import NOW, Desk


def ends_in(desk: Desk, days: float, **more: object) -> WaitlistEntry:
    return desk.waits(desk.kind(), expires_at=NOW + timedelta(days=days), **more)


def look(desk: Desk, entry: WaitlistEntry) -> object:
    return desk.run(lambda tx: expiry.work(tx, entry.id))


def asked(desk: Desk) -> list[Message]:
    return [each for each in desk.all_of(Message) if each.phrase == "still_waiting"]


def test_joining_sets_when_it_is_looked_at(desk: Desk) -> None:
    who, kind = desk.on_file(), desk.kind()
    entry = desk.run(lambda tx: waitlist.add(tx, Wish(who.id, kind.id), SYSTEM))
    assert desk.due(DueKind.ENTRY_EXPIRY, entry.id) == NOW + timedelta(days=83)


def test_long_before_nobody_is_asked(desk: Desk) -> None:
    entry = ends_in(desk, 30)
    assert look(desk, entry) == NOW + timedelta(days=23)
    assert asked(desk) == []


def test_a_week_before_they_are_asked_once(desk: Desk) -> None:
    entry = ends_in(desk, 6)
    assert look(desk, entry) == look(desk, entry) == entry.expires_at
    (text,) = asked(desk)
    assert (text.about_entry_id, text.expires_at) == (entry.id, entry.expires_at)


def test_without_an_answer_it_ends(desk: Desk) -> None:
    entry = ends_in(desk, -1)
    assert look(desk, entry) is None
    ended = desk.entry(entry.id)
    assert (ended.state, ended.resolution) == (EntryState.EXPIRED, "expired")


def test_a_yes_keeps_it_as_long_again(desk: Desk) -> None:
    entry = ends_in(desk, 6)
    desk.by_text(lambda tx, conversation: expiry.stay(tx, conversation, entry.id, PATIENT))
    assert desk.entry(entry.id).expires_at == NOW + timedelta(days=90)
    assert desk.due(DueKind.ENTRY_EXPIRY, entry.id) == NOW + timedelta(days=83)
    assert "you stay on the list until" in desk.said()[-1]


def test_who_is_being_asked_right_now_may_answer_first(desk: Desk) -> None:
    entry = ends_in(desk, -1, state=EntryState.OFFERED)
    assert look(desk, entry) == NOW + timedelta(days=1)
    assert desk.entry(entry.id).state is EntryState.OFFERED


def test_who_has_answered_an_offer_since_keeps_their_place(desk: Desk) -> None:
    entry = ends_in(desk, 1)
    (offer,) = desk.ask(desk.opening(desk.provider()))
    desk.hand_over(offer)
    desk.hears("no thanks", Intent.DECLINE)
    desk.later(timedelta(days=1))
    assert look(desk, entry) is not None
    assert desk.all_of(type(offer))[0].state is OfferState.DECLINED
    assert desk.entry(entry.id).state is EntryState.ACTIVE


def test_who_has_paused_is_not_asked_meanwhile(desk: Desk) -> None:
    entry = ends_in(desk, 3, paused_until=date(2026, 12, 20))
    again_at = look(desk, entry)
    assert asked(desk) == []
    assert again_at is not None
    assert desk.entry(entry.id).expires_at > NOW + timedelta(days=20)


def test_nothing_is_sooner_than_a_visit_that_has_begun(desk: Desk) -> None:
    lee, kind = desk.provider(), desk.kind()
    entry = desk.waits(kind)
    visit = desk.visit(entry, NOW + timedelta(days=2), with_whom=lee, kind=kind)

    def replacing(tx: object) -> None:
        found = tx.session.get_one(WaitlistEntry, entry.id)  # type: ignore[attr-defined]
        found.replaces_id = visit.id

    desk.run(replacing)
    assert look(desk, entry) == visit.starts_at
    desk.later(timedelta(days=2))
    assert look(desk, entry) is None
    assert desk.entry(entry.id).state is EntryState.EXPIRED


@pytest.mark.parametrize("state", [EntryState.BOOKED, EntryState.REMOVED, EntryState.DECLINED])
def test_who_waits_no_more_is_left_alone(desk: Desk, state: EntryState) -> None:
    entry = ends_in(desk, -1, state=state)
    assert look(desk, entry) is None
    assert desk.entry(entry.id).state is state


def test_a_text_about_an_entry_is_counted(desk: Desk) -> None:
    entry = ends_in(desk, 6)
    desk.run(lambda tx: waitlist.texted(tx, entry.id))
    counted = desk.entry(entry.id)
    assert (counted.notifications, counted.last_notified_at) == (1, NOW)
