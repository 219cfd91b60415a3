"""One text at a time through a conversation: understand, decide, deliver. Read this first.

`drain` takes a conversation's unread texts, oldest first, one worker at a time. Each is a `turn`:

1. understand: exact rules, then the language model; no transaction is open;
2. decide and act: one transaction locks the conversation, decides against what is awaited now, lets the
   handler act, writes the reply into the outbox and marks the text done, all or nothing;
3. deliver: the reply is claimed with the same commit and handed to the carrier beside the next turn; where its
   sender has other texts to send, or this process calls already, the outbox is woken instead.

A process may die anywhere in between: the text is still unread, or everything about it is done.
"""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.orm import Session

from bot import acting, outbox
from bot.services import Services
from clinic import conversations, handoff, phrases, policies
from handlers import model_away
from nlu import loading
from nlu.reading import Model, read
from nlu.understanding import Intent, NluUnavailable, Ranked, Understanding
from rules.states import EscalationKind, InboundState
from storage import locks
from storage.fault_points import reach
from storage.queries import inbound
from storage.queries.inbound import Unread
from storage.tables import Message
from storage.transaction import Tx

MOST_ATTEMPTS = 3
MODEL_RETRY = timedelta(seconds=10)
MODEL_AWAY_TOO_LONG = timedelta(minutes=10)
FAILURE_RETRY = timedelta(seconds=2)

OUT_OF_ORDER = (Intent.STOP, Intent.START, Intent.HELP, Intent.EMERGENCY)
"""What acts even while an earlier text of the conversation cannot be read."""

log = structlog.get_logger()


class _Unreadable:
    """Stands in for the model where only exact rules may speak."""

    def parse(self, _text: str) -> Ranked:
        raise NluUnavailable


def get_ready() -> None:
    """Load what reading and answering a text needs: no patient waits for that, and forked workers share it."""
    loading.load()
    phrases.load()


def drain(services: Services, conversation_id: UUID) -> None:
    """Work everything unread in a conversation, oldest first.

    Whoever comes while another worker has the conversation goes away: the one who has it looks once more
    after letting go.
    """
    with services.store.statements() as session:
        while True:
            with locks.held(session, f"conversation:{conversation_id}") as mine:
                if not mine or not _drain(services, session, conversation_id):
                    return
            if inbound.oldest_unread_at(session, conversation_id) is None:
                return


def _drain(services: Services, session: Session, conversation_id: UUID) -> bool:
    """False where something has to wait (the model is away, a turn failed): the sweep comes back to it."""
    texts = inbound.unread(session, conversation_id)
    for place, text in enumerate(texts, 1):
        if not turn(services, session, text):
            for later in texts[place:]:
                _turn_out_of_order(services, session, later)
            return False
    return True


def turn(services: Services, session: Session, text: Unread) -> bool:
    """Understand one text, act on it, wake the outbox. False where it has to wait."""
    if text.retry_at is not None and text.retry_at > services.clock():
        return False
    attempt = inbound.begin_attempt(session, text.id)
    if attempt > MOST_ATTEMPTS:
        services.store.run(text.clinic_id, lambda tx: _park(tx, text))
        return True
    reach("turn.begun")
    try:
        understood = _read(services, session, text, services.model)
    except NluUnavailable:
        return _wait_for_model(services, session, text)
    reach("turn.understood")
    return _act(services, session, text, understood, attempt)


def _turn_out_of_order(services: Services, session: Session, text: Unread) -> None:
    """STOP, START, HELP and emergencies do not wait behind a text that cannot be read yet."""
    try:
        understood = _read(services, session, text, _Unreadable())
    except NluUnavailable:
        return
    if understood.intent in OUT_OF_ORDER:
        _act(services, session, text, understood, attempt=1)


def _read(services: Services, session: Session, text: Unread, model: Model) -> Understanding:
    policy = policies.version(session, text.policy_id)
    hours = {day: (desk.start, desk.end) for day, desk in policy.desk_hours.items()}
    return read(text.body, model, now=services.clock(), zone=ZoneInfo(text.zone), hours=hours)


def _act(services: Services, session: Session, text: Unread, understood: Understanding, attempt: int) -> bool:
    """Decide and act in one transaction. A failure is tried again in a moment, and parked the third time."""
    lanes = services.lanes if services.lanes is not None and services.lanes.has_room() else None

    def act(tx: Tx) -> outbox.Claimed | None:
        conversation = conversations.lock(tx, text.conversation_id)
        acting.act(tx, conversation, text.id, understood)
        return None if lanes is None else outbox.claim_reply(tx, conversation, services.clock())

    try:
        claimed = services.store.run(text.clinic_id, act)
    except Exception:  # the edge: whatever a handler does, later texts must go on
        log.exception("turn.failed", message=str(text.id), attempt=attempt)
        if attempt >= MOST_ATTEMPTS:
            services.store.run(text.clinic_id, lambda tx: _park(tx, text))
            return True
        inbound.retry_later(session, text.id, services.clock() + FAILURE_RETRY)
        return False
    reach("turn.committed")
    if claimed is not None and lanes is not None:
        lanes.run(outbox.deliver, services, claimed)
    log.info("turn.done", message=str(text.id), intent=understood.intent)
    return True


def _wait_for_model(services: Services, session: Session, text: Unread) -> bool:
    """The model is away: "one moment", tried again, and after ten minutes a person has it."""
    now = services.clock()
    log.warning("turn.model_away", message=str(text.id))
    if now - text.created_at >= MODEL_AWAY_TOO_LONG:
        services.store.run(text.clinic_id, lambda tx: model_away.hand_over_unread(tx, text.id))
        return True
    inbound.take_back_attempt(session, text.id, now + MODEL_RETRY)
    services.store.run(text.clinic_id, lambda tx: model_away.one_moment(tx, text.id))
    return False


def _park(tx: Tx, text: Unread) -> None:
    """Handling it failed three times: it is put aside for a person, later texts go on."""
    conversation = conversations.lock(tx, text.conversation_id)
    message = tx.session.get_one(Message, text.id)
    message.inbound_state = InboundState.PARKED
    message.done_at = tx.now
    handoff.escalate(tx, conversation, EscalationKind.FAILED, message.id)
