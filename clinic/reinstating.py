"""A type of visit that was withdrawn is offered again, with everybody back in their place."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clinic import enrolment, messages, reaching, waitlist
from clinic.audit import By, record
from clinic.messages import About
from clinic.withdrawing import NEWS_LIVES, PHRASES, RESOLUTION, lock
from rules.states import MessageClass, OutboxState
from storage.tables import Message, Patient, WaitlistEntry
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Restored:
    """What offering a type again does: who waits again, and of those who is told, since they had been told that
    their place was gone."""

    waiting: int = 0
    told: int = 0


def restore(tx: Tx, type_id: UUID, by: By) -> Restored:
    """The clinic offers it again. Whoever lost their place over it has it back, unless they wait anew or time has
    run out; who had heard that it was gone is told, and who had not never knows."""
    kind = lock(tx, type_id)
    if kind.withdrawn_at is None:
        return Restored()
    since, kind.withdrawn_at = kind.withdrawn_at, None
    record(tx, by, "type.restored", kind, before={"withdrawn": since.isoformat()})
    tx.session.flush()
    lost = tx.session.scalars(
        select(WaitlistEntry)
        .where(
            WaitlistEntry.type_id == kind.id,
            WaitlistEntry.resolution == RESOLUTION,
            WaitlistEntry.ended_at >= since,
            WaitlistEntry.expires_at > tx.now,
            WaitlistEntry.enrolled.is_(False),
        )
        .order_by(WaitlistEntry.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    told = 0
    back = [entry for entry in lost if not waitlist.waiting_for(tx, entry.patient_id, kind.id)]
    for entry in back:
        told += _unsay(tx, entry)
        waitlist.back(tx, entry, by)
        tx.session.flush()
        waitlist.wake_openings_for(tx, entry.patient_id)
    enrolment.look_at(tx, kind.id)
    return Restored(len(back), told)


def _unsay(tx: Tx, entry: WaitlistEntry) -> bool:
    """News that has not gone out yet is not wanted any more. Who has heard it is told that it is so no more: true
    for a text."""
    news = tx.session.scalars(
        select(Message)
        .where(
            Message.about_entry_id == entry.id,
            Message.phrase.in_(PHRASES),
            Message.outbox_state != OutboxState.DROPPED,
            Message.created_at >= entry.ended_at,
        )
        .with_for_update(key_share=True)
    ).all()
    heard = [each for each in news if each.outbox_state is not OutboxState.QUEUED]
    for each in news:
        if each not in heard:
            messages.drop(each, "offered again")
    way = reaching.about_a_visit(tx, entry.patient_id) if heard else None
    if way is None:
        return False
    name = tx.session.get_one(Patient, entry.patient_id).first_name
    about = About(entry.patient_id, entry_id=entry.id, expires_at=tx.now + NEWS_LIVES)
    messages.say(tx, way.conversation, "type_back", {"name": name}, klass=MessageClass.REMINDER, about=about)
    return True
