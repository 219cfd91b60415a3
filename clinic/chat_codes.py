"""Codes by which a visitor of the chat shows that a number on file is theirs.

Whether a number is on file shows in nothing a visitor sees: a row is made, and an answer given, of each; only the
text goes out or does not. No code is kept: it follows from its row's id and our key, and is put into the text as
that goes (`as_sent`).
"""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from clinic import conversations, messages
from clinic.audit import PATIENT, record
from rules import chat_codes as rules
from rules.channels import chat_address
from rules.states import InboundState
from storage import locks
from storage.queries import chat as queries
from storage.queries import contacts
from storage.tables import ChatCode, Conversation, Message, new_id
from storage.transaction import Links, Tx

IN_ITS_PLACE = "#" * rules.DIGITS
"""What stands for the code wherever its text is kept."""

EXTRA = "chat_code"


class Outcome(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"  # there is none that still counts: too late, or tried too often


def ask_for(tx: Tx, conversation: Conversation, number: str, asked_in: UUID | None) -> bool:
    """Text a code to a number, if it is on file and takes texts. False where no more may be asked for now. The
    newest code alone counts."""
    session = queries.session_of(tx.session, conversation.id)
    for name in (number, session.network):
        locks.until_commit(tx.session, f"chat-code:{tx.clinic_id}:{name}")
    asked = queries.codes_since(tx.session, number, session.network, tx.now - timedelta(hours=1))
    if max(asked) >= rules.MOST_AN_HOUR:
        return False
    end_all(tx, conversation)
    sent_to = _line_to(tx, number)
    code = ChatCode(
        id=new_id(),
        conversation_id=conversation.id,
        asked_in=asked_in,
        number=number,
        network=session.network,
        texted=sent_to is not None,
        made_at=tx.now,
        expires_at=tx.now + rules.LIVES,
    )
    tx.session.add(code)
    tx.session.flush()
    if sent_to is not None:
        _text(tx, sent_to, code)
    return True


def _line_to(tx: Tx, number: str) -> Conversation | None:
    """Where a code is texted; None for a number that is nobody's here, or that no text may or can reach."""
    sender = conversations.texting(tx)
    point = contacts.point_of(tx, number)
    known = bool(conversations.patients_on(tx, number))
    if sender is None or point is None or not known:
        return None
    if point.opted_out_at or point.carrier_blocked_at or point.undeliverable_at:
        return None
    return conversations.with_address(tx, sender, number)


def _text(tx: Tx, conversation: Conversation, code: ChatCode) -> None:
    """It goes at once, at any hour: they have just asked for it."""
    values = {"clinic": tx.clinic().short_name, "code": IN_ITS_PLACE}
    text = messages.say(tx, conversation, "chat_code", values)
    text.extras = {**(text.extras or {}), EXTRA: str(code.id)}
    text.expires_at = code.expires_at


def as_sent(links: Links, message: Message) -> str:
    """The words of a text as they leave us: with the code, where it brings one."""
    code_id = (message.extras or {}).get(EXTRA)
    if code_id is None:
        return message.body
    return message.body.replace(IN_ITS_PLACE, rules.code_of(links.signing_key, UUID(code_id)), 1)


def check(tx: Tx, conversation: Conversation, said: str) -> Outcome:
    """Hold what a visitor typed against their newest code. Right: the number is theirs in this chat from now on,
    and what they had asked first is read again."""
    code = queries.code_awaited(tx.session, conversation.id)
    if code is None or code.expires_at <= tx.now or code.tries >= rules.MOST_TRIES:
        return Outcome.OVER
    code.tries += 1
    right = rules.is_right(tx.links.signing_key, code.id, said)
    if not (right and code.texted):
        return Outcome.WRONG if code.tries < rules.MOST_TRIES else Outcome.OVER
    _verify(tx, conversation, code)
    return Outcome.RIGHT


def _verify(tx: Tx, conversation: Conversation, code: ChatCode) -> None:
    session = queries.session_of(tx.session, conversation.id)
    session.number, session.verified_at = code.number, tx.now
    conversation.address = chat_address(session.id, code.number)
    code.ended_at = tx.now
    conversations.close_prompts(tx, conversation.id)
    tx.session.flush()  # what is said next goes to the address as it is now
    record(tx, PATIENT, "chat.verified", session, after={"code": str(code.id)})
    _read_again(tx, conversation, code.asked_in)


def _read_again(tx: Tx, conversation: Conversation, message_id: UUID | None) -> None:
    """What they asked before we knew them is unread once more, and is read as if they asked it now."""
    message = tx.session.get(Message, message_id) if message_id else None
    if message is not None:
        message.inbound_state, message.attempts, message.done_at = InboundState.UNREAD, 0, None
        tx.wake("inbound", conversation.id)


def end_all(tx: Tx, conversation: Conversation) -> None:
    """No code of a chat counts any more."""
    while (code := queries.code_awaited(tx.session, conversation.id)) is not None:
        code.ended_at = tx.now
        tx.session.flush()
