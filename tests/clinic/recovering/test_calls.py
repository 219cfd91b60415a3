"""Lost visits asked about by an automatic call: what is said, what each key does, and what follows a call that
nobody takes."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clinic import (
    consent,
    conversations,
    no_shows,
    recovery_by_hand,
    recovery_calls,
    recovery_cases,
    recovery_texts,
)
from clinic.audit import SYSTEM
from clinic.calls import Spoken
from rules.states import (
    AttemptChannel,
    ConsentKind,
    ConsentSource,
    DeliveryState,
    EscalationKind,
    HoldState,
    RecoveryEnd,
    RecoveryState,
    SenderKind,
    TaskKind,
)
from storage.queries import status
from storage.queries.status import StatusUpdate
from storage.tables import Escalation, Hold, Message, Patient, PatientContact, RecoveryAttempt, Sender, Task
from storage.transaction import Tx
from tests.clinic.recovering.conftest import Missed

CALLED = {"touches": [{"wording": "lost", "channel": "voice"}, {"after_hours": 24, "wording": "last"}]}
KEYS = (
    "Press 1 to take it. Press 2 for another time. Press 0 for a person. Press 9 for no more automatic calls."
)


def agrees_to_calls(missed: Missed, *, granted: bool = True) -> None:
    def work(tx: Tx) -> None:
        point = consent.contact_point(tx, missed.office.phones[missed.tom])
        own = {"granted": granted, "source": ConsentSource.STAFF, "by": SYSTEM}
        consent.grant(tx, missed.tom, point, ConsentKind.VOICE, **own)

    missed.office.do(work)


def has_a_line(missed: Missed) -> None:
    """The clinic can call, and does so first about lost visits."""
    number = f"voice:+1202{uuid4().int % 10_000_000:07}"
    missed.office.do(lambda tx: tx.session.add(Sender(address=number, kind=SenderKind.VOICE)))
    missed.office.decide(recovery=CALLED)


@pytest.fixture
def rung(missed: Missed) -> Missed:
    """Tom's phone rings about his visit; three times are kept for the call."""
    has_a_line(missed)
    agrees_to_calls(missed)
    missed.office.later(minutes=45)
    return missed


def the_call(missed: Missed) -> Message:
    return next(each for each in missed.office.all(Message) if each.phrase == "call_recovery")


def picks_up(missed: Missed) -> Spoken:
    return missed.office.do(
        lambda tx: recovery_calls.picked_up(tx, tx.session.get_one(Message, the_call(missed).id))
    )


def presses(missed: Missed, key: str, question: UUID | None) -> Spoken:
    def work(tx: Tx) -> Spoken:
        return recovery_calls.pressed(tx, tx.session.get_one(Message, the_call(missed).id), key, question)

    spoken = missed.office.do(work)
    missed.office.settle()
    return spoken


def ends(missed: Missed, state: DeliveryState = DeliveryState.UNDELIVERED, code: str = "busy") -> None:
    """The carrier says how the call went."""

    def work(tx: Tx) -> None:
        status.record(tx.session, StatusUpdate(the_call(missed).id, f"CA{uuid4().hex}", state, code), tx.now)

    missed.office.do(work)
    missed.office.settle()


def kept(missed: Missed) -> list[Hold]:
    return [each for each in missed.office.all(Hold) if each.state is HoldState.LIVE]


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


def test_who_listened_and_took_none_is_called_by_a_person_and_not_texted(rung: Missed) -> None:
    presses(rung, "2", picks_up(rung).question)
    rung.office.later(hours=30)
    assert (rung.texts, [task.kind for task in rung.office.all(Task)]) == ([], [TaskKind.RECOVERY])


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


@pytest.mark.parametrize("code", ["busy", "no-answer", "voicemail"])
def test_a_call_that_nobody_takes_goes_by_text_at_once_as_the_same_touch(rung: Missed, code: str) -> None:
    ends(rung, code=code)
    assert [text.partition(" How about 1)")[0] for text in rung.texts] == [
        "Lakeside: Tom, we missed you Mon Nov 30, 10:00am."
    ]
    (attempt,) = rung.attempts
    assert (attempt.channel, attempt.touch) == (AttemptChannel.SMS, 0)


def test_told_twice_that_nobody_took_it_it_is_texted_once(rung: Missed) -> None:
    ends(rung)
    ends(rung, DeliveryState.FAILED, "failed")
    assert len(rung.texts) == 1


def test_where_no_other_way_is_left_the_sequence_goes_on_in_its_time(rung: Missed) -> None:
    def refuses(tx: Tx) -> None:
        point = consent.contact_point(tx, rung.office.phones[rung.tom])
        own = {"granted": False, "source": ConsentSource.STAFF, "by": SYSTEM}
        consent.grant(tx, rung.tom, point, ConsentKind.CARE_TEXT, **own)

    rung.office.do(refuses)
    ends(rung)
    assert (rung.texts, rung.results) == ([], ["pending"])


def test_who_put_it_off_before_it_failed_is_not_texted(rung: Missed) -> None:
    until = (rung.office.clock() + timedelta(days=9)).date()
    rung.office.do(lambda tx: recovery_by_hand.pause(tx, rung.case.id, until, rung.office.sam))
    ends(rung)
    assert rung.texts == []


def test_an_answer_of_theirs_that_failed_to_be_answered_is_no_touch_to_repeat(missed: Missed) -> None:
    def told(tx: Tx) -> UUID:
        talk = conversations.with_address(tx, conversations.texting(tx), missed.office.phones[missed.tom])
        recovery_texts.offer_here(tx, talk, missed.visit_id)
        return tx.session.scalars(select(Message.id).order_by(Message.id.desc())).first()  # type: ignore[return-value]

    text = missed.office.do(told)
    missed.office.settle()
    fails = StatusUpdate(text, "SM2", DeliveryState.UNDELIVERED, "30003")
    missed.office.do(lambda tx: status.record(tx.session, fails, tx.now))
    missed.office.settle()
    assert [each.wording for each in missed.attempts] == ["reply"]


def test_a_family_s_number_that_was_just_asked_about_another_visit_is_not_texted_at_once(
    rung: Missed,
) -> None:
    others = rung.office.patient("Ben Reed", reachable=False)

    def shares(tx: Tx) -> None:
        point = consent.contact_point(tx, rung.office.phones[rung.tom])
        tx.session.add(PatientContact(patient_id=others, contact_point_id=point.id, position=0))
        own = {"granted": True, "source": ConsentSource.STAFF, "by": SYSTEM}
        consent.grant(tx, others, point, ConsentKind.CARE_TEXT, **own)

    rung.office.do(shares)
    visit = rung.office.visit(others, hours=-2)
    rung.office.do(lambda tx: no_shows.mark(tx, visit, SYSTEM))
    rung.office.later(minutes=45)
    assert [each.channel for each in rung.office.all(RecoveryAttempt)] == [AttemptChannel.PHONE]


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


def test_a_text_that_does_not_arrive_goes_by_email(asked: Missed) -> None:
    def has_mail(tx: Tx) -> None:
        tx.session.add(Sender(address=f"desk{uuid4().hex}@lakeside.example", kind=SenderKind.EMAIL))
        point = consent.contact_point(tx, "tom@example.com")
        tx.session.add(PatientContact(patient_id=asked.tom, contact_point_id=point.id, position=1))
        own = {"granted": True, "source": ConsentSource.STAFF, "by": SYSTEM}
        consent.grant(tx, asked.tom, point, ConsentKind.EMAIL, **own)

    asked.office.do(has_mail)
    (text,) = (each for each in asked.office.all(Message) if each.phrase == "recovery_times")
    asked.office.do(
        lambda tx: status.record(
            tx.session, StatusUpdate(text.id, "SM1", DeliveryState.UNDELIVERED, "30003"), tx.now
        )
    )
    asked.office.settle()
    assert [each.channel for each in asked.attempts] == [AttemptChannel.EMAIL]
    assert kept(asked) == []


def test_the_call_to_staff_says_that_a_machine_called(rung: Missed) -> None:
    for _ in range(3):
        rung.office.later(hours=24)
    (task,) = rung.office.do(lambda tx: tx.session.scalars(select(Task)).all())
    assert "Called by machine Nov 30: no answer." in (task.note or "")
