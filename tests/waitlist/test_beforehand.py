"""Booked without being asked: only who agreed, only in good time, never over anybody's head, and given back."""

from datetime import timedelta

import pytest

from clinic import appointments, beforehand, waitlist
from clinic.audit import PATIENT
from nlu.understanding import Intent
from rules.states import AnsweredBy, EntryPriority, EntryState, FilledBy, OfferState, OpeningState, TaskKind
from storage.tables import Appointment, Message, Offer, Opening, Task, WaitlistEntry
from storage.transaction import Tx
from tests.waitlist.desk import NOW, Desk

IN_A_WEEK = NOW + timedelta(days=7)


def test_who_agreed_is_booked_at_once_and_told(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), auto_book=True)
    (offer,) = desk.ask(desk.opening(desk.provider(), IN_A_WEEK))
    assert (offer.state, offer.answered_by) == (OfferState.ACCEPTED, AnsweredBy.BEFOREHAND)
    (opening,) = desk.all_of(Opening)
    assert (opening.state, opening.filled_by) == (OpeningState.FILLED, FilledBy.WAITLIST)
    left = desk.entry(entry.id)
    assert (left.state, left.offers_accepted) == (EntryState.BOOKED, 1)
    (text,) = desk.all_of(Message)
    assert "Booked for you, Maria" in text.body
    assert "UNDO by 11:00am" in text.body


def test_with_too_little_notice_they_are_asked(desk: Desk) -> None:
    desk.waits(desk.kind(), auto_book=True)
    (offer,) = desk.ask(desk.opening(desk.provider(), NOW + timedelta(hours=23)))
    assert offer.state is OfferState.QUEUED


def test_nobody_is_booked_over_the_head_of_somebody_being_asked(desk: Desk) -> None:
    kind = desk.kind()
    desk.waits(kind, "Ana Silva", "+12125550302", priority=EntryPriority.URGENT)
    desk.waits(kind, auto_book=True)
    opening = desk.opening(desk.provider(), IN_A_WEEK)
    (offer,) = desk.ask(opening)
    assert offer.state is OfferState.QUEUED
    desk.hand_over(offer)
    desk.ask(opening)
    assert len(desk.all_of(Offer)) == 1
    desk.later(timedelta(hours=3))
    assert [each.state for each in desk.ask(opening)] == [OfferState.LOST, OfferState.ACCEPTED]


def test_at_night_the_slot_waits_for_the_morning(desk: Desk) -> None:
    desk.waits(desk.kind(), auto_book=True)
    opening = desk.opening(desk.provider(), IN_A_WEEK)
    desk.later(timedelta(hours=12))
    assert desk.ask(opening) == []
    desk.later(timedelta(hours=11, minutes=1))
    assert [each.state for each in desk.ask(opening)] == [OfferState.ACCEPTED]


def test_two_slots_at_one_time_are_never_both_booked(desk: Desk) -> None:
    desk.waits(desk.kind(), auto_book=True)
    desk.waits(desk.kind("cleaning"), "Other", "+12125550399")
    lee, kim = desk.provider(), desk.provider("Dr Kim")
    for provider in (lee, kim):
        desk.ask(desk.opening(provider, IN_A_WEEK))
    mine = [each for each in desk.all_of(Appointment) if each.starts_at == IN_A_WEEK]
    assert len(mine) == 1


def test_it_is_given_back_within_the_hour(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), auto_book=True)
    desk.ask(desk.opening(desk.provider(), IN_A_WEEK))
    desk.later(timedelta(minutes=45))
    assert "is not booked" in desk.hears("undo", Intent.UNDO)
    again = desk.entry(entry.id)
    assert (again.state, again.auto_book, again.offers_accepted) == (EntryState.ACTIVE, True, 0)
    assert len([each for each in desk.all_of(Opening) if each.state is OpeningState.OPEN]) == 1


def test_after_that_it_is_a_visit_like_any(desk: Desk) -> None:
    desk.waits(desk.kind(), auto_book=True)
    desk.ask(desk.opening(desk.provider(), IN_A_WEEK))
    desk.later(timedelta(minutes=61))
    assert "Reply YES to cancel it" in desk.hears("undo", Intent.UNDO)


@pytest.mark.parametrize("text", ["book me automatically", "just put me in"])
def test_it_is_agreed_to_in_two_steps(desk: Desk, text: str) -> None:
    entry = desk.waits(desk.kind())
    assert "without asking you?" in desk.hears(text, Intent.ACCEPT)
    assert not desk.entry(entry.id).auto_book
    assert "I'll book the first time that fits" in desk.hears("yes", Intent.ACCEPT)
    assert desk.entry(entry.id).auto_book


def test_a_no_agrees_to_nothing(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    desk.hears("book me automatically", Intent.AUTO_BOOK)
    assert "ask you before" in desk.hears("no", Intent.DECLINE)
    assert not desk.entry(entry.id).auto_book


def test_who_waits_for_nothing_joins_first(desk: Desk) -> None:
    desk.on_file()
    desk.kind()
    said = desk.hears("book me automatically", Intent.AUTO_BOOK)
    assert "you're on the waitlist" in said
    assert "without asking you?" in said


def test_to_an_open_offer_it_is_asked_back(desk: Desk) -> None:
    desk.waits(desk.kind())
    (offer,) = desk.ask(desk.opening(desk.provider(), IN_A_WEEK))
    desk.hand_over(offer)
    assert "Just to check" in desk.hears("book me automatically whenever", Intent.AUTO_BOOK)
    assert desk.all_of(Appointment) == []


def test_ask_me_first_ends_it_and_can_be_taken_back(desk: Desk) -> None:
    entry = desk.waits(desk.kind(), auto_book=True)
    desk.hears("ask me first", Intent.OUT_OF_SCOPE)
    assert not desk.entry(entry.id).auto_book
    assert desk.take_back()
    assert desk.entry(entry.id).auto_book


def test_a_visit_that_clashes_by_now_is_not_booked_over(desk: Desk) -> None:
    lee, kind = desk.provider(), desk.kind()
    entry = desk.waits(kind, auto_book=True)
    opening = desk.opening(lee, IN_A_WEEK)
    desk.visit(entry, IN_A_WEEK, with_whom=desk.provider("Dr Kim"), kind=desk.kind("cleaning"))
    assert desk.ask(opening) == []


def test_somebody_pressing_who_answers_nothing_is_looked_at(desk: Desk) -> None:
    kind = desk.kind()
    desk.waits(kind, priority=EntryPriority.URGENT, unanswered_in_row=2)
    opening = desk.opening(desk.provider(), IN_A_WEEK)
    (offer,) = desk.ask(opening)
    desk.hand_over(offer)
    desk.later(timedelta(hours=3))
    desk.ask(opening)
    assert [task.kind for task in desk.all_of(Task)] == [TaskKind.LOOK_AT]
    assert not desk.all_of(WaitlistEntry)[0].auto_match


def test_why_an_offer_is_passed_on_is_kept(desk: Desk) -> None:
    desk.waits(desk.kind())
    (offer,) = desk.ask(desk.opening(desk.provider(), IN_A_WEEK))
    desk.hand_over(offer)
    desk.hears("no, i am sick that week", Intent.DECLINE)
    assert desk.all_of(Offer)[0].decline_reason == "illness"


def test_agreeing_for_who_waits_no_more_changes_nothing(desk: Desk) -> None:
    entry = desk.waits(desk.kind())

    def work(tx: Tx) -> None:
        waitlist.remove(tx, entry.id, PATIENT, "patient removed")

    desk.run(work)
    assert not desk.by_text(lambda tx, conversation: beforehand.agree(tx, conversation, [entry.id], PATIENT))
    assert not desk.entry(entry.id).auto_book
    assert desk.run(lambda tx: appointments.coming(tx, [entry.patient_id])) == []
