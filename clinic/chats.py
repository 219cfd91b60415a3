"""Chats on the clinic's site: begun by anybody, read on with a token, and after a time deleted."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from clinic import conversations, policies
from rules.channels import chat_address
from rules.states import DeliveryState, OutboxState
from storage.queries import chat as queries
from storage.tables import ChatSession, Conversation, Message, Sender, new_id
from storage.transaction import Tx

LIVES = timedelta(days=30)
"""So long a browser can read on; then it begins anew, and an anonymous chat is deleted."""

MOST_CHARACTERS = 1600


def begin(tx: Tx, came_from: str) -> str:
    """Begin a chat. What it gives is the token, which can be read this once: only a hash of it is kept."""
    token = secrets.token_urlsafe(32)
    conversation = Conversation(
        sender_id=line(tx).id, address=chat_address(new_id()), created_at=tx.now, clinic_id=tx.clinic_id
    )
    tx.session.add(conversation)
    tx.session.flush()
    tx.session.add(
        ChatSession(
            conversation_id=conversation.id,
            token_hash=hash_of(token),
            network=network(tx.links.signing_key, came_from),
            made_at=tx.now,
            seen_at=tx.now,
            expires_at=tx.now + LIVES,
        )
    )
    return token


def take_in(tx: Tx, conversation_id: UUID, written: UUID, text: str, came_from: str) -> None:
    """Store what a visitor wrote, once by the id their browser gave it, and have it read after commit."""
    conversation = conversations.lock(tx, conversation_id)
    session = queries.session_of(tx.session, conversation_id)
    session.seen_at, session.network = tx.now, network(tx.links.signing_key, came_from)
    if queries.store_once(tx.session, conversation, written, text, tx.now):
        tx.wake("inbound", conversation_id)
        tx.wake("chat", conversation_id)


def line(tx: Tx) -> Sender:
    """What the clinic's chats hang on; made where there was none yet."""
    return queries.line_of(tx.session, tx.clinic_id, chat_address(tx.clinic_id))


def is_open(tx: Tx, conversation_id: UUID) -> bool:
    """Whether what we say first in a chat can be seen: whose it is, is known, and their browser can read on."""
    return policies.current(tx).chat and queries.is_open(tx.session, conversation_id, tx.now)


def deliver(tx: Tx, message: Message) -> None:
    """What waited in the outbox is said with this commit: no carrier has to take it. The conversation is locked:
    what is said now stands behind all that a browser can have seen."""
    message.outbox_state, message.sent_at = OutboxState.SENT, tx.now
    message.delivery_state = DeliveryState.DELIVERED
    message.provider_sid = queries.sid_of(message.conversation_id, new_id())
    tx.wake("chat", message.conversation_id)
    tx.wake("live", tx.clinic_id)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def network(signing_key: str, came_from: str) -> str:
    """A network address as it is kept: enough to count by, and nothing to find anybody by."""
    return hmac.new(signing_key.encode(), f"network:{came_from}".encode(), hashlib.sha256).hexdigest()
