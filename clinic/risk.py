"""Patients who may drop out of care: their scores, what follows when a level rises, and what staff do about it.

Scores are worked out anew every night, and for one patient after each missed visit. What is done is written in
`rules.dropout.ADVICE`. A patient seen for the first time in the night raises no alarm: on a clinic's first night
everybody would at once, and the At-risk page shows them anyway.
"""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import consent, conversations, messages, phrases, risk_alerts
from clinic.audit import SYSTEM, By, record
from clinic.messages import About
from clinic.risk_alerts import Risen
from rules.dropout import ADVICE, AT_LEAST_HIGH, Care, Risk, dropped_out, risk_of
from rules.states import InterventionState, MessageClass, RiskLevel, RiskState, TaskKind
from storage.queries.care import Known, Standing, care_of, standings, write_scores
from storage.tables import Patient, RiskIntervention, RiskScore, Task, new_id
from storage.transaction import Tx

CHECK_IN_EVERY = timedelta(days=90)
CHECK_IN_LIVES = timedelta(days=2)

ORDER = list(RiskLevel)
NEVER_SEEN = Standing(RiskLevel.LOW, None, RiskState.ACTIVE)
CALL_IN_DAYS = "May be dropping out of care: call within 2 days. The At-risk page says why."
CALL_TODAY = "May be dropping out of care: call today and tell the doctor. The At-risk page says why."


class NoSuchScore(Exception):
    """Nothing has been worked out for that patient."""


def work_out(tx: Tx, patient_id: UUID) -> RiskScore:
    """One patient's score, as things stand now."""
    work_out_all(tx, [patient_id], first_alarms=True)
    return of(tx, patient_id)


def of(tx: Tx, patient_id: UUID) -> RiskScore:
    """May raise `NoSuchScore`."""
    found = tx.session.scalar(
        select(RiskScore).where(RiskScore.patient_id == patient_id).execution_options(populate_existing=True)
    )
    if found is None:
        raise NoSuchScore
    return found


def work_out_all(tx: Tx, patients: Collection[UUID], *, first_alarms: bool) -> None:
    """Their scores, as things stand now; `first_alarms`: also what a first score asks for is done."""
    if not patients:
        return
    before = standings(tx.session, patients)
    known = care_of(tx.session, patients, tx.now, tx.clinic().timezone)
    risks = {patient_id: risk_of(each.care) for patient_id, each in known.items()}
    rows = [_row(tx, each, known[each], risks[each], before.get(each)) for each in risks]
    write_scores(tx.session, rows)
    risen = []
    for patient_id, risk in risks.items():
        was = before.get(patient_id) or NEVER_SEEN
        if was.level is not risk.level and (was is not NEVER_SEEN or first_alarms):
            _changed(tx, patient_id, known[patient_id].care, risk, was)
            if ORDER.index(risk.level) > ORDER.index(was.level):
                risen.append(Risen(was.level, risk.level, known[patient_id].provider_id))
    risk_alerts.tell(tx, risen)


def _row(tx: Tx, patient_id: UUID, known: Known, risk: Risk, before: Standing | None) -> dict[str, object]:
    return {
        "id": new_id(),
        "clinic_id": tx.clinic_id,
        "patient_id": patient_id,
        "provider_id": known.provider_id,
        "score": risk.score,
        "level": risk.level,
        "flagged": risk.flagged,
        "parts": [each._asdict() for each in risk.parts],
        "state": _state(known.care, risk, before),
        "computed_at": tx.now,
        "review_notes": "",
    }


def _state(care: Care, risk: Risk, before: Standing | None) -> RiskState:
    if dropped_out(care):
        return RiskState.DROPPED_OUT
    if before is None:
        return RiskState.ACTIVE
    if risk.level in AT_LEAST_HIGH:
        keeps = before.state is RiskState.REVIEWED and ORDER.index(risk.level) <= ORDER.index(before.level)
        return RiskState.REVIEWED if keeps else RiskState.ACTIVE
    if before.level in AT_LEAST_HIGH or before.state is RiskState.DROPPED_OUT:
        return RiskState.RESOLVED
    return before.state


def _changed(tx: Tx, patient_id: UUID, care: Care, risk: Risk, was: Standing) -> None:
    """The level is another: it is written down, and where it rose, what it asks for is done."""
    row = of(tx, patient_id)
    before, after = {"level": was.level, "score": was.score}, {"level": risk.level, "score": risk.score}
    record(tx, SYSTEM, "risk.level_changed", row, before=before, after=after)
    if ORDER.index(risk.level) < ORDER.index(was.level):
        return
    advice = ADVICE[risk.level]
    if advice.call_within_days is not None:
        note = CALL_TODAY if advice.tell_doctor else CALL_IN_DAYS
        task = Task(kind=TaskKind.CALL_PATIENT, patient_id=patient_id, note=note, made_at=tx.now)
        tx.session.add(task)
    if advice.text and care.next_visit is None:
        _check_in(tx, row)


def _check_in(tx: Tx, row: RiskScore) -> None:
    """Ask by text how they are, where they agreed to texts and were not asked lately. Nothing in it says why."""
    asked = row.checked_in_at
    patient = tx.session.get_one(Patient, row.patient_id)
    if patient.no_text or (asked is not None and asked > tx.now - CHECK_IN_EVERY):
        return
    conversation = conversations.for_patient(tx, patient.id)
    if conversation is None or not consent.has_agreed(tx, patient.id, conversation.address):
        return
    row.checked_in_at = tx.now
    messages.say(
        tx,
        conversation,
        "check_in",
        {"name": patient.first_name, "phone": phrases.phone(tx.clinic().phone)},
        klass=MessageClass.REMINDER,
        about=About(patient_id=patient.id, expires_at=tx.now + CHECK_IN_LIVES),
    )


def review(tx: Tx, patient_id: UUID, notes: str, by: By) -> RiskScore:
    """Somebody has looked at it. May raise `NoSuchScore`."""
    row = of(tx, patient_id)
    before = {"state": row.state}
    row.reviewed_at, row.reviewed_by, row.review_notes = tx.now, by.staff_id, notes
    if row.state is not RiskState.DROPPED_OUT:
        row.state = RiskState.REVIEWED
    record(tx, by, "risk.reviewed", row, before=before, after={"state": row.state})
    return row


def intervene(
    tx: Tx, patient_id: UUID, what: str, by: By, *, state: InterventionState = InterventionState.PENDING
) -> RiskIntervention:
    """Write down something done to keep a patient in care. May raise `NoSuchScore`."""
    row = of(tx, patient_id)
    made = RiskIntervention(
        patient_id=patient_id, what=what, state=state, made_at=tx.now, made_by=by.staff_id
    )
    made.ended_at = tx.now if state in ENDED else None
    tx.session.add(made)
    tx.session.flush()
    after = {"intervention": str(made.id), "state": state}
    record(tx, by, "risk.intervened", row, after=after)
    return made


def intervention_ended(
    tx: Tx, intervention_id: UUID, state: InterventionState, by: By
) -> RiskIntervention | None:
    """How it goes with one, or how it went. None where there is none."""
    made = tx.session.get(RiskIntervention, intervention_id, with_for_update={"key_share": True})
    if made is None:
        return None
    before, made.state = {"state": made.state}, state
    made.ended_at = tx.now if state in ENDED else None
    after = {"intervention": str(made.id), "state": state}
    record(tx, by, "risk.intervened", of(tx, made.patient_id), before=before, after=after)
    return made


ENDED = (InterventionState.SUCCESSFUL, InterventionState.UNSUCCESSFUL)
