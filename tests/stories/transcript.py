"""Everything a story's clinic received and sent, with how it was read: what a failed story shows."""

from sqlalchemy import select

from rules.states import Direction
from storage.tables import Message
from tests.stories import when
from tests.stories.cast import Cast
from tests.system import System


def transcript(system: System, cast: Cast) -> str:
    with system.services.store.unscoped() as session:
        messages = list(session.scalars(select(Message).order_by(Message.id)))
    lines = [_line(message, cast) for message in messages]
    return "\n".join([f"What was texted ({cast.zone} time):", *(lines or ["  nothing"])])


def _line(message: Message, cast: Cast) -> str:
    names = "+".join(name for name, phone in cast.phones.items() if phone == message.address)
    came_in = message.direction is Direction.IN
    at = when.said(message.created_at if came_in else message.sent_at or message.created_at, cast.zone)
    arrow = ">" if came_in else "<"
    return f"  {at:<20} {names:>8} {arrow} {message.body}{_note(message)}"


def _note(message: Message) -> str:
    """How a text was read, or why it did not go out."""
    if message.direction is Direction.OUT:
        fate = message.dropped_because or message.error_code
        return f"   [{message.outbox_state}: {fate}]" if fate else ""
    read = message.read_as or {}
    if not read:
        return f"   [{message.inbound_state}]"
    return f"   [{read['intent']} {read['confidence']} -> {read['decision']}; {', '.join(read['why'])}]"
