"""One text at a time through a conversation: understand, decide, deliver. Read this first.

`drain` takes a conversation's unread texts, oldest first, one worker at a time. Each is a `turn`:

1. understand: exact rules, then the language model; no transaction is open;
2. decide and act: one transaction locks the conversation, decides against what is awaited now, lets the
   handler act, writes the reply into the outbox and marks the text done, all or nothing;
3. deliver: after commit the outbox is woken.

A process may die anywhere in between: the text is still unread, or everything about it is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from bot import acting
from bot.services import Services
from clinic import conversations, handoff, policies
from handlers import model_away
from nlu.reading import Model, read
from nlu.understanding import Intent, NluUnavailable, Ranked, Understanding
from rules.states import EscalationKind, InboundState
from storage import locks
from storage.fault_points import reach
from storage.queries import inbound
from storage.tables import Message
from storage.transaction import Tx

MOST_ATTEMPTS = 3
MODEL_RETRY = timedelta(seconds=10)
MODEL_AWAY_TOO_LONG = timedelta(minutes=10)
FAILURE_RETRY = timedelta(seconds=2)

OUT_OF_ORDER = (Intent.STOP, Intent.START, Intent.HELP, Intent.EMERGENCY)
"""What acts even while an earlier text of the conversation cannot be read."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unread:
    """A text as it waits to be understood."""

    id: UUID
    body: str
    media_count: int
    created_at: datetime
    retry_at: datetime | None
    zone: ZoneInfo
    hours: Mapping[int, tuple[time, time]]


class _Unreadable:
    """Stands in for the model where only exact rules may speak."""

    def parse(self, _text: str) -> Ranked:
        raise NluUnavailable


def drain(services: Services, conversation_id: UUID) -> None:
    """Work everything unread in a conversation, oldest first.

    Whoever comes while another worker has the conversation goes away: the one who has it looks once more
    after letting go.
    """
    with services.store.unscoped() as session:
        clinic_id = inbound.clinic_of_conversation(session, conversation_id)
    if clinic_id is None:
        return
    while True:
        with locks.held(services.store.engine, f"conversation:{conversation_id}") as mine:
            if not mine or not _drain(services, clinic_id, conversation_id):
                return
        if not _unread(services, clinic_id, conversation_id):
            return


def _drain(services: Services, clinic_id: UUID, conversation_id: UUID) -> bool:
    """False where something has to wait (the model is away, a turn failed): the sweep comes back to it."""
    texts = _unread(services, clinic_id, conversation_id)
    for place, text in enumerate(texts, 1):
        if not turn(services, clinic_id, text, in_order=True):
            _urgent_ones(services, clinic_id, texts[place:])
            return False
    return True


def _urgent_ones(services: Services, clinic_id: UUID, later: list[Unread]) -> None:
    """STOP, START, HELP and emergencies do not wait behind a text that cannot be read yet."""
    for text in later:
        turn(services, clinic_id, text, in_order=False)


def _unread(services: Services, clinic_id: UUID, conversation_id: UUID) -> list[Unread]:
    def load(tx: Tx) -> list[Unread]:
        messages = inbound.unread(tx.session, conversation_id)
        return _plain(tx, messages) if messages else []

    return services.store.run(clinic_id, load)


def _plain(tx: Tx, messages: Sequence[Message]) -> list[Unread]:
    zone = ZoneInfo(tx.clinic().timezone)
    hours = {day: (desk.start, desk.end) for day, desk in policies.current(tx).desk_hours.items()}
    return [
        Unread(each.id, each.body, each.media_count, each.created_at, each.retry_at, zone, hours)
        for each in messages
    ]


def turn(services: Services, clinic_id: UUID, text: Unread, *, in_order: bool) -> bool:
    """Understand one text, act on it, wake the outbox. False where it has to wait."""
    if not in_order:
        return _turn_out_of_order(services, clinic_id, text)
    if text.retry_at is not None and text.retry_at > services.clock():
        return False
    with services.store.unscoped() as session:
        attempt = inbound.begin_attempt(session, text.id)
    if attempt > MOST_ATTEMPTS:
        services.store.run(clinic_id, lambda tx: _park(tx, text.id))
        return True
    reach("turn.begun")
    try:
        understood = _read(services, text, services.model)
    except NluUnavailable:
        return _wait_for_model(services, clinic_id, text)
    reach("turn.understood")
    return _act(services, clinic_id, text, understood, attempt)


def _read(services: Services, text: Unread, model: Model) -> Understanding:
    return read(text.body, model, now=services.clock(), zone=text.zone, hours=text.hours)


def _turn_out_of_order(services: Services, clinic_id: UUID, text: Unread) -> bool:
    try:
        understood = _read(services, text, _Unreadable())
    except NluUnavailable:
        return False
    if understood.intent not in OUT_OF_ORDER:
        return False
    return _act(services, clinic_id, text, understood, 1)


def _act(services: Services, clinic_id: UUID, text: Unread, understood: Understanding, attempt: int) -> bool:
    """Decide and act in one transaction. A failure is tried again in a moment, and parked the third time."""
    try:
        services.store.run(clinic_id, lambda tx: acting.act(tx, text.id, understood))
    except Exception:  # the edge: whatever a handler does, later texts must go on
        log.exception("turn.failed", message=str(text.id), attempt=attempt)
        if attempt >= MOST_ATTEMPTS:
            services.store.run(clinic_id, lambda tx: _park(tx, text.id))
            return True
        with services.store.unscoped() as session:
            inbound.retry_later(session, text.id, services.clock() + FAILURE_RETRY)
        return False
    reach("turn.committed")
    log.info("turn.done", message=str(text.id), intent=understood.intent)
    return True


def _wait_for_model(services: Services, clinic_id: UUID, text: Unread) -> bool:
    """The model is away: "one moment", tried again, and after ten minutes a person has it."""
    now = services.clock()
    log.warning("turn.model_away", message=str(text.id))
    if now - text.created_at >= MODEL_AWAY_TOO_LONG:
        services.store.run(clinic_id, lambda tx: model_away.hand_over_unread(tx, text.id))
        return True
    with services.store.unscoped() as session:
        inbound.take_back_attempt(session, text.id, now + MODEL_RETRY)
    services.store.run(clinic_id, lambda tx: model_away.one_moment(tx, text.id))
    return False


def _park(tx: Tx, message_id: UUID) -> None:
    """Handling it failed three times: it is put aside for a person, later texts go on."""
    message = tx.session.get_one(Message, message_id)
    conversation = conversations.lock(tx, message.conversation_id)
    message.inbound_state = InboundState.PARKED
    message.done_at = tx.now
    handoff.escalate(tx, conversation, EscalationKind.FAILED, message.id)
