"""Why a visit was given up: asked once, gently, and read into the eleven reasons."""

from datetime import timedelta
from uuid import UUID

from clinic import cancellations, conversations
from clinic.cancellations import Why
from handlers import appointments, fallback, recovery, visits
from handlers.decision import Decision, DecisionKind
from handlers.turn import Reply, Turn
from nlu.understanding import Intent, Reason
from nlu.words import pattern, plain
from rules.states import CancelReason, PromptKind

SHORTLY_BEFORE = timedelta(days=3)


def reason(turn: Turn) -> Reply | None:
    """The answer to "May I ask why?": kept with the cancellation, as "other" where it is none we know."""
    if _cancels_another(turn):
        return appointments.ask_to_cancel(turn)
    asked = turn.decision.awaited
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.REASON)
    if asked is None or asked.subject_id is None or _would_rather_not_say(turn):
        return Reply("reason_skipped")
    return None if _keep(turn, asked.subject_id) else Reply("reason_skipped")


def unasked(turn: Turn) -> Reply | None:
    """A reason out of the blue ("my kid is sick"): shortly before a visit it most likely gives that up, which is
    asked back like any cancel. Shortly after one was missed it says why that was."""
    soon = [visit for visit in visits.meant(turn).visits if visit.starts_at <= turn.tx.now + SHORTLY_BEFORE]
    if len(soon) == 1:
        return appointments.check(turn, soon[0])
    missed = recovery.missed_for_a_reason(turn)
    return recovery.warmly(turn, missed) if missed is not None else fallback.not_understood(turn)


def let_go(turn: Turn) -> None:
    """The question why is asked once: a text that answers something else ends it.

    Only the answer to "Want something sooner or later?", asked in the same text, leaves it open; a reason given
    along with that answer is kept.
    """
    asked = next((one for one in turn.awaited if one.kind is PromptKind.REASON), None)
    if asked is None or asked.subject_id is None:
        return
    if turn.decision.kind in (DecisionKind.REASON, DecisionKind.IGNORE):
        return
    beside = _answers_the_other_question(turn.decision)
    if beside and turn.whole.reason is None:
        return
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.REASON)
    if beside:
        _keep(turn, asked.subject_id)


def _answers_the_other_question(decision: Decision) -> bool:
    asked = decision.awaited.kind if decision.awaited else None
    yes_or_no = (DecisionKind.CONFIRM, DecisionKind.CHECK, DecisionKind.DECLINE)
    return asked in (PromptKind.JOIN, PromptKind.RECOVERY) and decision.kind in yes_or_no


def _keep(turn: Turn, visit_id: UUID) -> bool:
    said = CancelReason(turn.whole.reason or CancelReason.OTHER)
    return cancellations.explain(turn.tx, turn.conversation, visit_id, Why(said, turn.message.body))


def _cancels_another(turn: Turn) -> bool:
    """ "And cancel Ben's too" is no reason."""
    read = turn.whole
    return read.intent is Intent.CANCEL and read.signals.cancel and read.reason is None


def _would_rather_not_say(turn: Turn) -> bool:
    if turn.whole.reason not in (None, Reason.OTHER):
        return False
    return turn.whole.exact or pattern("unsaid", "skip").fullmatch(plain(turn.whole.text)) is not None
