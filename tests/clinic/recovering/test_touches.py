"""Texts about a lost visit: when they go, and what they offer."""

from datetime import timedelta

from sqlalchemy import select

from clinic import (
    gate,
    no_shows,
    recovery,
)
from clinic.audit import SYSTEM
from rules.states import (
    Holder,
    PromptKind,
    RecoveryEnd,
    RecoveryState,
)
from storage.tables import (
    ContactPoint,
    Message,
    RecoveryAttempt,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.recovering.conftest import Missed
from tests.clinic.recovering.seen import awaited, conversation, holds, open_tasks
from tests.clinic.second_thoughts.conftest import NOW

FIRST = (
    "Lakeside: Tom, we missed you Mon Nov 30, 10:00am. How about 1) Tue Dec 1, 10:00am Dr Lee, "
    "2) Wed Dec 2, 10:00am Dr Lee, 3) Thu Dec 3, 10:00am Dr Lee? The number books it until 1:00pm, or tell me "
    "what suits. STOP to opt out"
)


def test_who_missed_a_visit_hears_half_an_hour_after_its_planned_end_with_three_times_held(
    missed: Missed,
) -> None:
    missed.office.later(minutes=44)
    assert missed.texts == []
    missed.office.later(minutes=1)
    assert missed.texts == [FIRST]
    assert len(holds(missed)) == 3
    assert awaited(missed) == {PromptKind.RECOVERY, PromptKind.LIST}
    assert missed.lost.recovery is RecoveryState.IN_PROGRESS


def test_silence_brings_two_more_and_then_somebody_is_to_call(missed: Missed) -> None:
    missed.office.later(minutes=45)
    missed.office.later(days=1)
    missed.office.later(days=3)
    assert [text.split(". How")[0].split("? How")[0] for text in missed.texts[1:]] == [
        "Lakeside: Tom, shall we find a new time for your visit",
        "Lakeside: Tom, one last note from us about your visit",
    ]
    missed.office.later(days=1)
    assert missed.results == ["no_response"] * 3
    assert open_tasks(missed) == [
        "Missed Mon Nov 30, 10:00am with Dr Lee: Tom Reed. Texted Nov 30, Dec 1 and Dec 4: no answer."
    ]


def test_after_thirty_days_it_is_lost(missed: Missed) -> None:
    missed.office.later(minutes=45)
    missed.office.later(days=1)
    missed.office.later(days=3)
    missed.office.later(days=1)
    missed.office.later(days=26)
    assert (missed.lost.recovery, missed.case.ended_because) == (RecoveryState.LOST, RecoveryEnd.TIME_UP)
    assert len(missed.texts) == 3
    assert open_tasks(missed) == []


def test_nothing_is_held_over_a_night(missed: Missed) -> None:
    missed.office.clock.set(NOW + timedelta(hours=11))
    missed.office.settle()
    assert (missed.texts, holds(missed)) == ([], [])
    missed.office.clock.set(NOW + timedelta(hours=23, minutes=1))
    missed.office.settle()
    assert min(held.starts_at for held in holds(missed)) > NOW + timedelta(hours=25)
    assert "until 11:01am" in missed.texts[0]


def test_without_a_time_that_suits_they_are_asked_what_would(nothing_free: Missed) -> None:
    nothing_free.office.later(minutes=45)
    assert nothing_free.texts == [
        "Lakeside: Tom, we missed you Mon Nov 30, 10:00am. Tell me which days suit, or call (212) 555-0199. "
        "STOP to opt out"
    ]


def test_times_that_suit_badly_are_not_offered(missed: Missed) -> None:
    missed.office.decide(recovery={"least_score": 1.0})
    missed.office.later(minutes=45)
    assert "Tell me which days suit" in missed.texts[0]


def test_work_done_twice_texts_once(missed: Missed) -> None:
    missed.office.clock.set(NOW + timedelta(hours=1))
    for _ in range(2):
        missed.office.do(lambda tx: recovery.work(tx, missed.case.id))
    assert len(missed.attempts) == 1
    missed.office.settle()
    missed.office.do(lambda tx: recovery.work(tx, missed.case.id))
    assert len(missed.texts) == 1


def test_a_text_that_did_not_go_after_all_holds_nothing_and_goes_again(missed: Missed) -> None:
    missed.office.later(minutes=45)

    def back(tx: Tx) -> None:
        message = tx.session.scalars(select(Message)).one()
        gate.put_back(tx, message, tx.now + timedelta(minutes=5))

    missed.office.do(back)
    assert (holds(missed), awaited(missed), missed.attempts[0].sent_at) == ([], set(), None)
    missed.office.later(minutes=5)
    assert (len(holds(missed)), len(missed.attempts)) == (3, 1)


def test_while_a_person_has_the_conversation_nothing_is_texted(missed: Missed) -> None:
    missed.office.later(minutes=45)

    def take(tx: Tx) -> None:
        conversation(tx).holder = Holder.PERSON

    missed.office.do(take)
    missed.office.later(days=1)
    assert len(missed.texts) == 1


def test_who_cannot_be_texted_is_called(missed: Missed) -> None:
    def dead(tx: Tx) -> None:
        tx.session.scalars(select(ContactPoint)).one().undeliverable_at = tx.now

    missed.office.do(dead)
    missed.office.later(minutes=45)
    assert open_tasks(missed) == ["Missed Mon Nov 30, 10:00am with Dr Lee: Tom Reed. No text could be sent."]


def test_of_a_family_one_is_asked_a_day(missed: Missed) -> None:
    office, phone = missed.office, missed.office.phones[missed.tom]
    ben = office.do(lambda tx: factories.patient(tx, "Ben Reed", phone=phone).id)
    visit_id = office.visit(ben, hours=0.5)
    office.later(minutes=20)
    office.do(lambda tx: no_shows.mark(tx, visit_id, SYSTEM))
    office.later(hours=3)
    assert len(office.all(RecoveryAttempt)) == 1
    office.later(days=1)
    assert [each.sent_at is not None for each in office.all(RecoveryAttempt)] == [True, True]
