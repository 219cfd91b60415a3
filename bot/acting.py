"""The transaction of a turn: what is awaited is read afresh, the decision is made, the handler acts on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

import handlers
from clinic import conversations, languages, messages, policies, recipients, recovery_cases, undo, waitlist
from clinic.consent import doubt_is_over
from clinic.no_shows import LATELY
from handlers import consent, handoff, identity, meanwhile, no_shows, reasons, web_chat
from handlers.awaiting import awaited_in
from handlers.decide import Decision, DecisionKind, decide
from handlers.explained import explained
from handlers.turn import Reply, Turn
from nlu.understanding import Intent, Understanding
from rules.states import Holder, InboundState, PromptKind
from storage.fault_points import reach
from storage.queries import glance
from storage.tables import Clinic, Conversation, Message
from storage.transaction import Tx, made_once

TEN_MINUTES = timedelta(minutes=10)

ALWAYS = (DecisionKind.STOP, DecisionKind.START, DecisionKind.HELP, DecisionKind.EMERGENCY)
"""What the bot acts on whoever has the conversation, however many texts went before, opted out or not."""

BESIDE = (
    DecisionKind.QUESTION,
    DecisionKind.STATUS,
    DecisionKind.PREFERENCES,
    DecisionKind.FEWER_TEXTS,
    DecisionKind.NO_OFFERS,
    DecisionKind.LEAVE_LIST,
    DecisionKind.COMPLAINT,
    DecisionKind.HUMAN,
    *ALWAYS,
)
"""What is acted on besides the main thing, where one text says both."""

SURE = (DecisionKind.ACCEPT, DecisionKind.CONFIRM, DecisionKind.DECLINE)
ASKED_BY_US = (PromptKind.OFFER, PromptKind.CONFIRM, PromptKind.CANCEL_CONFIRM)
"""A sure answer to one of these still counts while a person has the conversation: the bot asked for it."""


_TEXT = made_once(
    select(Message, Clinic)
    .join(Clinic, Clinic.id == Message.clinic_id)
    .where(Message.id == bindparam("message_id"))
)
"""With its clinic, which every turn asks for: `tx.clinic()` finds it loaded."""


def act(tx: Tx, conversation: Conversation, message_id: UUID, understood: Understanding) -> None:
    """Act on one text of a conversation that is locked, once: one that is no longer unread is left alone."""
    message = tx.session.execute(_TEXT, {"message_id": message_id}).one().Message
    if message.inbound_state is not InboundState.UNREAD:
        return
    tx.answering[conversation.id] = message.id
    turn = _turn(tx, conversation, message, understood)
    languages.answer_in(tx, conversation, understood.language)
    words = understood.signals.words
    languages.remember(tx, conversation, turn.patients, understood.language, words=words)
    reasons.let_go(turn)
    no_shows.heard(turn)
    for reply in _replies(turn):
        _say(turn, reply)
    if turn.glance.unanswered:
        waitlist.heard_from(tx, turn.patient_ids)
    if understood.intent is not Intent.AUTO_REPLY:  # a machine's answer is none
        if turn.glance.in_campaign:
            recipients.heard_from(tx, conversation)
        if turn.glance.lost_visit:
            recovery_cases.heard_from(tx, conversation)
    _done(turn, understood)
    reach("turn.decided")


def _turn(tx: Tx, conversation: Conversation, message: Message, understood: Understanding) -> Turn:
    patients = tuple(conversations.patients_on(tx, conversation.address))
    seen = glance.look(
        tx.session,
        conversation,
        [patient.id for patient in patients],
        replied_since=tx.now - TEN_MINUTES,
        missed_since=tx.now - LATELY,
    )
    awaited = awaited_in(tx, conversation) if seen.asked else ()
    decision = decide(
        understood,
        awaited,
        zone=ZoneInfo(tx.clinic().timezone),
        undoable=seen.done_by_text and undo.lately(tx, conversation.id),
        missed=seen.missed,
    )
    read = decision.read or understood
    return Turn(tx, conversation, message, read, understood, decision, awaited, patients, seen)


def _replies(turn: Turn) -> Sequence[Reply]:
    """Who is to act, in this order: the carrier has, the number has opted out, a person has it, too many
    replies went out, nobody knows the number; else the table."""
    handler = _instead(turn) or handlers.route(turn.decision)
    if turn.conversation.misses and turn.decision.kind is not DecisionKind.PERHAPS_STOP:
        doubt_is_over(turn.tx, turn.conversation)
    if turn.decision.kind not in (DecisionKind.UNCLEAR, DecisionKind.PERHAPS_STOP) or _is_asked_for(handler):
        turn.conversation.misses = 0
    said = [handler(turn)]
    if handler is handlers.route(turn.decision):
        said += [_beside(turn, other) for other in turn.decision.also if other.kind in BESIDE]
    return [reply for reply in said if reply is not None]


def _is_asked_for(handler: handlers.Handler) -> bool:
    """A number or a code is understood, though no model would know what it says."""
    return handler in (web_chat.number, web_chat.code)


def _beside(turn: Turn, other: Decision) -> Reply | None:
    """Act on what else the text said, as if it had been said alone."""
    return handlers.route(other)(replace(turn, decision=other, read=other.read or turn.read))


def _instead(turn: Turn) -> handlers.Handler | None:
    """The handler that stands before the table, if any."""
    tx, decision = turn.tx, turn.decision
    if turn.message.opt_out_type and consent.by_carrier(turn):
        return meanwhile.silence
    in_chat = web_chat.is_chat(turn.conversation)
    if decision.kind in ALWAYS:
        return web_chat.BY_NOBODY.get(decision.kind) if in_chat and not turn.patients else None
    if in_chat and (answer := web_chat.beforehand(turn)):
        return answer
    if turn.glance.opted_out and not in_chat:
        return consent.hint
    with_a_person = turn.conversation.holder is Holder.PERSON and not _sure_answer(decision)
    if with_a_person and (held := meanwhile.beforehand(turn)):
        return held
    if turn.glance.replies >= _most_replies(turn, in_chat=in_chat):
        return None if _sure_answer(decision) else handoff.too_many
    if not languages.is_served(tx, turn.whole.language) and not (turn.whole.exact and _sure_answer(decision)):
        return handoff.other_language
    return None if turn.patients else _of_nobody(decision, in_chat=in_chat)


def _most_replies(turn: Turn, *, in_chat: bool) -> int:
    most = policies.current(turn.tx).replies_per_ten_minutes
    return most * web_chat.MOST_REPLIES if in_chat else most


def _of_nobody(decision: Decision, *, in_chat: bool) -> handlers.Handler | None:
    """Nobody is known behind the address."""
    if in_chat:
        return web_chat.visitor
    no_matter = decision.kind in (DecisionKind.WRONG_NUMBER, DecisionKind.IGNORE)
    return None if no_matter else identity.unknown


def _sure_answer(decision: Decision) -> bool:
    asked = decision.awaited.kind if decision.awaited else None
    return decision.kind in SURE and asked in ASKED_BY_US


def _say(turn: Turn, reply: Reply) -> None:
    message = messages.say(turn.tx, turn.conversation, reply.phrase, reply.values, about=reply.about)
    if reply.asks is not None:
        conversations.ask(
            turn.tx,
            turn.conversation,
            reply.asks.kind,
            reply.asks.subject_id,
            patient_id=reply.asks.patient_id,
            options=reply.asks.options,
            message=message,
            lives=reply.asks.lives,
        )


def _done(turn: Turn, understood: Understanding) -> None:
    """The text is done, with how it was read."""
    turn.message.inbound_state = InboundState.DONE
    turn.message.done_at = turn.tx.now
    turn.message.read_as = explained(understood, turn.decision)
    turn.message.language = understood.language
    turn.message.model = understood.model
    turn.tx.wake("live", turn.tx.clinic_id)
