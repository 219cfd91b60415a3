"""Reminders by telephone: what is said, what a key does, and how it goes on where nobody picks up."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import appointments, reminding
from clinic.audit import SYSTEM
from rules.states import CancelledBy, Channel, ConsentKind, Holder
from storage.tables import AuditEvent, Conversation, Escalation, Message, Patient, Task
from storage.transaction import Tx
from tests.channels.house import ANA, Reached


@pytest.fixture
def by_call(reached: Reached) -> Reached:
    """Ana agreed to calls and to texts; the clinic reminds by calls first."""
    reached.opens(Channel.VOICE)
    reached.agrees(ANA, ConsentKind.VOICE)
    reached.decides(reminder_channels=["voice", "sms"], reminder_hours=[24])
    return reached


@pytest.fixture
def visit(by_call: Reached) -> UUID:
    """Ana's visit in a day, of which she is just being called."""
    booked = by_call.books()
    by_call.reminds()
    return booked


def phone(reached: Reached) -> str:
    return reached.house.phones[ANA]


def call(reached: Reached) -> dict[str, Any]:
    return reached.system.carrier.calls(phone(reached))[-1]


def heard(reached: Reached) -> str:
    """What the call said last, as the ear has it, once."""
    words = re.findall(r"<Say[^>]*>([^<]*)</Say>", call(reached)["said"][-1])
    return unescape(words[0])


def press(reached: Reached, digit: str, *, again: bool = False) -> str:
    reached.system.carrier.press(call(reached)["sid"], digit, again=again)
    reached.system.work()
    return heard(reached)


def texts(reached: Reached) -> list[str]:
    return reached.system.carrier.sent_to(phone(reached))


def escalated(reached: Reached) -> list[str]:
    found: list[str] = reached.run(lambda tx: list(tx.session.scalars(select(Escalation.kind))))
    return found


def test_the_call_says_who_calls_then_the_visit_then_the_keys(by_call: Reached, visit: UUID) -> None:
    assert re.fullmatch(
        r"Hello, this is Lakeside Clinic\. P0, see you \w+, \w+ \d+, \d+:\d\d [AP]M with Dr Lee\. "
        r"Press 1 to confirm\. "
        r"Press 2 to change it\. Press 3 if you can't come\. Press 0 for a person\. "
        r"Press 9 for no more automatic calls\.",
        heard(by_call),
    )
    assert "Check-up" not in heard(by_call)


def test_key_1_confirms_and_is_confirmed_by_text(by_call: Reached, visit: UUID) -> None:
    assert press(by_call, "1").startswith("Thanks, P0! See you ")
    assert by_call.visit(visit).state == "confirmed"
    assert [text.partition("!")[0] for text in texts(by_call)] == ["Thanks, P0"]


def test_a_key_told_twice_confirms_and_texts_once(by_call: Reached, visit: UUID) -> None:
    press(by_call, "1")
    assert press(by_call, "1", again=True).startswith("Thanks, P0! See you ")
    assert len(texts(by_call)) == 1


def test_an_answer_by_key_is_in_the_audit_log_with_how_it_came(by_call: Reached, visit: UUID) -> None:
    press(by_call, "1")
    done = select(AuditEvent.action, AuditEvent.after).where(AuditEvent.subject_id == visit)
    events = dict(by_call.run(lambda tx: [tuple(row) for row in tx.session.execute(done)]))
    assert events["appointment.confirmed"] == {"state": "confirmed"}
    assert events["reminder.answered"] == {"answer": "confirm", "by": "call"}


def test_key_2_has_the_desk_move_it_and_it_stands_until_then(by_call: Reached, visit: UUID) -> None:
    press(by_call, "2")
    assert (escalated(by_call), by_call.visit(visit).state) == (["reschedule"], "booked")
    line = select(Conversation.holder).where(Conversation.address == phone(by_call))
    assert by_call.run(lambda tx: tx.session.scalar(line)) is Holder.PERSON


def test_key_3_cancels_only_after_it_was_asked_whether_they_are_sure(by_call: Reached, visit: UUID) -> None:
    assert press(by_call, "3").startswith("Shall I cancel P0's visit ")
    assert by_call.visit(visit).state == "booked"
    assert "is cancelled. For another time, call (212) 555-0199." in press(by_call, "1")
    assert by_call.visit(visit).state == "cancelled"
    assert texts(by_call)[0].startswith("Done: P0's visit with Dr Lee")


def test_key_3_told_twice_is_asked_again_and_cancels_nothing(by_call: Reached, visit: UUID) -> None:
    press(by_call, "3")
    assert press(by_call, "3", again=True).startswith("Shall I cancel P0's visit ")
    assert by_call.visit(visit).state == "booked"


def test_a_cancel_by_key_is_taken_back_by_text(by_call: Reached, visit: UUID) -> None:
    press(by_call, "3")
    press(by_call, "1")
    by_call.system.text(phone(by_call), "UNDO")
    assert by_call.visit(visit).state == "booked"


def test_who_is_not_sure_keeps_the_visit(by_call: Reached, visit: UUID) -> None:
    press(by_call, "3")
    assert press(by_call, "2").startswith("Kept: P0 is still booked with Dr Lee")
    assert (by_call.visit(visit).state, texts(by_call)) == ("booked", [])


def test_key_0_gets_a_person(by_call: Reached, visit: UUID) -> None:
    press(by_call, "0")
    assert (escalated(by_call), by_call.visit(visit).state) == (["asked"], "booked")


def test_key_9_ends_calls_and_the_next_reminder_is_a_text(by_call: Reached, visit: UUID) -> None:
    by_call.decides(reminder_hours=[24, 20])
    assert "no more automatic calls" in press(by_call, "9")
    assert by_call.consents(ConsentKind.VOICE) == [False]
    later = by_call.books(hours=20)
    by_call.run(lambda tx: reminding.work(tx, tx.clinic_id))
    by_call.system.work()
    assert by_call.visit(later).state == "booked"
    assert (len(by_call.system.carrier.calls(phone(by_call))), len(texts(by_call))) == (1, 1)


def test_another_key_hears_the_keys_again(by_call: Reached, visit: UUID) -> None:
    assert press(by_call, "7").startswith("Press 1 to confirm.")
    assert by_call.visit(visit).state == "booked"


def test_a_machine_hears_nothing_of_the_visit_and_a_text_follows(by_call: Reached) -> None:
    by_call.system.carrier.picks_up(phone(by_call), "machine")
    by_call.books()
    by_call.reminds()
    assert heard(by_call) == "Hello, this is Lakeside Clinic. Please call us at (212) 555-0199. Thank you."
    assert [text.partition(",")[0] for text in texts(by_call)] == ["Lakeside: P0"]


@pytest.mark.parametrize("how", ["busy", "no-answer", "failed"])
def test_a_phone_that_nobody_picks_up_is_texted_once(by_call: Reached, how: str) -> None:
    by_call.system.carrier.picks_up(phone(by_call), how)
    booked = by_call.books()
    by_call.reminds()
    assert "Reply 1 to confirm" in texts(by_call)[0]
    called = select(Message.id).where(Message.phrase == "call_reminder")
    message_id = by_call.run(lambda tx: tx.session.scalar(called))
    by_call.run(lambda tx: reminding.another_way(tx, message_id))  # as due work may, it runs twice
    by_call.system.work()
    assert len(texts(by_call)) == 1
    by_call.system.text(phone(by_call), "1")
    assert by_call.visit(booked).state == "confirmed"


def test_where_no_other_channel_is_left_it_ends_there(by_call: Reached) -> None:
    by_call.decides(reminder_channels=["voice"])
    by_call.system.carrier.picks_up(phone(by_call), "busy")
    by_call.books()
    by_call.reminds()
    assert (len(by_call.system.carrier.calls(phone(by_call))), texts(by_call)) == (1, [])


def agrees_to_no_calls(reached: Reached) -> None:
    reached.agrees(ANA, ConsentKind.VOICE, granted=False)


def does_not_remind_by_calls(reached: Reached) -> None:
    reached.decides(reminder_channels=["sms"])


@pytest.mark.parametrize("change", [agrees_to_no_calls, does_not_remind_by_calls])
def test_no_call_without_consent_and_the_clinics_wish(
    by_call: Reached, change: Callable[[Reached], None]
) -> None:
    change(by_call)
    by_call.books()
    by_call.reminds()
    assert (by_call.system.carrier.calls(phone(by_call)), len(texts(by_call))) == ([], 1)


def test_two_visits_of_a_day_are_one_call_and_key_1_confirms_both(by_call: Reached) -> None:
    visits = [by_call.books(), by_call.books(hours=25, provider="Dr Okoye")]
    by_call.reminds()
    assert re.search(r"P0, see you [^:]*: \S+ with Dr Lee and \S+ with Dr Okoye\.", heard(by_call))
    press(by_call, "1")
    assert [by_call.visit(each).state for each in visits] == ["confirmed", "confirmed"]


def test_of_two_visits_key_3_asks_which_and_whether_they_are_sure(by_call: Reached) -> None:
    first, second = by_call.books(), by_call.books(hours=25, provider="Dr Okoye")
    by_call.reminds()
    assert press(by_call, "3").startswith("Which one can you not come to? Press 1 for ")
    press(by_call, "2")
    press(by_call, "2", again=True)  # the same key told twice is no answer to the next question
    assert "with Dr Okoye? Press 1 to cancel it." in press(by_call, "5")
    press(by_call, "1")
    assert [by_call.visit(each).state for each in (first, second)] == ["booked", "cancelled"]


def test_of_two_visits_key_2_asks_which_and_the_desk_reads_which_it_is(by_call: Reached) -> None:
    first, second = by_call.books(), by_call.books(hours=25, provider="Dr Okoye")
    by_call.reminds()
    assert press(by_call, "2").startswith("Which one shall we change? Press 1 for ")
    assert escalated(by_call) == []
    press(by_call, "2")
    (note,) = by_call.run(lambda tx: list(tx.session.scalars(select(Task.note))))
    assert re.fullmatch(r"Would like another time for the visit \S+ with Dr Okoye\.", note)
    assert escalated(by_call) == ["reschedule"]
    assert [by_call.visit(each).state for each in (first, second)] == ["booked", "booked"]


def test_a_visit_cancelled_while_the_phone_rang_is_said_to_be_gone(by_call: Reached, visit: UUID) -> None:
    by_call.run(lambda tx: appointments.cancel(tx, visit, SYSTEM, who=CancelledBy.STAFF))
    assert press(by_call, "1").startswith("The visit we are calling about is no longer booked.")


def test_a_spanish_patient_hears_spanish(by_call: Reached) -> None:
    def speaks(tx: Tx) -> None:
        tx.session.get_one(Patient, by_call.house.patients[ANA]).language = "es"

    by_call.run(speaks)
    by_call.books()
    by_call.reminds()
    assert 'language="es-US"' in call(by_call)["said"][0]
    assert "Presione 1 para confirmar." in heard(by_call)


def test_without_consent_to_texts_nothing_is_texted(by_call: Reached) -> None:
    by_call.agrees(ANA, ConsentKind.CARE_TEXT, granted=False)
    booked = by_call.books()
    by_call.reminds()
    press(by_call, "3")
    press(by_call, "1")
    assert (by_call.visit(booked).state, texts(by_call)) == ("cancelled", [])
