"""What follows a call or a text about a lost visit that does not arrive, or that nobody answers."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clinic import (
    consent,
    conversations,
    no_shows,
    recovery_by_hand,
    recovery_texts,
)
from clinic.audit import SYSTEM
from rules.states import (
    AttemptChannel,
    ConsentKind,
    ConsentSource,
    DeliveryState,
    SenderKind,
    TaskKind,
)
from storage.queries import status
from storage.queries.status import StatusUpdate
from storage.tables import Message, PatientContact, RecoveryAttempt, Sender, Task
from storage.transaction import Tx
from tests.clinic.recovering.calling import ends, kept, picks_up, presses
from tests.clinic.recovering.conftest import Missed


def test_who_listened_and_took_none_is_called_by_a_person_and_not_texted(rung: Missed) -> None:
    presses(rung, "2", picks_up(rung).question)
    rung.office.later(hours=30)
    assert (rung.texts, [task.kind for task in rung.office.all(Task)]) == ([], [TaskKind.RECOVERY])


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
        return tx.session.scalars(select(Message.id).order_by(Message.id.desc()).limit(1)).one()

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
