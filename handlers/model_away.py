"""What is said while the language model is away, and who gets a text it could not read."""

from datetime import timedelta
from uuid import UUID

from clinic import consent, conversations, handoff, messages
from handlers.turn import by_desk_hours
from rules.states import EscalationKind, Holder, InboundState
from storage.tables import Message
from storage.transaction import Tx

ONE_MOMENT_EVERY = timedelta(minutes=10)


def one_moment(tx: Tx, message_id: UUID) -> None:
    """Say "one moment" while the model is away, once in a while, unless a person or a STOP stands before."""
    message = tx.session.get_one(Message, message_id)
    conversation = conversations.lock(tx, message.conversation_id)
    lately = conversation.one_moment_at is not None and conversation.one_moment_at > tx.now - ONE_MOMENT_EVERY
    silent = conversation.holder is Holder.PERSON or consent.opted_out(tx, conversation.address)
    if lately or silent or message.inbound_state is not InboundState.UNREAD:
        return
    conversation.one_moment_at = tx.now
    messages.say(tx, conversation, "one_moment").answers_id = message.id


def hand_over_unread(tx: Tx, message_id: UUID) -> None:
    """Unread for ten minutes: a person has it."""
    message = tx.session.get_one(Message, message_id)
    conversation = conversations.lock(tx, message.conversation_id)
    if message.inbound_state is not InboundState.UNREAD:
        return
    message.inbound_state, message.done_at = InboundState.HANDED, tx.now
    handoff.escalate(tx, conversation, EscalationKind.FAILED, message.id)
    reply = by_desk_hours(tx, "handed_over")
    messages.say(tx, conversation, reply.phrase, reply.values).answers_id = message.id
