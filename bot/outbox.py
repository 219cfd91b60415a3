"""The outbox: one pump a sender number claims what may go, hands it to the carrier, and records the answer.

Each text goes through three steps: the claim is committed before the call; the call is made with no transaction
open; its answer is recorded after. A process that dies in between leaves a claim, and a claim without an answer
is looked up at the carrier before anything is sent again.
"""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from time import sleep
from uuid import UUID

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.channels import ChannelError, ChannelSilent, Outgoing
from bot.services import Services
from clinic import chat_codes, chats, consent, conversations, daily_caps, gate, messages, openings
from clinic.audit import CARRIER
from rules.channels import channel_of
from rules.delivery import retry_after
from rules.states import Channel, DueKind, OutboxState
from storage import locks
from storage.fault_points import reach
from storage.queries import outbox as queries
from storage.queries import status
from storage.queries.due import set_due
from storage.tables import Conversation, Message
from storage.transaction import Tx, made_once

LOOK_AFTER = timedelta(seconds=60)
"""A text whose send was never answered is looked for this long after (bot/settling.py)."""

NAP_SECONDS = 2.0
"""The pump waits this long at most for its sender's rate; else the sweep wakes it again."""

PUMP_FOR = timedelta(seconds=60)
"""A pump that has worked this long makes way for the next: a job that ran on would be cut off by its time limit
in the middle of a send."""

LOOK_AROUND_SECONDS = 0.2
"""While calls to the carrier are under way, new texts are looked for this often: no slow call holds up another."""

SEND_WITHIN = timedelta(seconds=20)
"""A claim older than this is not sent: the sweep may be about to have it looked up at the carrier."""

MOST_LANES = 16
log = structlog.get_logger()

_LOCK = made_once(
    select(Message)
    .where(Message.id == bindparam("message_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""Asked with every text."""


@dataclass(frozen=True, slots=True)
class Claimed:
    clinic_id: UUID
    outgoing: Outgoing
    at: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """One text was dropped or put off, or said in a chat; there may be more."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may go before `until` (the sender's rate)."""

    until: datetime


def pump(services: Services, sender_id: UUID) -> None:
    """Send everything of a sender that is due. Only one pump a sender works at a time.

    Whoever comes while another has the lock goes away; the one who has it looks once more after letting go.
    """
    until = services.clock() + PUMP_FOR
    with services.store.statements() as session:
        while True:
            with locks.held(session, f"sender:{sender_id}") as mine:
                if not mine:
                    return
                drained = _drain(services, session, sender_id, until=until)
            if not drained and services.clock() >= until:
                services.store.wake("outbound", sender_id)
            if not drained or queries.next_due(session, sender_id, services.clock()) is None:
                return


def _lanes(rate: float) -> int:
    """How many calls to the carrier run side by side: a call takes a quarter of a second at worst."""
    return max(1, min(MOST_LANES, ceil(rate / 4)))


def _drain(services: Services, session: Session, sender_id: UUID, *, until: datetime) -> bool:
    """Claim and deliver until nothing is due. False where the rest has to wait, or time is up."""
    line = queries.line_of(session, sender_id)
    clinic_id, lanes = line.clinic_id, _lanes(line.rate)
    under_way: set[Future[None]] = set()
    with ThreadPoolExecutor(lanes) as pool:
        while services.clock() < until:
            found = _claim_next(services, session, clinic_id, sender_id)
            if isinstance(found, Claimed):
                reach("claim.committed")
                under_way.add(pool.submit(deliver, services, found))
            elif isinstance(found, Wait) and not _nap(services, found.until):
                break
            elif found is None:
                under_way = _finish_some(under_way)
                if not under_way:  # what came meanwhile, or was waiting for its turn, `pump` looks for
                    return True
            while len(under_way) >= lanes:
                under_way = _finish_some(under_way)
        _finish(under_way)
    return False


def _nap(services: Services, until: datetime) -> bool:
    seconds = (until - services.clock()).total_seconds()
    if seconds > NAP_SECONDS:
        return False
    sleep(max(seconds, 0.001))
    return True


def _finish_some(under_way: set[Future[None]]) -> set[Future[None]]:
    done, rest = wait(under_way, LOOK_AROUND_SECONDS, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return rest


def _finish(under_way: set[Future[None]]) -> None:
    for future in under_way:
        future.result()


def _claim_next(
    services: Services, session: Session, clinic_id: UUID, sender_id: UUID
) -> Claimed | Skipped | Wait | None:
    """The sender's next text. None: nothing is due."""
    message_id = queries.next_due(session, sender_id, services.clock())
    if message_id is None:
        return None
    return services.store.run(clinic_id, lambda tx: claim(tx, message_id))


def claim(tx: Tx, message_id: UUID) -> Claimed | Skipped | Wait:
    """Claim a text that is due, or drop or put it off where it may not go.

    Locks the conversation, then the openings it offers in the order of their ids, then the message.
    """
    place = queries.place_of(tx.session, message_id)
    line = place.line
    if line.next_send_at is not None and line.next_send_at > tx.now:
        return Wait(line.next_send_at)
    return _claim(tx, message_id, place)


def _claim(tx: Tx, message_id: UUID, place: queries.Place) -> Claimed | Skipped:
    line, (message, conversation) = place.line, _locked(tx, message_id, place)
    if message.outbox_state is not OutboxState.QUEUED:
        return Skipped()
    verdict = gate.check(tx, message, conversation)
    if isinstance(verdict, gate.Drop):
        gate.drop(tx, message, verdict.because)
        return Skipped()
    if isinstance(verdict, gate.Postpone):
        message.not_before = verdict.until
        return Skipped()
    held = daily_caps.held_until(tx, message, line.daily_segments)
    if held is not None:
        message.not_before = held
        return Skipped()
    gate.claim(tx, message, conversation)
    if channel_of(message.address) is Channel.CHAT:
        chats.deliver(tx, message)
        return Skipped()
    if message.provider_sid is not None:  # a try believed lost had been taken: a callback came after all
        message.outbox_state, message.sent_at = OutboxState.SENT, tx.now
        return Skipped()
    tx.session.flush()
    queries.rest(tx.session, message.sender_id, tx.now)
    return _going(tx, message, line.address, verdict)


def claim_reply(tx: Tx, conversation: Conversation, now: datetime) -> Claimed | None:
    """Claim the reply of a turn in the turn's own transaction, where its sender's line is free and nothing but
    the text changes as it goes. None: it is left to the pump, as is whatever the gate holds back.

    Its conversation is locked already. The sender's row is locked last of all, and until the commit. `now`: the
    turn began a while ago, and others may have sent since.
    """
    message = tx.said.get(conversation.id)
    if message is None or message.outbox_state is not OutboxState.QUEUED or gate.hands_over(message):
        return None
    verdict = gate.check(tx, message, conversation)
    if not isinstance(verdict, gate.Go):
        return None
    messages.write_all_but(tx, message)
    line = queries.take_free_line(tx.session, message, now)
    if line is None:
        return None
    sender, others_wait = line
    if not others_wait:  # else this transaction may have written one of them
        tx.wakes.remove(("outbound", message.sender_id))
    gate.claim(tx, message, conversation)
    return _going(tx, message, sender, verdict)


def _going(tx: Tx, message: Message, sender: str, verdict: gate.Go) -> Claimed:
    tx.session.flush()
    reach("claim.marked")
    valid = max(1, int((verdict.valid_until - tx.now).total_seconds()))
    words = chat_codes.as_sent(tx.links, message)
    outgoing = Outgoing(message.id, sender, message.address, words, valid, message.extras or {})
    return Claimed(tx.clinic_id, outgoing, tx.now)


def locked(tx: Tx, message_id: UUID) -> tuple[Message, Conversation]:
    """A text that goes out, locked after its conversation and after the openings that it offers."""
    return _locked(tx, message_id, queries.place_of(tx.session, message_id))


def _locked(tx: Tx, message_id: UUID, place: queries.Place) -> tuple[Message, Conversation]:
    conversation = conversations.lock(tx, place.conversation_id)
    for opening_id in place.opening_ids:
        openings.lock(tx, opening_id)
    return _lock(tx, message_id), conversation


def _lock(tx: Tx, message_id: UUID) -> Message:
    return tx.session.scalars(_LOCK, {"message_id": message_id}).one()


def deliver(services: Services, claimed: Claimed) -> None:
    """Hand a claimed text to the carrier, and record what came of it."""
    message_id = claimed.outgoing.message_id
    if services.clock() - claimed.at > SEND_WITHIN:
        log.warning("send.too_late", message=str(message_id))
        return
    try:
        sid = services.channel_for(claimed.outgoing.sender).send(claimed.outgoing)
    except ChannelSilent:
        log.warning("send.unanswered", message=str(message_id))
        services.store.run(claimed.clinic_id, lambda tx: _unknown(tx, message_id))
        return
    except ChannelError as error:
        refusal = error
        log.warning("send.refused", message=str(message_id), code=error.code, permanent=error.permanent)
        services.store.run(claimed.clinic_id, lambda tx: _refused(tx, message_id, refusal))
        return
    reach("send.answered")
    with services.store.one_statement() as cursor:
        waits = queries.sent(cursor, message_id, sid, services.clock())
    services.store.wake("live", claimed.clinic_id)
    if waits is not None:
        services.store.wake("outbound", waits)
    reach("send.recorded")
    log.info("send.done", message=str(message_id))


def _unknown(tx: Tx, message_id: UUID) -> None:
    message = _lock(tx, message_id)
    if message.outbox_state is OutboxState.CLAIMED:  # a callback may have settled it meanwhile
        message.outbox_state = OutboxState.UNKNOWN
        set_due(tx.session, tx.clinic_id, DueKind.SETTLE, message.id, tx.now + LOOK_AFTER)


def _refused(tx: Tx, message_id: UUID, refusal: ChannelError) -> None:
    """The carrier said no: later again, or never."""
    message, conversation = locked(tx, message_id)
    if message.outbox_state not in queries.IN_FLIGHT:
        return  # a callback has settled it: an earlier try, believed lost, had been taken
    message.error_code = refusal.code
    again = None if refusal.permanent else retry_after(message.attempts)
    if again is not None:
        gate.put_back(tx, message, tx.now + again)
        return
    message.outbox_state = OutboxState.FAILED
    if refusal.code == status.OPTED_OUT:
        consent.stopped_by_carrier(tx, conversation, CARRIER)
    else:
        status.note_number(tx.session, message, tx.now)
    for kind, subject_id in status.not_arrived(tx.session, message, tx.now):
        tx.wake(kind, subject_id)
    tx.wake("outbound", message.sender_id)  # what waited for it may go
    tx.wake("live", tx.clinic_id)
