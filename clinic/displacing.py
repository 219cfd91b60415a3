"""We took a patient's visit away: they are shown the best other times there are, and come first on the waitlist
where none of those is chosen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import (
    appointments,
    holds,
    messages,
    phrases,
    policies,
    recovery_attempts,
    tasks,
    waitlist,
    wishes,
)
from clinic.audit import BOT, By
from clinic.messages import about_visit
from clinic.slots import Search
from rules.states import AppointmentState, CancellationKind, DueKind, MessageClass
from rules.wanted import Stretch, Wanted
from rules.wishes import Wishes
from storage.queries.due import set_due
from storage.tables import Appointment, AppointmentType, Cancellation, Conversation
from storage.transaction import Tx


def show_others(tx: Tx, visit: Appointment, conversation: Conversation, goes_at: datetime) -> bool:
    """Tell a patient that their visit cannot take place, with up to three other times: of the same provider, and
    of others on the same day. They are kept from when the text may go out (`goes_at`) as long as an offer is.
    False where there are none: then nothing is said yet.
    """
    until = goes_at + timedelta(minutes=policies.current(tx).hold_minutes)
    kept = holds.show(tx, conversation, *_searches(tx, visit, until), until=until)
    if not kept:
        return False
    zone = tx.clinic().timezone
    lines = [phrases.part("line", **holds.words(tx, held)) for held in kept]
    message = messages.say(
        tx,
        conversation,
        "day_closed_one" if len(kept) == 1 else "day_closed_times",
        {
            **appointments.words(tx, visit),
            "line": lines[0],
            "options": phrases.numbered(lines),
            "by": phrases.answer_by(until, zone, goes_at),
        },
        klass=MessageClass.REMINDER,
        about=about_visit(visit),
    )
    holds.ask_which(tx, conversation, visit.patient_id, kept, message)
    recovery_attempts.told(tx, visit.id, message, CancellationKind.PRACTICE_CANCEL)
    set_due(tx.session, tx.clinic_id, DueKind.DISPLACED, visit.id, until)
    return True


def _searches(tx: Tx, visit: Appointment, after: datetime) -> Sequence[Search]:
    """What is looked for, in turns: another day with the same provider, somebody else on the same day. Nothing
    that begins before they have had time to answer."""
    local = visit.starts_at.astimezone(ZoneInfo(tx.clinic().timezone))
    waits = next(iter(waitlist.waiting_for(tx, visit.patient_id, visit.type_id)), None)
    wanted = Wanted(
        at=local.time(), after=after, wishes=wishes.wishes_of(waits) if waits is not None else Wishes()
    )
    ways = (
        replace(wanted, provider_ids=frozenset({visit.provider_id})),
        replace(wanted, any_of=(Stretch(local.date(), local.date()),)),
    )
    return [Search(visit.patient_id, visit.type_id, way) for way in ways]


def work(tx: Tx, visit_id: UUID) -> None:
    """The times that were shown instead of a visit are over: whoever chose none is first on the waitlist, and
    somebody calls them, unless the visit stands again. What due rows call."""
    visit = appointments.lock(tx, visit_id)
    if visit.state is AppointmentState.CANCELLED and not has_another(tx, visit):
        wait_for_another(tx, visit, BOT)
        tasks.find_new_time(tx, visit)


def wait_for_another(tx: Tx, visit: Appointment, by: By) -> bool:
    """Whoever lost this visit comes first in line for one like it. False where the clinic offers none any more:
    then somebody has to find out with them what to do instead."""
    if tx.session.get_one(AppointmentType, visit.type_id).withdrawn_at is not None:
        return False
    waitlist.put_first(tx, visit.patient_id, visit.type_id, visit.provider_id, by)
    return True


def has_another(tx: Tx, visit: Appointment) -> bool:
    """Whether whoever lost this visit has been booked for another since."""
    since = tx.session.scalars(select(Cancellation.at).where(Cancellation.appointment_id == visit.id)).one()
    return any(
        other.type_id == visit.type_id and other.booked_at > since
        for other in appointments.coming(tx, [visit.patient_id])
    )
