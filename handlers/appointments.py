"""A visit the patient cannot keep: which one, really?, and its time is freed; and the answers to a reminder."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from clinic import (
    appointments,
    consent,
    conversations,
    giving_up,
    phrases,
    policies,
    reminders,
)
from clinic.audit import PATIENT
from clinic.messages import about_visit
from handlers import fallback, no_shows, recovery, times, visits
from handlers.because import BECAUSE, ON_THE_WAY, because, why
from handlers.binding import asked_together
from handlers.decide import DecisionKind
from handlers.handoff import move
from handlers.moving import another_time, reschedule
from handlers.turn import Asking, Reply, Turn, answered, escalate, hand_over
from handlers.visits import Meant
from nlu.choices import names_all, takes_all
from rules.states import EscalationKind, PromptKind
from storage.tables import Appointment

LINE = "visit"
CONFIRM = "confirm"
MOVE = "move"
"""What a line of a numbered list points at: `visit:<id>` is to be cancelled (asked back), `confirm:<id>` is
confirmed, `move:<id>` moved by the desk."""

MOST_LISTED = 5
CARRIER_WORD = "cancel"


def ask_to_cancel(turn: Turn) -> Reply | None:
    """Which visit? One: asked back. Several: listed. None: a person looks."""
    found = visits.meant(turn)
    if not found.visits:
        missed = recovery.missed_for_a_reason(turn)
        return recovery.warmly(turn, missed) if missed is not None else _nothing_to_cancel(turn)
    if found.missing and any(one.kind in ON_THE_WAY for one in turn.awaited):
        # Asked which one before, and again none fits: somebody looks.
        return hand_over(turn, EscalationKind.ASKED)
    if len(found.visits) == 1:
        return check(turn, found.visits[0], missing=found.missing)
    if not found.missing and len(found.visits) <= MOST_LISTED and names_all(turn.whole.text):
        return check_all(turn, found.visits)
    return _which(turn, found)


def other_time(turn: Turn) -> Reply | None:
    """Another time is wanted, and nothing was offered: the desk finds one. "Can't make it Thursday" is said of a
    visit they have."""
    return cannot_make_it(turn) if visits.cannot_come(turn) else another_time(turn)


def cannot_make_it(turn: Turn) -> Reply | None:
    """They cannot come to a visit they have: given up, asked back like any cancel; or where another time is
    named, moved by the desk."""
    return reschedule(turn) if visits.names_another_time(turn) else ask_to_cancel(turn)


def _nothing_to_cancel(turn: Turn) -> Reply | None:
    sorry = no_shows.sorry(turn)
    if sorry is not None:
        return sorry
    if turn.read.text.strip().lower() == CARRIER_WORD:
        # Nothing to cancel: then the bare word is what the carrier and the law take it for.
        consent.opt_out(turn.tx, turn.conversation, PATIENT, by_carrier=True)
        return None
    escalate(turn, EscalationKind.ASKED)
    began = appointments.under_way(turn.tx, turn.patient_ids)
    return Reply("cancel_began" if began else "cancel_none")


def check(turn: Turn, visit: Appointment, *, missing: phrases.Words = "") -> Reply:
    """Really? Nothing is cancelled before a sure yes to this. What was `missing` from what they said is named."""
    known = because(turn)
    return Reply(
        "cancel_other" if missing else "cancel_check",
        {**appointments.words(turn.tx, visit), "what": missing},
        about=about_visit(visit),
        asks=Asking(
            PromptKind.CANCEL_CONFIRM,
            visit.id,
            visit.patient_id,
            options=(known,) if known else (),
        ),
    )


def check_all(turn: Turn, those: Sequence[Appointment]) -> Reply:
    """Really, all of them? One question that names each."""
    if len(those) == 1:
        return check(turn, those[0])
    known = because(turn)
    return Reply(
        "cancel_check_all",
        {"visits": _in_a_row(turn, those)},
        asks=Asking(
            PromptKind.CANCEL_CONFIRM,
            those[0].id,
            options=tuple(f"{LINE}:{visit.id}{known}" for visit in those),
        ),
    )


def _in_a_row(turn: Turn, those: Sequence[Appointment]) -> phrases.Words:
    return phrases.both([visits.line(turn, visit) for visit in those])


def _which(turn: Turn, found: Meant, to: str = LINE) -> Reply:
    known, listed = because(turn), found.visits[:MOST_LISTED]
    return Reply(
        "cancel_which_other" if found.missing else "cancel_which",
        {"options": phrases.numbered([visits.line(turn, visit) for visit in listed]), "what": found.missing},
        asks=Asking(PromptKind.LIST, options=tuple(f"{to}:{visit.id}{known}" for visit in listed)),
    )


def cancel(turn: Turn) -> Reply | None:
    """They are sure: what was asked about is cancelled, its time is free, and they are asked what they want
    instead. Of several visits a yes that names one is asked back about that one."""
    some = some_of_several(turn)
    if some is not None:
        return some
    those = _asked_about(turn)
    _settled(turn)
    done = giving_up.by_patient(turn.tx, turn.conversation, [visit.id for visit in those], why(turn))
    return None if done else Reply("cancel_gone")


def keep(turn: Turn) -> Reply | None:
    """A no to "Cancel your visit?": it stays as it is. Of several, the one that a no names may still go."""
    some = some_of_several(turn)
    if some is not None:
        return some
    those = _asked_about(turn)
    _settled(turn)
    if len(those) > 1:
        return Reply("cancel_kept_all", {"visits": _in_a_row(turn, those)})
    return Reply("cancel_kept", appointments.words(turn.tx, those[0]), about=about_visit(those[0]))


def second_thoughts(turn: Turn) -> Reply | None:
    """A no while nothing is asked: to the time of a visit they have ("can't do 4 today"), or, minutes after a
    booking, to that. Asked back, like any cancel. ("Wait, no" plainly takes back: handlers/undo.py.)"""
    if visits.cannot_come(turn):
        return cannot_make_it(turn)
    lately = turn.tx.now - timedelta(minutes=policies.current(turn.tx).undo_minutes)
    booked = [visit for visit in appointments.coming(turn.tx, turn.patient_ids) if visit.booked_at > lately]
    return check(turn, booked[0]) if booked else Reply("nothing_pending")


def ask_again(turn: Turn) -> Reply | None:
    """Half a yes: asked once more, then a person takes over. "Both" to a question about several is a whole one."""
    those = _asked_about(turn)
    if _takes_all(turn, those):
        return cancel(turn)
    turn.conversation.misses += 1
    if turn.conversation.misses >= 2:
        return hand_over(turn, EscalationKind.NOT_UNDERSTOOD)
    return check_all(turn, visits.among(turn, those))


def cancel_again(turn: Turn) -> Reply | None:
    """A cancel that is no plain yes to "Cancel your visit?": all of several is one, else it may mean another."""
    return cancel(turn) if _takes_all(turn, _asked_about(turn)) else ask_to_cancel(turn)


def some_of_several(turn: Turn) -> Reply | None:
    """Asked about several, they name one of them: asked back about that one. None where they do not."""
    those = _asked_about(turn)
    named = visits.among(turn, those)
    return check_all(turn, named) if len(named) < len(those) else None


def _takes_all(turn: Turn, those: Sequence[Appointment]) -> bool:
    return len(those) > 1 and takes_all(turn.read.text) and not turn.read.signals.question


def _asked_about(turn: Turn) -> list[Appointment]:
    """The visit that "Cancel your visit?" names, or the visits, soonest first."""
    prompt = answered(turn)
    listed = [option.partition(BECAUSE)[0].partition(":") for option in prompt.options]
    ids = [subject for kind, _, subject in listed if kind == LINE] or [str(prompt.subject_id)]
    return [turn.tx.session.get_one(Appointment, UUID(each)) for each in ids]


def _settled(turn: Turn) -> None:
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.CANCEL_CONFIRM)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.LIST)


def confirm(turn: Turn) -> Reply | None:
    """A yes to a reminder: they will come; once other times are shown, it is said of those."""
    if times.answers_these(turn, turn.decision.awaited):
        return times.in_words(turn)
    return _confirm(turn, *_reminded(turn))


def coming(turn: Turn) -> Reply | None:
    """They say that they will come, and nobody asked: to the one visit it can mean. Several are listed; where
    they have none, somebody looks."""
    found = visits.meant(turn)
    if not found.visits:
        return _nothing_to_cancel(turn)
    if len(found.visits) > 1 or found.missing:
        return _which(turn, found, CONFIRM)
    return confirm_visit(turn, found.visits[0])


def confirm_visit(turn: Turn, visit: Appointment) -> Reply | None:
    """They will come to this visit."""
    return _confirm(turn, visit)


def _confirm(turn: Turn, *those: Appointment) -> Reply | None:
    if reminders.confirm(turn.tx, turn.conversation, [visit.id for visit in those]):
        return None
    return Reply("visit_gone", {"phone": phrases.phone(turn.tx.clinic().phone)})


def cannot_come(turn: Turn) -> Reply | None:
    """A no to a reminder: asked back like any cancel; to times shown since, it is a no to those."""
    if turn.decision.kind is DecisionKind.DECLINE and times.answers_these(turn, turn.decision.awaited):
        return times.refuse(turn)
    return _one_of(turn, LINE)


def reminder_number(turn: Turn) -> Reply | None:
    """1 confirms all that the reminder names, 2 changes one, 3 gives one up."""
    if turn.read.choice == CONFIRMS:
        return _confirm(turn, *_reminded(turn))
    does = BY_NUMBER.get(turn.read.choice or 0)
    return _one_of(turn, does) if does else fallback.not_understood(turn)


CONFIRMS = 1
BY_NUMBER = {2: MOVE, 3: LINE}
"""What the numbers that a reminder names do."""


def _one_of(turn: Turn, does: str) -> Reply | None:
    """Change or give up the visit that a reminder names; of several which one?"""
    those = _reminded(turn)
    if len(those) > 1:
        return _which(turn, Meant(those), does)
    return move(turn, those[0]) if does == MOVE else check(turn, those[0])


def _reminded(turn: Turn) -> Sequence[Appointment]:
    """The visits of the reminder that is answered, soonest first; of several those that the answer names."""
    awaited = turn.decision.awaited
    asked = asked_together(awaited, turn.awaited) if awaited else ()
    those = [turn.tx.session.get_one(Appointment, one.subject_id) for one in asked]
    return visits.among(turn, sorted(those, key=lambda visit: visit.starts_at))
