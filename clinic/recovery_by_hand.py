"""What staff do about a lost visit: text now, wait until a day, book. Attempts of theirs, and the end they put to
a case, stand in clinic/recovery_cases.py."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic import (
    appointments,
    conversations,
    desk_booking,
    desk_times,
    holds,
    policies,
    recovery,
    recovery_cases,
    slots,
    tasks,
)
from clinic.appointments import Booking
from clinic.audit import By, record
from clinic.recovery_attempts import A_DAY
from clinic.recovery_cases import Case
from clinic.recovery_texts import PHRASES
from clinic.slots import Search
from rules.facts import Span
from rules.recovery import Step, next_step
from rules.slot_choice import Slot
from rules.states import AttemptResult, DueKind, PromptKind, TaskKind
from rules.wanted import Wanted
from rules.wishes import Wishes
from storage.queries import recovery as queries
from storage.queries import recovery_list as loading
from storage.queries.due import set_due
from storage.queries.recovery_list import Kept
from storage.tables import Appointment, Conversation, Hold
from storage.transaction import Tx

SHOWN = 12
"""Free times to choose from, beside those that are kept for the patient."""


def text_now(tx: Tx, case_id: UUID, by: By) -> bool:
    """The next text of the sequence goes now, or with the patient's allowed hours, whatever was waited for. False
    where nobody tries any more, a text is on its way or went out within a day, or none is left."""
    case = recovery_cases.find(tx, case_id)
    if case is None or not case.is_open or not _has_text_left(tx, case):
        return False
    row = case.row
    row.not_before, row.paused = tx.now, False
    row.answered_at = row.asked_staff_at = None
    record(tx, by, "recovery.texted_now", row)
    later = recovery.STEPS[Step.TOUCH](tx, case)
    if later is not None:
        set_due(tx.session, tx.clinic_id, DueKind.RECOVERY, row.id, later)
    return True


def _has_text_left(tx: Tx, case: Case) -> bool:
    made = queries.attempts_of(tx.session, [case.row.id])[case.row.id]
    if any(each.sent_at is None and each.result is AttemptResult.PENDING for each in made):
        return False
    last = queries.last_text(tx.session, case.row.id, PHRASES)
    if last is not None and last > tx.now - A_DAY:
        return False
    terms = policies.current(tx).recovery
    course = recovery_cases.course_of(case, made, terms)
    anew = replace(course, not_before=tx.now, paused=False, answered_at=None, asked_staff=False, by_text=True)
    return next_step(anew, terms).step is Step.TOUCH


def pause(tx: Tx, case_id: UUID, until: date, by: By) -> bool:
    """They are left alone until that day; then it goes on where it was. False where nobody tries any more."""
    case = recovery_cases.find(tx, case_id)
    if case is None or not case.is_open:
        return False
    case.row.asked_staff_at = None
    tasks.settle(tx, TaskKind.RECOVERY, case.lost.appointment_id, by)
    recovery_cases.pause(tx, case, until, by)
    return True


# Booking


def free_times(tx: Tx, visit: Appointment) -> list[Slot]:
    """The free times that suit best in place of a lost visit, best first."""
    return slots.find(tx, _search(tx, visit), limit=SHOWN)


def book(
    tx: Tx, visit: Appointment, provider_id: UUID, start: datetime, by: By, *, tell: bool
) -> Appointment | None:
    """Book one of those times, or of those kept for the patient; whatever else they had to choose from is let go.
    None where it cannot be had any more.

    Locks in the order conversation, opening.
    """
    talks = [conversations.lock(tx, each.id) for each in _talks(tx, visit)]
    free = _kept_at(tx, visit, provider_id, start) or desk_times.time_at(
        tx, _search(tx, visit), provider_id, start
    )
    span = Span(start, start + (visit.ends_at - visit.starts_at))
    if free is None or appointments.busy(tx, visit.patient_id, span):
        return None
    booking = Booking(
        patient_id=visit.patient_id,
        provider_id=provider_id,
        type_id=visit.type_id,
        start=start,
        room_id=free.room_id,
        location_id=free.location_id,
    )
    made = desk_booking.book(tx, booking, by, tell=tell)
    if made is not None:
        for talk in talks:
            holds.release_all(tx, talk.id)
            conversations.close_prompts(tx, talk.id, PromptKind.LIST)
    return made


def _talks(tx: Tx, visit: Appointment) -> Sequence[Conversation]:
    return loading.conversations(tx.session, [visit.patient_id]).get(visit.patient_id, [])


def _kept(tx: Tx, visit: Appointment) -> Sequence[Kept]:
    talks = [each.id for each in _talks(tx, visit)]
    return loading.kept_times(tx.session, talks, tx.now).get((visit.patient_id, visit.type_id), [])


def _kept_at(tx: Tx, visit: Appointment, provider_id: UUID, start: datetime) -> Hold | None:
    holding = (each.hold for each in _kept(tx, visit))
    return next(
        (each for each in holding if (each.provider_id, each.starts_at) == (provider_id, start)), None
    )


def _search(tx: Tx, visit: Appointment) -> Search:
    zone = ZoneInfo(tx.clinic().timezone)
    wanted = Wanted(
        at=visit.starts_at.astimezone(zone).time(), wishes=Wishes(preferred_provider_id=visit.provider_id)
    )
    return Search(visit.patient_id, visit.type_id, wanted)
