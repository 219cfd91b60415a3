"""A visit the patient cannot keep: which one, really?, and its time is freed."""

from collections.abc import Sequence
from datetime import timedelta

from clinic import appointments, consent, conversations, handoff, policies
from clinic.audit import PATIENT
from clinic.messages import about_visit
from handlers.offers import numbered
from handlers.turn import Asking, Reply, Turn, by_desk_hours
from rules.states import EscalationKind, PromptKind
from storage.tables import Appointment

LINE = "visit"
"""What a line of a numbered list points at: `visit:<id>`."""

MOST_LISTED = 5
CARRIER_WORD = "cancel"


def ask_to_cancel(turn: Turn) -> Reply | None:
    """Which visit? One: asked back. Several: listed. None: a person looks."""
    coming = appointments.coming(turn.tx, turn.patient_ids)
    meant = _meant(turn, coming)
    if len(meant) == 1:
        return check(turn, meant[0])
    if meant:
        return _which(turn, meant[:MOST_LISTED])
    if turn.read.text.strip().lower() == CARRIER_WORD:
        # Nothing to cancel: then the bare word is what the carrier and the law take it for.
        consent.opt_out(turn.tx, turn.conversation, PATIENT, by_carrier=True)
        return None
    handoff.escalate(turn.tx, turn.conversation, EscalationKind.ASKED, turn.message.id)
    began = appointments.under_way(turn.tx, turn.patient_ids)
    return Reply("cancel_began" if began else "cancel_none")


def _meant(turn: Turn, coming: Sequence[Appointment]) -> list[Appointment]:
    """The visits the text can mean: those at a time that was said, or all where none was said."""
    said = [span for span in turn.read.times if not span.excluded]
    fitting = [
        visit
        for visit in coming
        if any(
            span.start <= visit.starts_at < (span.end or span.start + timedelta(minutes=1)) for span in said
        )
    ]
    return fitting or list(coming)


def check(turn: Turn, visit: Appointment) -> Reply:
    """Really? Nothing is cancelled before a sure yes to this."""
    return Reply(
        "cancel_check",
        appointments.words(turn.tx, visit),
        about=about_visit(visit),
        asks=Asking(PromptKind.CANCEL_CONFIRM, visit.id, visit.patient_id),
    )


def _which(turn: Turn, visits: Sequence[Appointment]) -> Reply:
    lines = []
    for visit in visits:
        words = appointments.words(turn.tx, visit)
        line = f"{words['when']} {words['provider']}"
        lines.append(f"{line} for {words['name']}" if len(turn.patients) > 1 else line)
    return Reply(
        "cancel_which",
        {"options": numbered(lines)},
        asks=Asking(PromptKind.LIST, options=tuple(f"{LINE}:{visit.id}" for visit in visits)),
    )


def cancel(turn: Turn) -> Reply | None:
    """They are sure: the visit is cancelled and its time is free."""
    visit = _visit(turn)
    done = appointments.cancel_by_text(turn.tx, turn.conversation, visit.id)
    _settled(turn)
    if not done:
        return Reply("cancel_gone")
    return Reply("cancel_done", appointments.words(turn.tx, visit))


def keep(turn: Turn) -> Reply | None:
    """A no to "Cancel your visit?": it stays as it is."""
    _settled(turn)
    visit = _visit(turn)
    return Reply("cancel_kept", appointments.words(turn.tx, visit), about=about_visit(visit))


def second_thoughts(turn: Turn) -> Reply | None:
    """A bare no while nothing is asked. Minutes after a booking it may well mean that: asked back, like any
    cancel. ("Wait, no" plainly takes back: handlers/undo.py.)"""
    lately = turn.tx.now - timedelta(minutes=policies.current(turn.tx).undo_minutes)
    booked = [visit for visit in appointments.coming(turn.tx, turn.patient_ids) if visit.booked_at > lately]
    return check(turn, booked[0]) if booked else Reply("nothing_pending")


def ask_again(turn: Turn) -> Reply | None:
    """Half a yes: asked once more, then a person takes over."""
    turn.conversation.misses += 1
    if turn.conversation.misses >= 2:
        handoff.escalate(turn.tx, turn.conversation, EscalationKind.NOT_UNDERSTOOD, turn.message.id)
        return by_desk_hours(turn.tx, "handed_over")
    return check(turn, _visit(turn))


def _visit(turn: Turn) -> Appointment:
    awaited = turn.decision.awaited
    return turn.tx.session.get_one(Appointment, awaited.subject_id if awaited else None)


def _settled(turn: Turn) -> None:
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.CANCEL_CONFIRM)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.LIST)


def confirm(turn: Turn) -> Reply | None:
    """A yes to a reminder: they will come."""
    raise NotImplementedError


def cannot_come(turn: Turn) -> Reply | None:
    """A no to a reminder: asked back like any cancel."""
    raise NotImplementedError


def reminder_number(turn: Turn) -> Reply | None:
    """1 confirms, 2 changes, 3 gives the visit up."""
    raise NotImplementedError
