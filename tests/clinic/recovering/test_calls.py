"""Lost visits asked about by an automatic call: what is said, and what each key does."""

from clinic import (
    recovery_calls,
    recovery_cases,
)
from clinic.audit import SYSTEM
from rules.states import (
    AttemptChannel,
    EscalationKind,
    RecoveryEnd,
    RecoveryState,
)
from storage.tables import Escalation, Hold, Message, Patient
from storage.transaction import Tx
from tests.clinic.recovering.calling import kept, picks_up, presses, the_call
from tests.clinic.recovering.conftest import Missed, agrees_to_calls, has_a_line

KEYS = (
    "Press 1 to take it. Press 2 for another time. Press 0 for a person. Press 9 for no more automatic calls."
)


def test_the_call_says_who_calls_what_was_missed_and_the_first_time(rung: Missed) -> None:
    assert picks_up(rung).words == (
        "Hello, this is Lakeside Clinic. Tom, we missed you Monday, November 30, 10:00 AM. "
        f"I can offer you Tuesday, December 1, 10:00 AM with Dr Lee. {KEYS}"
    )


def test_the_call_is_an_attempt_by_phone_and_nothing_is_texted(rung: Missed) -> None:
    (attempt,) = rung.attempts
    assert (attempt.channel, attempt.touch, rung.texts) == (AttemptChannel.PHONE, 0, [])


def test_key_1_books_the_time_that_was_named_and_a_text_confirms_it(rung: Missed) -> None:
    said = presses(rung, "1", picks_up(rung).question)
    assert said.words.startswith("Booked, Tom: Dr Lee, Tuesday, December 1, 10:00 AM.")
    assert rung.office.visits_of(rung.tom)[-1] == (rung.office.ahead(24), "booked")
    assert [text.partition(":")[0] for text in rung.texts] == ["Booked, Tom"]
    assert (rung.lost.recovery, rung.results, kept(rung)) == (RecoveryState.RECOVERED, ["rescheduled"], [])


def test_a_key_told_twice_books_and_texts_once(rung: Missed) -> None:
    first = picks_up(rung).question
    presses(rung, "1", first)
    assert presses(rung, "1", first).words.startswith("Booked, Tom: Dr Lee")
    assert (len(rung.office.visits_of(rung.tom)), len(rung.texts)) == (2, 1)


def test_the_booking_is_taken_back_by_text(rung: Missed) -> None:
    presses(rung, "1", picks_up(rung).question)
    assert rung.office.takes_back(rung.tom)
    assert rung.office.visits_of(rung.tom)[-1] == (rung.office.ahead(24), "cancelled")


def test_key_2_names_one_time_after_the_other_and_then_says_that_it_was_all(rung: Missed) -> None:
    said, heard = picks_up(rung), list[str]()
    while said.question is not None:
        heard.append(said.words)
        said = presses(rung, "2", said.question)
    assert ["Dec" in words or "December" in words for words in heard] == [True, True, True]
    assert len(set(heard)) == 3
    assert said.words.startswith("That was all I can offer now. Press 2 to hear it again.")
    assert presses(rung, "2", None).question == picks_up(rung).question


def test_the_second_time_can_be_taken(rung: Missed) -> None:
    second = presses(rung, "2", picks_up(rung).question)
    booked = rung.office.get(Hold, second.question) if second.question else None
    presses(rung, "1", second.question)
    assert booked is not None
    assert rung.office.visits_of(rung.tom)[-1] == (booked.starts_at, "booked")


def test_key_0_gets_a_person(rung: Missed) -> None:
    assert presses(rung, "0", picks_up(rung).question).connect == "+12125550199"
    assert [each.kind for each in rung.office.all(Escalation)] == [EscalationKind.ASKED]


def test_key_9_ends_calls_and_the_next_touch_is_a_text(rung: Missed) -> None:
    assert "no more automatic calls" in presses(rung, "9", picks_up(rung).question).words
    assert kept(rung) == []
    rung.office.later(hours=25)
    assert [text.partition(" about")[0] for text in rung.texts] == ["Lakeside: Tom, one last note from us"]


def test_another_key_hears_the_first_time_again(rung: Missed) -> None:
    first = picks_up(rung)
    assert presses(rung, "7", first.question).question == first.question


def test_a_time_that_was_booked_meanwhile_is_said_to_be_taken_and_the_next_is_named(rung: Missed) -> None:
    first = picks_up(rung).question
    ana = rung.office.patient("Ana Cruz")
    rung.office.later(minutes=11)  # nothing is kept for the call any more
    rung.office.visit(ana, hours=24)
    said = presses(rung, "1", first)
    assert said.words.startswith("Sorry Tom, Tuesday, December 1, 10:00 AM with Dr Lee has just been taken.")


def test_a_visit_made_up_for_meanwhile_is_said_to_be_settled(rung: Missed) -> None:
    rung.office.do(lambda tx: recovery_cases.end_case(tx, rung.case.id, RecoveryEnd.REPLACED, SYSTEM))
    assert "The visit we are calling about is settled by now." in picks_up(rung).words


def test_a_voicemail_hears_nothing_of_the_visit(rung: Missed) -> None:
    said = rung.office.do(
        lambda tx: recovery_calls.voicemail(tx, tx.session.get_one(Message, the_call(rung).id))
    )
    assert said.words == "Hello, this is Lakeside Clinic. Please call us at (212) 555-0199. Thank you."


def test_without_consent_to_calls_it_is_a_text(missed: Missed) -> None:
    has_a_line(missed)
    agrees_to_calls(missed, granted=False)
    missed.office.later(minutes=45)
    assert [each.channel for each in missed.attempts] == [AttemptChannel.SMS]


def test_where_nothing_is_free_the_call_offers_a_person(nothing_free: Missed) -> None:
    has_a_line(nothing_free)
    agrees_to_calls(nothing_free)
    nothing_free.office.later(minutes=45)
    said = picks_up(nothing_free)
    assert (said.words.partition("AM. ")[2], said.question) == (
        "Press 0 to find a new time with a person. Press 9 for no more automatic calls.",
        None,
    )


def test_a_spanish_patient_hears_spanish(missed: Missed) -> None:
    def speaks(tx: Tx) -> None:
        tx.session.get_one(Patient, missed.tom).language = "es"

    missed.office.do(speaks)
    has_a_line(missed)
    agrees_to_calls(missed)
    missed.office.later(minutes=45)
    assert "Puedo ofrecerle martes 1 de diciembre, 10:00 a.m. con Dr Lee." in picks_up(missed).words
