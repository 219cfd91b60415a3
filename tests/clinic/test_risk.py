"""Patients who may drop out of care: worked out at night and after a missed visit, and what follows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic import moving, no_shows, risk
from clinic.audit import SYSTEM, by_staff
from clinic.risk import NoSuchScore
from rules.states import (
    Direction,
    InboundState,
    InterventionState,
    MessageClass,
    OutboxState,
    PaymentStatus,
    RiskLevel,
    RiskState,
    TaskKind,
)
from storage.tables import AuditEvent, Conversation, Message, Patient, Task, TreatmentPlan
from storage.transaction import Tx
from tests import factories
from tests.clinic.care import miss, night, patient, score
from tests.clinic.conftest import NOW, House

PHONE = "+12125550101"


def tasks(house: House) -> list[Task]:
    wanted = select(Task).where(Task.kind == TaskKind.CALL_PATIENT).order_by(Task.id)
    return house.run(lambda tx: list(tx.session.scalars(wanted)))


def texts(house: House) -> list[Message]:
    return house.run(lambda tx: list(tx.session.scalars(select(Message).order_by(Message.id))))


def test_each_factor_is_kept_with_its_sentence(house: House) -> None:
    who = patient(house, missed=[200, 300], payment_status=PaymentStatus.LATE)
    night(house)
    said = {each["name"]: (each["points"], each["sentence"]) for each in score(house, who).parts}
    assert said["no_shows_in_row"] == (25, "missed 2 visits in a row")
    assert said["payment"] == (5, "payment late")
    assert said["gap"] == (0, "")


def test_a_plan_is_compared_with_what_was_kept(house: House) -> None:
    who = patient(house, kept=[47, 40])

    def plan(tx: Tx) -> None:
        made = TreatmentPlan(
            external_id="t1",
            patient_id=who,
            type_id=factories.visit_type(tx).id,
            stage="active",
            visits_planned=12,
            interval_days=7,
            started_on=(NOW - timedelta(days=49)).date(),
        )
        tx.session.add(made)

    house.run(plan)
    night(house)
    counts = {each["name"] for each in score(house, who).parts if each["points"]}
    assert counts == {"falling", "gap", "milestones"}


def test_on_a_clinics_first_night_nobody_is_called_or_texted(house: House) -> None:
    patient(house, missed=[20, 30], phone=PHONE)
    night(house)
    assert tasks(house) == []
    assert texts(house) == []


def test_a_second_miss_in_ninety_days_asks_for_a_call(house: House) -> None:
    who = patient(house, missed=[80], kept=[40])
    night(house)
    miss(house, who)
    found = score(house, who)
    assert (found.level, found.flagged) == (RiskLevel.HIGH, True)
    assert [(task.patient_id, task.note) for task in tasks(house)] == [(who, risk.CALL_IN_DAYS)]


def test_a_call_is_asked_for_once(house: House) -> None:
    who = patient(house, missed=[80], kept=[40])
    miss(house, who)
    miss(house, who, again=1)
    assert len(tasks(house)) == 1


def test_a_miss_taken_back_lowers_the_level_again(house: House) -> None:
    who = patient(house, missed=[80], kept=[40])
    night(house)

    def missed_and_not(tx: Tx) -> None:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        start = tx.now - timedelta(minutes=20)
        visit = factories.visit(tx, tx.session.get_one(Patient, who), lee, kind, start=start)
        assert no_shows.mark(tx, visit.id, SYSTEM)
        assert no_shows.undo(tx, visit.id, SYSTEM)

    house.run(missed_and_not)
    found = score(house, who)
    assert (found.level, found.state) == (RiskLevel.LOW, RiskState.RESOLVED)


def test_who_comes_to_medium_is_asked_how_they_are(house: House) -> None:
    who = patient(house, kept=[30, 60, 90], phone=PHONE)
    night(house)
    house.later(days=200)
    house.run(
        lambda tx: setattr(tx.session.get_one(Patient, who), "payment_status", PaymentStatus.COLLECTIONS)
    )
    night(house)
    assert score(house, who).level is RiskLevel.MEDIUM
    (text,) = texts(house)
    assert text.phrase == "check_in"
    assert "it's been a while" in text.body


def test_texts_without_an_answer_count_until_they_write(house: House) -> None:
    who = patient(house, phone=PHONE)

    def written(tx: Tx, direction: Direction) -> None:
        line = tx.session.scalars(select(Conversation)).first() or factories.conversation(tx, PHONE)
        one = Message(
            conversation_id=line.id,
            sender_id=line.sender_id,
            address=PHONE,
            direction=direction,
            body="Hello",
            created_at=tx.now,
        )
        if direction is Direction.OUT:
            one.klass, one.outbox_state, one.patient_id = MessageClass.REMINDER, OutboxState.SENT, who
        else:
            one.inbound_state = InboundState.DONE
        tx.session.add(one)

    def unanswered() -> float:
        house.run(lambda tx: risk.work_out(tx, who))
        points: float = next(each for each in score(house, who).parts if each["name"] == "no_answers")[
            "points"
        ]
        return points

    for _ in range(4):
        house.run(lambda tx: written(tx, Direction.OUT))
    assert unanswered() == 10
    house.run(lambda tx: written(tx, Direction.IN))
    assert unanswered() == 0


def test_a_visit_put_off_counts_and_one_moved_up_does_not(house: House) -> None:
    who = patient(house)

    def moved(tx: Tx, days: int) -> None:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        start = tx.now + timedelta(days=10)
        visit = factories.visit(tx, tx.session.get_one(Patient, who), lee, kind, start=start)
        assert moving.move(tx, visit.id, start + timedelta(days=days), None, SYSTEM, tell=False)

    def points() -> float:
        found: float = next(each for each in score(house, who).parts if each["name"] == "reschedules")[
            "points"
        ]
        return found

    for days in (2, -2, -3):
        house.run(lambda tx, days=days: moved(tx, days))
    night(house)
    assert points() == 0
    house.run(lambda tx: moved(tx, 5))
    house.run(lambda tx: risk.work_out(tx, who))
    assert points() == pytest.approx(10 / 3)


def test_without_consent_nobody_is_texted(house: House) -> None:
    who = patient(house, kept=[30, 60, 90], phone=PHONE, agreed=False)
    night(house)
    house.later(days=200)
    house.run(
        lambda tx: setattr(tx.session.get_one(Patient, who), "payment_status", PaymentStatus.COLLECTIONS)
    )
    night(house)
    assert score(house, who).level is RiskLevel.MEDIUM
    assert texts(house) == []


def test_who_has_not_come_for_long_has_dropped_out(house: House) -> None:
    who = patient(house, kept=[200, 230, 260])
    night(house)
    assert score(house, who).state is RiskState.DROPPED_OUT


def test_a_review_is_kept_until_the_level_rises(house: House) -> None:
    who = patient(house, missed=[20, 30], kept=[10])
    night(house)
    sam = house.run(lambda tx: factories.staff(tx).id)
    house.run(lambda tx: risk.review(tx, who, "called, all is well", by_staff(sam)))
    house.later(days=1)
    night(house)
    found = score(house, who)
    assert (found.state, found.review_notes, found.reviewed_by) == (
        RiskState.REVIEWED,
        "called, all is well",
        sam,
    )


def test_an_intervention_is_written_down_until_it_ended(house: House) -> None:
    who = patient(house, missed=[20, 30])
    night(house)
    made = house.run(lambda tx: risk.intervene(tx, who, "called, no answer", SYSTEM))
    assert (made.state, made.ended_at) == (InterventionState.PENDING, None)
    state = InterventionState.SUCCESSFUL
    ended = house.run(lambda tx: risk.intervention_ended(tx, made.id, state, SYSTEM))
    assert ended is not None
    assert (ended.state, ended.ended_at) == (state, NOW)


def test_what_happened_is_in_the_audit_log(house: House) -> None:
    who = patient(house, missed=[80], kept=[40])
    night(house)
    miss(house, who)
    house.run(lambda tx: risk.review(tx, who, "", SYSTEM))
    house.run(lambda tx: risk.intervene(tx, who, "called", SYSTEM))
    wanted = select(AuditEvent.action).where(AuditEvent.subject_kind == "risk_score").order_by(AuditEvent.id)
    actions = house.run(lambda tx: list(tx.session.scalars(wanted)))
    assert actions == ["risk.level_changed", "risk.reviewed", "risk.intervened"]


def test_a_patient_nothing_was_worked_out_for_has_no_score(house: House) -> None:
    who = patient(house)
    with pytest.raises(NoSuchScore):
        house.run(lambda tx: risk.review(tx, who, "", SYSTEM))
