"""What follows from visits that another system changed, by a file or a feed: time that came free is offered on,
time that is taken is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, delete, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from clinic import cancellation_record, enrolment, filling, openings, recipients, recovery_cases, waitlist
from clinic.audit import By
from clinic.openings import Freed
from rules.cancellations import fee_cents, kind_of, recovery_of
from rules.facts import Span
from rules.states import (
    ACTIVE_APPOINTMENT,
    LIVE_OPENING,
    OPEN_RECOVERY,
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    AppointmentState,
    CancelledBy,
    FilledBy,
    FreedBy,
    RecoveryState,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Opening,
    RecoveryCase,
    WaitlistEntry,
)
from storage.transaction import Tx

ENDED = (AppointmentState.CANCELLED, AppointmentState.NO_SHOW)

LATELY = timedelta(days=2)
"""How long after its start a visit is still news."""


@dataclass(frozen=True, slots=True)
class Before:
    """A visit that was to come, as it was before the change."""

    time: Freed
    snapshot: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A visit as it is now; `before` is None where it is new or was not to come."""

    visit: Appointment
    before: Before | None
    booked_at: datetime | None
    """As the other system says it; what it does not say nobody knows."""


def before(tx: Tx, visit: Appointment) -> Before | None:
    if visit.state not in UPCOMING_APPOINTMENT or visit.starts_at <= tx.now:
        return None
    return Before(openings.freed_visit(visit, FreedBy.FEED), snapshot(visit))


def snapshot(visit: Appointment) -> dict[str, Any]:
    """The visit as the audit log and a cancellation keep it."""
    return {
        "state": visit.state,
        "start": visit.starts_at.isoformat(),
        "end": visit.ends_at.isoformat(),
        "provider": str(visit.provider_id),
        "type": str(visit.type_id),
    }


def follow(tx: Tx, changes: Sequence[Change], by: By) -> None:
    """Taken time first: an opening that a visit now fills must not be worked any more."""
    standing = [change.visit for change in changes if change.visit.state in ACTIVE_APPOINTMENT]
    taking = [visit for visit in standing if visit.ends_at > tx.now]
    coming = [
        change
        for change in changes
        if change.visit.state in UPCOMING_APPOINTMENT and change.visit.starts_at > tx.now
    ]
    _forget_cancellations(tx, standing, by)
    _note_cancellations(tx, changes)
    _fill_openings(tx, taking, by)
    _see_to_waitlist(tx, coming, by)
    _make_up_for_lost(tx, coming, by)
    recipients.rebooked(tx, [change.visit for change in coming if change.before is None])
    for type_id in sorted({change.visit.type_id for change in changes}):
        if tx.session.get_one(AppointmentType, type_id).enrols:
            enrolment.look_at(tx, type_id)
    for change in changes:
        time = change.before.time if change.before is not None else None
        if time is not None and not openings.is_taken(tx, time.provider_id, time.span):
            openings.open_slot(tx, time, by)


def _forget_cancellations(tx: Tx, standing: Sequence[Appointment], by: By) -> None:
    """A visit that stands again was not given up or missed after all; it may yet be, and that counts then."""
    ids = any_(
        literal([visit.id for visit in standing], ARRAY(Uuid))
    )  # one parameter, however many there are
    asked_about = select(Cancellation).join(RecoveryCase, RecoveryCase.cancellation_id == Cancellation.id)
    for lost in tx.session.scalars(asked_about.where(Cancellation.appointment_id == ids)).all():
        recovery_cases.forget(tx, lost, by)
    tx.session.execute(delete(Cancellation).where(Cancellation.appointment_id == ids))


def _fill_openings(tx: Tx, taking: Sequence[Appointment], by: By) -> None:
    """The practice's system put somebody into a slot that we were offering: whoever was asked is told."""
    live = tx.session.scalars(
        select(Opening).where(Opening.state.in_(LIVE_OPENING), Opening.starts_at > tx.now)
    ).all()
    for found in live:
        visit = next((each for each in taking if _overlap(each, found)), None)
        if visit is not None:
            opening = openings.lock(tx, found.id)
            if opening.state in LIVE_OPENING:
                filling.filled(tx, opening, visit, FilledBy.STAFF, by)


def _overlap(visit: Appointment, opening: Opening) -> bool:
    return visit.provider_id == opening.provider_id and Span(visit.starts_at, visit.ends_at).overlaps(
        Span(opening.starts_at, opening.ends_at)
    )


def _see_to_waitlist(tx: Tx, coming: Sequence[Change], by: By) -> None:
    """Whoever was booked since they joined waits no more; any other visit is one that may be moved up."""
    waiting = tx.session.scalars(select(WaitlistEntry).where(WaitlistEntry.state.in_(WAITING_ENTRY))).all()
    entries = {(entry.patient_id, entry.type_id): entry for entry in waiting}
    for change in coming:
        visit = change.visit
        entry = entries.get((visit.patient_id, visit.type_id))
        if entry is None or entry.replaces_id == visit.id:
            continue
        if change.booked_at is not None and change.booked_at > entry.added_at:
            waitlist.leave_as_booked(tx, visit.patient_id, visit.type_id, by)
        elif entry.replaces_id is None:
            entry.replaces_id = visit.id


def _note_cancellations(tx: Tx, changes: Sequence[Change]) -> None:
    """What was given up or missed is on record, also of years ago: the numbers count it. Of what is long over
    nothing is owed to be found out now, and nobody is asked to come again."""
    ended = [change for change in changes if change.visit.state in ENDED]
    rows = [_noted(tx, change) for change in ended]
    if rows:
        # Those noted before keep what was noted: cancelled here, and then there.
        new = insert(Cancellation).on_conflict_do_nothing(index_elements=["appointment_id"])
        for lost in tx.session.scalars(new.returning(Cancellation), rows).all():
            _ask_again(tx, lost)
    gone = any_(literal([change.visit.id for change in ended], ARRAY(Uuid)))
    for entry in tx.session.scalars(select(WaitlistEntry).where(WaitlistEntry.replaces_id == gone)):
        entry.replaces_id = None


def _ask_again(tx: Tx, lost: Cancellation) -> None:
    """Whoever lost a visit lately, and is not booked already, is asked about another."""
    if lost.recovery in OPEN_RECOVERY:
        recovery_cases.open_case(tx, lost, tx.session.get_one(Appointment, lost.appointment_id).ends_at)


def _noted(tx: Tx, change: Change) -> dict[str, Any]:
    visit, missed = change.visit, change.visit.state is AppointmentState.NO_SHOW
    kind = kind_of(CancelledBy.SYSTEM, None, missed=missed, late=False)
    lately = visit.starts_at > tx.now - LATELY
    type_ = tx.session.get_one(AppointmentType, visit.type_id)
    owed = fee_cents(kind, late_fee=type_.late_fee_cents, no_show_fee=type_.no_show_fee_cents)
    start = change.before.time.span.start if change.before else visit.starts_at
    known = missed or change.before is not None
    return {
        "clinic_id": tx.clinic_id,
        "appointment_id": visit.id,
        "patient_id": visit.patient_id,
        "kind": kind,
        "by": CancelledBy.SYSTEM,
        "at": tx.now if lately else visit.starts_at,
        "notice_minutes": int((start - tx.now) / timedelta(minutes=1)) if known and lately else None,
        "visit": change.before.snapshot if change.before else snapshot(visit),
        "fee_cents": owed if lately else 0,
        "recovery": recovery_of(None) if lately else RecoveryState.NOT_NEEDED,
    }


def _make_up_for_lost(tx: Tx, coming: Sequence[Change], by: By) -> None:
    """Whoever the other system has booked since needs no other time any more."""
    newest = select(Cancellation.patient_id, func.max(Cancellation.at)).where(
        Cancellation.recovery.in_(OPEN_RECOVERY)
    )
    rows = tx.session.execute(newest.group_by(Cancellation.patient_id))
    lost: dict[UUID, datetime] = {patient_id: at for patient_id, at in rows}
    for change in coming:
        since = lost.get(change.visit.patient_id)
        if since is not None and change.booked_at is not None and change.booked_at > since:
            cancellation_record.make_up_for(tx, change.visit, by)
