"""Another time for a visit, or for what somebody waits for: shown where one is free, else the desk finds it."""

from collections.abc import Sequence

from clinic import appointments, waitlist
from handlers import handoff, recovery, times, visits
from handlers.binding import asked_together
from handlers.naming import named_type
from handlers.turn import Reply, Turn, hand_over
from handlers.wanting import wishes_for
from handlers.whom import patients_meant
from nlu.understanding import Intent
from rules.states import EscalationKind, PromptKind
from storage.tables import Appointment

ABOUT_A_VISIT = (PromptKind.REMINDER, PromptKind.CANCEL_CONFIRM)


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
    have just missed there are other times. Of times shown since, they want one."""
    if turn.decision.awaited is not None and times.answers_these(turn, turn.decision.awaited):
        return times.in_words(turn)
    missed = recovery.missed(turn)
    if missed is not None:
        return recovery.instead(turn, missed)
    found = _to_move(turn)
    if len(found) == 1:
        shown = times.for_visit(turn, found[0]) if visits.other_times(turn, found) else None
        return shown or handoff.move(turn, found[0])
    if not found:
        return handoff.book(turn)
    return hand_over(turn, EscalationKind.RESCHEDULE, "reschedule_some")


def _to_move(turn: Turn) -> Sequence[Appointment]:
    """The visits they may want to move. "Is there anything on Friday?" to a reminder, or to "Cancel your visit?",
    is about that visit, also where they have another on Friday; "move my Friday visit" is not."""
    found, asked = visits.meant(turn).visits, turn.decision.awaited
    names_it = turn.read.intent is Intent.RESCHEDULE and len(found) == 1
    if asked is None or asked.kind not in ABOUT_A_VISIT or names_it:
        return found
    together = len(asked_together(asked, turn.awaited))
    several = together > 1 or (asked.kind is PromptKind.CANCEL_CONFIRM and asked.options > 1)
    return found if several else [turn.tx.session.get_one(Appointment, asked.subject_id)]


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
