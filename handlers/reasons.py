"""Why a visit was given up: asked once, gently, and read into the eleven reasons."""

from uuid import UUID

from clinic import cancellations, conversations
from clinic.cancellations import Why
from handlers import appointments, fallback, no_shows, recovery, visits
from handlers.decision import Decision, DecisionKind
from handlers.guards import Awaited
from handlers.turn import Reply, Turn
from nlu.understanding import Intent, Reason
from nlu.words import pattern, plain
from rules.states import CancelReason, PromptKind
from storage.tables import Prompt


def reason(turn: Turn) -> Reply | None:
    """The answer to "May I ask why?": kept with the cancellation, as "other" where it is none we know."""
    if _cancels_another(turn):
        return appointments.ask_to_cancel(turn)
    asked = turn.decision.awaited
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.REASON)
    if asked is None or asked.subject_id is None or _would_rather_not_say(turn):
        return Reply("reason_skipped")
    return None if _keep(turn, asked) else Reply("reason_skipped")


def unasked(turn: Turn) -> Reply | None:
    """A reason out of the blue ("my kid is sick"): shortly before a visit it most likely gives that up, which is
    asked back like any cancel. After one was missed it says why that was."""
    soon = [
        visit
        for visit in visits.meant(turn).visits
        if visit.starts_at <= turn.tx.now + no_shows.SHORTLY_BEFORE
    ]
    if soon:
        return appointments.check(turn, soon[0]) if len(soon) == 1 else fallback.not_understood(turn)
    missed = recovery.missed_for_a_reason(turn)
    if missed is not None:
        return recovery.warmly(turn, missed)
    return no_shows.sorry(turn) or fallback.not_understood(turn)


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
        _keep(turn, asked)


def _answers_the_other_question(decision: Decision) -> bool:
    asked = decision.awaited.kind if decision.awaited else None
    yes_or_no = (DecisionKind.CONFIRM, DecisionKind.CHECK, DecisionKind.DECLINE)
    return asked in (PromptKind.JOIN, PromptKind.RECOVERY) and decision.kind in yes_or_no


def _keep(turn: Turn, asked: Awaited) -> bool:
    said = Why(CancelReason(turn.whole.reason or CancelReason.OTHER), turn.message.body)
    prompt = turn.tx.session.get_one(Prompt, asked.id)
    given_up = prompt.options or [str(prompt.subject_id)]
    return cancellations.explain(turn.tx, turn.conversation, [UUID(each) for each in given_up], said)


def _cancels_another(turn: Turn) -> bool:
    """ "And cancel Ben's too" is no reason."""
    read = turn.whole
    return read.intent is Intent.CANCEL and read.signals.cancel and read.reason is None


def _would_rather_not_say(turn: Turn) -> bool:
    if turn.whole.reason not in (None, Reason.OTHER):
        return False
    return turn.whole.exact or pattern("unsaid", "skip").fullmatch(plain(turn.whole.text)) is not None
