"""Pause: no automatic text goes out, of the clinic or about one provider, until somebody resumes.

What a patient texts is answered as ever. Offers are not made, and texts of ours that are written already wait at
the last gate; resuming has them looked at again, and what has become stale by then is dropped there.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from clinic import gate, openings
from clinic.audit import By, record
from rules.states import OpeningState
from storage.queries.outbox import put_off
from storage.tables import Clinic, Opening, Provider, Sender
from storage.transaction import Tx


def pause_clinic(tx: Tx, by: By) -> bool:
    """False where it is paused already."""
    return _pause(tx, tx.clinic(), by)


def pause_provider(tx: Tx, provider_id: UUID, by: By) -> bool:
    """False where that provider's offers are paused already."""
    return _pause(tx, tx.session.get_one(Provider, provider_id), by)


def resume_clinic(tx: Tx, by: By) -> bool:
    """False where nothing was paused."""
    return _resume(tx, tx.clinic(), by)


def resume_provider(tx: Tx, provider_id: UUID, by: By) -> bool:
    """False where that provider's offers were not paused."""
    return _resume(tx, tx.session.get_one(Provider, provider_id), by)


def holds_back(tx: Tx, opening_ids: Collection[UUID] = ()) -> bool:
    """Whether what we say first waits until somebody resumes: all of it, or an offer of one of these openings."""
    paused = select(Opening.id).join(Provider, Provider.id == Opening.provider_id)
    offered = paused.where(Opening.id.in_(opening_ids), Provider.paused_at.is_not(None))
    return tx.clinic().paused_at is not None or tx.session.scalars(offered).first() is not None


def _pause(tx: Tx, paused: Clinic | Provider, by: By) -> bool:
    if paused.paused_at is not None:
        return False
    paused.paused_at = tx.now
    record(tx, by, f"{paused.__tablename__}.paused", paused)
    return True


def _resume(tx: Tx, paused: Clinic | Provider, by: By) -> bool:
    if paused.paused_at is None:
        return False
    record(tx, by, f"{paused.__tablename__}.resumed", paused, before={"since": paused.paused_at.isoformat()})
    paused.paused_at = None
    tx.session.flush()  # from here on no text is put off for it any more (gate._stands_paused)
    _wake_openings(tx, paused.id if isinstance(paused, Provider) else None)
    for message in put_off(tx.session, tx.now + 2 * gate.WHILE_PAUSED):
        message.not_before = None
    for sender_id in tx.session.scalars(select(Sender.id)):
        tx.wake("outbound", sender_id)
    return True


def _wake_openings(tx: Tx, provider_id: UUID | None) -> None:
    """Have every opening looked at that was not worked meanwhile."""
    free = select(Opening).where(
        Opening.state.in_((OpeningState.OPEN, OpeningState.OFFERING)), Opening.starts_at > tx.now
    )
    if provider_id is not None:
        free = free.where(Opening.provider_id == provider_id)
    for opening in tx.session.scalars(free.order_by(Opening.id)):
        openings.look_at(tx, opening.id, max(tx.now, opening.offer_from))
