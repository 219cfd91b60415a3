"""Offers that go unanswered switch the next ones off, and whatever the patient says switches them on again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clinic import direct_answers, offers, waitlist
from clinic.audit import SYSTEM
from clinic.wish import wish_of
from nlu.understanding import Intent
from rules.states import AnsweredBy, DueKind, OfferState
from storage.tables import Offer, WaitlistEntry
from tests.waitlist.desk import TUESDAY_AT_THREE, Desk


def left_alone(desk: Desk) -> tuple[WaitlistEntry, Offer]:
    """Maria has just let her third offer in a row lapse; its slot is still free."""
    entry = desk.waits(desk.kind(), unanswered_in_row=2)
    (offer,) = desk.ask(desk.opening(desk.provider()))
    desk.hand_over(offer)
    desk.run(lambda tx: offers.lapse(tx, offer.id))
    assert not desk.entry(entry.id).auto_match
    return entry, offer


@pytest.mark.parametrize(
    ("words", "read"), [("no thanks", Intent.DECLINE), ("who is this?", Intent.QUESTION)]
)
def test_a_late_answer_by_text_has_the_bot_ask_again(desk: Desk, words: str, read: Intent) -> None:
    entry, _ = left_alone(desk)
    desk.hears(words, read)
    now = desk.entry(entry.id)
    assert (now.auto_match, now.unanswered_in_row) == (True, 0)


def test_a_late_no_by_its_link_has_the_bot_ask_again_at_once(desk: Desk) -> None:
    entry, offer = left_alone(desk)
    other = desk.opening(desk.provider("Dr Kim"), TUESDAY_AT_THREE + timedelta(days=1))
    desk.run(lambda tx: direct_answers.decline(tx, offer.id, AnsweredBy.LINK))
    assert desk.entry(entry.id).auto_match
    assert desk.due(DueKind.OPENING, other.id) == desk.clock.now


def test_a_yes_that_comes_too_late_has_the_bot_ask_again(desk: Desk) -> None:
    entry, offer = left_alone(desk)
    desk.run(lambda tx: setattr(tx.session.get_one(Offer, offer.id), "state", OfferState.LOST))
    desk.hears("yes", Intent.ACCEPT)
    assert desk.entry(entry.id).auto_match


def test_a_wish_that_staff_write_down_has_the_bot_ask_again(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), auto_match=False, unanswered_in_row=3)
    wish = replace(wish_of(entry), weekdays=[2])
    desk.run(lambda tx: waitlist.change(tx, entry.id, wish, SYSTEM))
    now = desk.entry(entry.id)
    assert (now.auto_match, now.unanswered_in_row) == (True, 0)


def test_a_note_that_staff_write_down_changes_nothing_of_it(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), auto_match=False, unanswered_in_row=3)
    wish = replace(wish_of(entry), notes="called, nobody there", priority="high")
    desk.run(lambda tx: waitlist.change(tx, entry.id, wish, SYSTEM))
    assert not desk.entry(entry.id).auto_match


def test_what_staff_switched_off_stays_off_whatever_the_patient_writes(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), unanswered_in_row=1)
    wish = replace(wish_of(entry), auto_match=False)
    desk.run(lambda tx: waitlist.change(tx, entry.id, wish, SYSTEM))
    desk.hears("mornings only", Intent.PREFERENCES)
    assert not desk.entry(entry.id).auto_match


def test_a_no_taken_back_does_not_bring_back_what_had_switched_offers_off(desk: Desk) -> None:
    entry, _ = left_alone(desk)
    desk.hears("no thanks", Intent.DECLINE)
    desk.hears("wait no, sorry wrong button", Intent.UNDO)
    now = desk.entry(entry.id)
    assert (now.auto_match, now.unanswered_in_row) == (True, 0)
