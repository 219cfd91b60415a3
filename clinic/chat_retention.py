"""What is not kept of chats: after a month codes, tokens, and all that was said by somebody we never knew."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from clinic.audit import SYSTEM, record
from clinic.chats import LIVES
from clinic.nights import next_night
from rules.states import DueKind
from storage.queries.due import set_due
from storage.tables import (
    ChatCode,
    ChatSession,
    Clinic,
    Conversation,
    Correction,
    Escalation,
    Hold,
    Message,
    Prompt,
    Task,
    Undoable,
)
from storage.transaction import Tx

AT_NIGHT = time(3, 50)

AT_A_TIME = 500
"""Chats deleted in one transaction; when there are more, the next follows soon."""

SOON = timedelta(seconds=5)

OF_A_CHAT = (ChatCode, ChatSession, Prompt, Undoable, Escalation, Hold)
"""What hangs on a conversation and goes before its messages do."""


def begin(tx: Tx) -> None:
    """Have a clinic's old chats deleted every night from now on."""
    set_due(tx.session, tx.clinic_id, DueKind.CHATS, tx.clinic_id, next_night(tx, AT_NIGHT))


def work(tx: Tx, _clinic_id: UUID) -> datetime:
    """Delete what is too old; gives when to do so again. What a patient said in a chat that was shown to be theirs
    is kept as their texts are."""
    long_ago = tx.now - LIVES
    tx.session.execute(delete(ChatCode).where(ChatCode.made_at <= long_ago))
    tx.session.execute(
        delete(ChatSession).where(ChatSession.number.is_not(None), ChatSession.expires_at <= tx.now)
    )
    of_nobody = tx.session.scalars(
        select(ChatSession.conversation_id)
        .where(ChatSession.number.is_(None), ChatSession.seen_at <= long_ago)
        .limit(AT_A_TIME)
    ).all()
    if not of_nobody:
        return next_night(tx, AT_NIGHT)
    _forget(tx, of_nobody)
    record(
        tx, SYSTEM, "chats.deleted", tx.session.get_one(Clinic, tx.clinic_id), after={"chats": len(of_nobody)}
    )
    return tx.now + SOON if len(of_nobody) == AT_A_TIME else next_night(tx, AT_NIGHT)


def _forget(tx: Tx, chats: Sequence[UUID]) -> None:
    said = select(Message.id).where(Message.conversation_id.in_(chats))
    tx.session.execute(delete(Correction).where(Correction.message_id.in_(said)))
    tx.session.execute(update(Task).where(Task.conversation_id.in_(chats)).values(conversation_id=None))
    for table in (*OF_A_CHAT, Message):
        tx.session.execute(delete(table).where(table.conversation_id.in_(chats)))
    tx.session.execute(delete(Conversation).where(Conversation.id.in_(chats)))
