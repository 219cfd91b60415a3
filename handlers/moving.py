"""Another time for a visit, or for what somebody waits for: shown where one is free, else the desk finds it."""

from clinic import appointments, waitlist
from handlers import handoff, recovery, times, visits
from handlers.naming import named_type
from handlers.turn import Reply, Turn, hand_over
from handlers.wanting import wishes_for
from handlers.whom import patients_meant
from rules.states import EscalationKind


def another_time(turn: Turn) -> Reply | None:
    """Another time is wanted, and nothing was offered: shown where it is plain for whom, or the desk finds one."""
    missed = recovery.missed(turn)
    if missed is not None:
        return recovery.instead(turn, missed)
    shown = times.for_who_waits(turn)
    if shown is not None:
        return shown
    return hand_over(turn, EscalationKind.COUNTER)


def reschedule(turn: Turn) -> Reply | None:
    """They want to move a visit: to a time they named, if that is free; else the desk finds one. For one that they
    have just missed there are other times."""
    missed = recovery.missed(turn)
    if missed is not None:
        return recovery.instead(turn, missed)
    found = visits.meant(turn).visits
    if len(found) == 1:
        shown = times.for_visit(turn, found[0]) if visits.names_another_time(turn) else None
        return shown or handoff.move(turn, found[0])
    if not found:
        return handoff.book(turn)
    return hand_over(turn, EscalationKind.RESCHEDULE, "reschedule_some")


def book(turn: Turn) -> Reply | None:
    """They want a new visit: in place of one that they say they have just missed; of the type they name, where a
    time is free; else the desk finds one."""
    missed = recovery.missed(turn) if visits.says_missed(turn) else None
    if missed is not None:
        return recovery.instead(turn, missed)
    return _of_named_type(turn) or handoff.book(turn)


def _of_named_type(turn: Turn) -> Reply | None:
    """Free times of the type they name; None where it is not plain for whom, or they come for that already."""
    patients, kind = patients_meant(turn), named_type(turn)
    if kind is None or len(patients) != 1:
        return None
    patient = patients[0]
    if any(visit.type_id == kind.id for visit in appointments.coming(turn.tx, [patient.id])):
        return None
    waiting = waitlist.waiting_for(turn.tx, patient.id, kind.id)
    return times.for_patient(turn, patient.id, kind.id, wishes_for(*waiting or (None,)))
