"""Answers to what we ask after a lost visit: one of the times, others, why it was lost, not now, or no more."""

from datetime import timedelta
from uuid import UUID

from clinic import (
    cancellations,
    giving_up,
    holds,
    messages,
    no_shows,
    phrases,
    recovery_cases,
    recovery_texts,
)
from clinic.cancellations import Why
from handlers import fallback, joining, times, visits
from handlers.turn import Reply, Turn, answered, hand_over, local_now
from handlers.wanting import names_something, wishes_for
from nlu.pauses import paused_until
from rules.states import CancelReason, EscalationKind
from storage.queries import recovery as queries
from storage.queries.recovery import Found
from storage.tables import Appointment, Patient

A_WHILE = timedelta(days=14)
"""How long "not now" is where no day was named."""


def wanted(turn: Turn) -> Reply | None:
    """They would like another time: which of those shown? Or those there are now; else they wait for one."""
    if times.answers_these(turn):
        plain_yes = turn.read.signals.yes or names_something(turn)
        return times.in_words(turn) if plain_yes else times.once_more(turn)
    found = _found(turn)
    return _times(turn, found.visit) or joining.for_visit(turn, found.visit) if found else _over(turn)


def narrow(turn: Turn) -> Reply | None:
    """Days or hours that suit: the times shown are narrowed by them, or some are looked for."""
    _learn_why(turn, _found(turn))
    if times.answers_these(turn):
        return times.in_words(turn)
    found = _found(turn)
    if found is None or not names_something(turn):
        return fallback.not_understood(turn)
    return _times(turn, found.visit) or joining.for_visit(turn, found.visit)


def explained(turn: Turn) -> Reply | None:
    """Why it was lost ("sorry, my car broke down"): kept, with a warm word, and the times once more."""
    found = _found(turn)
    if found is None or not _learn_why(turn, found):
        return fallback.not_understood(turn)
    return warmly(turn, found.visit)


def missed_for_a_reason(turn: Turn) -> Appointment | None:
    """A visit that they have just missed, where they say why before we have asked; the reason is kept."""
    for visit in no_shows.lately_missed(turn.tx, turn.patient_ids):
        case = recovery_cases.of_visit(turn.tx, visit.id)
        found = queries.find(turn.tx.session, case.row.id) if case else None
        if found is not None and _learn_why(turn, found):
            return visit
    return None


def missed(turn: Turn) -> Appointment | None:
    """The visit that they have just missed and would like another time for, unasked: of several the one they name,
    else the newest. None where nobody tries to make up for one, or they may mean a visit to come."""
    if not turn.glance.missed or (visits.meant(turn).visits and not visits.says_missed(turn)):
        return None
    lately = no_shows.lately_missed(turn.tx, turn.patient_ids)
    lost = [visit for visit in lately if recovery_cases.of_visit(turn.tx, visit.id)]
    return visits.among(turn, lost)[0] if lost else None


def instead(turn: Turn, visit: Appointment) -> Reply | None:
    """Other times for a missed visit, as our text about it would bring, which is not sent then; where none is free
    the desk finds one."""
    if not names_something(turn) and recovery_texts.offer_here(turn.tx, turn.conversation, visit.id):
        return None
    shown = _times(turn, visit)
    if shown is None:
        return hand_over(turn, EscalationKind.COUNTER)
    recovery_cases.spoken_of(turn.tx, visit.id)
    return shown


def not_now(turn: Turn) -> Reply | None:
    """Not now: they are asked again on the day they named, or in a while. "Next week sometime" names days that
    would suit."""
    if _names_days_that_suit(turn):
        return narrow(turn)
    found = _found(turn)
    if found is None:
        return _over(turn)
    now = local_now(turn)
    until = paused_until(turn.read, now) or (now + A_WHILE).date()
    recovery_texts.not_now(turn.tx, turn.conversation, found.case.id, until)
    return Reply("recovery_paused", {"name": found.patient.first_name, "day": phrases.calendar(until)})


def decline(turn: Turn) -> Reply | None:
    """A no: they are thanked and left alone. To times that they had asked for it is a no to those."""
    if times.answers_these(turn, turn.decision.awaited):
        return times.refuse(turn)
    prompt = answered(turn)
    prompt.answered_at = turn.tx.now
    recovery_texts.decline(turn.tx, turn.conversation, _case_id(turn))
    name = turn.tx.session.get_one(Patient, prompt.patient_id).first_name
    return Reply("recovery_declined", {"name": name})


def warmly(turn: Turn, visit: Appointment) -> Reply | None:
    """No reproach, and other times; where there are none, whether they would like to wait for one."""
    name = {"name": turn.tx.session.get_one(Patient, visit.patient_id).first_name}
    messages.say(turn.tx, turn.conversation, "recovery_reason", name)
    if recovery_texts.offer_here(turn.tx, turn.conversation, visit.id):
        return None
    recovery_cases.spoken_of(turn.tx, visit.id)
    giving_up.ask_to_join(turn.tx, turn.conversation, visit)
    return None


def _names_days_that_suit(turn: Turn) -> bool:
    """Whether there is no no in it, and every time that it names has an end: "after the 15th" has none."""
    said = turn.read.times
    return bool(said) and not turn.read.signals.no and all(each.end and not each.excluded for each in said)


def _times(turn: Turn, visit: Appointment) -> Reply | None:
    return times.for_patient(turn, visit.patient_id, visit.type_id, wishes_for(None, visit.provider_id))


def _learn_why(turn: Turn, found: Found | None) -> bool:
    """Whether the text says why the visit was lost; kept, where that was not known."""
    if found is None or turn.whole.reason is None:
        return False
    why = Why(CancelReason(turn.whole.reason), turn.message.body)
    cancellations.learn_why(turn.tx, turn.conversation, found.visit.id, why)
    return True


def _found(turn: Turn) -> Found | None:
    """The case that was asked about, while it is open; the visit may stand again."""
    found = queries.find(turn.tx.session, _case_id(turn))
    return found if found is not None and found.case.ended_at is None else None


def _case_id(turn: Turn) -> UUID:
    subject_id = answered(turn).subject_id
    assert subject_id is not None  # noqa: S101  a lost visit's prompt always names its case
    return subject_id


def _over(turn: Turn) -> Reply | None:
    holds.release_all(turn.tx, turn.conversation.id)
    return Reply("nothing_pending")
