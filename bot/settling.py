"""A text whose send was never answered: what became of it is found out at the carrier, by its exact words."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from bot.channels import ChannelError, ChannelSilent, Found
from bot.outbox import LOOK_AFTER, locked
from bot.services import Services
from clinic import chat_codes, gate
from rules.states import DueKind, OutboxState
from storage.fault_points import reach
from storage.queries import outbox as queries
from storage.queries.due import set_due
from storage.tables import Message, Sender
from storage.transaction import Tx

TIMES_NOT_FOUND = 2
MADE_EARLIER = timedelta(seconds=5)
"""The carrier's clock may be behind ours by this much."""

log = structlog.get_logger()


def settle(services: Services, clinic_id: UUID, message_id: UUID) -> None:
    """Find out at the carrier what became of a text, by its exact words and the time it was made.

    Found: it was sent. Not found twice, a minute apart: it is sent again. Carrier away: asked again later.
    """
    with services.store.unscoped() as session:
        message = session.get_one(Message, message_id)
        sender = session.get_one(Sender, message.sender_id)
        if message.outbox_state is not OutboxState.UNKNOWN or message.claimed_at is None:
            return
        asked = (sender.address, message.address, message.claimed_at - MADE_EARLIER)
    try:
        listed = services.channel_for(sender.address).find(*asked)
    except (ChannelSilent, ChannelError):
        log.warning("settle.carrier_away", message=str(message_id))
        services.store.run(clinic_id, lambda tx: _look_again(tx, message_id))
        return
    reach("settle.looked")
    services.store.run(clinic_id, lambda tx: _settle(tx, message_id, listed))
    reach("settle.recorded")


def _is(found: Found, message: Message, words: str) -> bool:
    """The same words. Where the words are not ours (a template, a call) whatever went there since is it: one is on
    its way to an address at a time."""
    in_other_words = found.body is None or "template" in (message.extras or {})
    return in_other_words or found.body == words


def _look_again(tx: Tx, message_id: UUID) -> None:
    set_due(tx.session, tx.clinic_id, DueKind.SETTLE, message_id, tx.now + LOOK_AFTER)


def _settle(tx: Tx, message_id: UUID, listed: Sequence[Found]) -> None:
    message, _ = locked(tx, message_id)
    if message.outbox_state is not OutboxState.UNKNOWN:
        return
    taken = queries.sids_taken(tx.session, [found.sid for found in listed])
    words = chat_codes.as_sent(tx.links, message)
    ours = [found for found in listed if _is(found, message, words) and found.sid not in taken]
    message.looked_at = tx.now
    if ours:
        oldest = min(ours, key=lambda found: found.created_at)
        message.provider_sid = oldest.sid
        message.outbox_state, message.sent_at = OutboxState.SENT, oldest.created_at
        tx.wake("outbound", message.sender_id)  # its recipient may have the next one
        return
    message.not_found += 1
    if message.not_found < TIMES_NOT_FOUND:
        _look_again(tx, message_id)
        return
    gate.put_back(tx, message, tx.now)
    tx.wake("outbound", message.sender_id)
