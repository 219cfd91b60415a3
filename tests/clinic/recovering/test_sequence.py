"""The clinic's own sequence: its words, what it leaves to staff, and a change while visits are being won back."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from clinic import recovery, recovery_by_hand, recovery_sequence
from clinic.audit import SYSTEM
from rules.recovery_terms import RecoveryTerms
from rules.states import CancellationKind, DueKind
from storage.tables import DueWork, Patient, Task
from storage.transaction import Tx
from tests.clinic.recovering.conftest import Missed
from tests.clinic.second_thoughts.conftest import NOW

OWN = "Hi {first_name}, {provider} waited for you on {when}. Call {phone} or"
FIRST = {"wording": "lost", "words": {"no_show": {"en": OWN}}}


def decide(missed: Missed, **terms: Any) -> None:
    decided = RecoveryTerms.model_validate(terms)
    missed.office.do(lambda tx: recovery_sequence.change(tx, decided, SYSTEM))


def tasks(missed: Missed) -> list[str]:
    return [each.note for each in missed.office.all(Task)]


def due_at(missed: Missed) -> Any:
    due = select(DueWork.due_at).where(DueWork.kind == DueKind.RECOVERY, DueWork.done_at.is_(None))
    return missed.office.do(lambda tx: tx.session.scalars(due).one())


def test_a_text_begins_in_the_clinics_own_words_and_tells_the_times_and_how_to_answer(missed: Missed) -> None:
    decide(missed, touches=[FIRST])
    missed.office.later(minutes=45)
    (text,) = missed.texts
    began = "Lakeside: Hi Tom, Dr Lee waited for you on Mon Nov 30, 10:00am. Call (212) 555-0199 or"
    assert text.startswith(f"{began} How about 1) Tue Dec 1, 10:00am")
    assert text.endswith("The number books it until 1:00pm, or tell me what suits. STOP to opt out")


def test_the_attempt_keeps_the_words_as_they_were_written(missed: Missed) -> None:
    decide(missed, touches=[FIRST])
    missed.office.later(minutes=45)
    assert [(each.wording, each.words) for each in missed.attempts] == [("no_show", OWN)]


def test_who_reads_another_language_than_the_clinic_wrote_gets_our_words(missed: Missed) -> None:
    decide(missed, touches=[FIRST])

    def speaks(tx: Tx) -> None:
        tx.session.get_one(Patient, missed.tom).language = "es"

    missed.office.do(speaks)
    missed.office.later(minutes=45)
    assert "Tom, le echamos de menos" in missed.texts[0]
    assert [each.words for each in missed.attempts] == [None]


def test_the_words_of_another_kind_of_loss_are_not_said(missed: Missed) -> None:
    decide(missed, touches=[{"wording": "lost", "words": {"cancelled": {"en": OWN}}}])
    missed.office.later(minutes=45)
    assert "Tom, we missed you" in missed.texts[0]


def test_a_text_that_waits_to_go_says_what_was_decided_when_it_was_written(missed: Missed) -> None:
    decide(missed, touches=[FIRST])
    missed.office.clock.set(NOW + timedelta(hours=1))
    missed.office.do(lambda tx: recovery.work(tx, missed.case.id))
    decide(missed)
    missed.office.settle()
    assert "Hi Tom, Dr Lee waited for you" in missed.texts[0]


def test_what_is_left_to_staff_is_not_texted_but_called_about(missed: Missed) -> None:
    decide(missed, texted_after=[CancellationKind.CANCELLED])
    missed.office.later(minutes=45)
    assert missed.texts == []
    assert tasks(missed) == ["Missed Mon Nov 30, 10:00am with Dr Lee: Tom Reed. No text could be sent."]


def test_staff_may_have_it_texted_all_the_same(missed: Missed) -> None:
    decide(missed, texted_after=[])
    missed.office.later(minutes=45)
    assert missed.office.do(lambda tx: recovery_by_hand.text_now(tx, missed.case.id, missed.office.sam))
    missed.office.settle()
    assert len(missed.texts) == 1


def test_a_shorter_wait_holds_for_visits_that_are_lost_already(missed: Missed) -> None:
    missed.office.later(minutes=45)
    decide(missed, touches=[{"wording": "lost"}, {"after_hours": 2}])
    missed.office.settle()
    assert due_at(missed).replace(microsecond=0) == NOW + timedelta(hours=3)


def test_switched_off_nothing_more_is_texted(missed: Missed) -> None:
    missed.office.later(minutes=45)
    decide(missed, texted_after=[])
    missed.office.later(days=5)
    assert len(missed.texts) == 1
    assert len(tasks(missed)) == 1
