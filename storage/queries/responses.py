"""How patients answered offers, as far as rows tell it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from rules.states import OfferState
from storage.tables import (
    ContactPoint,
    Conversation,
    Offer,
    Opening,
    Patient,
    PatientContact,
    ResponseModel,
    WaitlistEntry,
)

_ENDED = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.LAPSED, OfferState.LOST)


def newest_model(session: Session) -> ResponseModel | None:
    return session.scalar(select(ResponseModel).order_by(ResponseModel.learned_at.desc()).limit(1))


class Sent(NamedTuple):
    """An offer that went out at a moment, with its opening and where its patient is."""

    offer: Offer
    opening: Opening
    at: datetime
    address: str
    patient_zone: str | None


def sent_between(session: Session, since: datetime, now: datetime) -> list[Sent]:
    """Offers that reached somebody who had not just written to us, and whose opening is over by now."""
    rows = session.execute(
        select(Offer, Opening, Offer.handed_over_at, Conversation.address, Patient.zone)
        .join(Opening, Opening.id == Offer.opening_id)
        .join(Conversation, Conversation.id == Offer.conversation_id)
        .join(Patient, Patient.id == Offer.patient_id)
        .where(
            Offer.handed_over_at >= since,
            Offer.in_reply.is_(False),
            Offer.state != OfferState.UNDELIVERABLE,
            or_(Opening.filled_at.is_not(None), Opening.starts_at <= now),
        )
        .order_by(Offer.id)
    )
    return [Sent(offer, opening, at, address, zone) for offer, opening, at, address, zone in rows if at]


def answers_of(session: Session, patients: Collection[UUID], *, but: UUID) -> dict[UUID, tuple[int, int]]:
    """How many of their offers patients took, and how many they had; those of the opening `but` left out."""
    took = or_(Offer.state == OfferState.ACCEPTED, Offer.said_yes_too_late)
    rows = session.execute(
        select(Offer.patient_id, func.count().filter(took), func.count())
        .where(
            Offer.patient_id.in_(patients),
            Offer.opening_id != but,
            Offer.handed_over_at.is_not(None),
            Offer.state.in_(_ENDED),
        )
        .group_by(Offer.patient_id)
    )
    return {patient_id: (accepted, asked) for patient_id, accepted, asked in rows}


class Whereabouts(NamedTuple):
    """Whose an entry is, their zone where we know it, the first number that is not known to be wrong, and the
    channels they want to be reached on."""

    patient_id: UUID
    zone: str | None
    address: str | None
    channels: Sequence[str]


def whereabouts(session: Session, entries: Sequence[UUID]) -> dict[UUID, Whereabouts]:
    """Where the patients of these entries are, by entry."""
    rows = session.execute(
        select(WaitlistEntry.id, Patient.id, Patient.zone, ContactPoint.address, WaitlistEntry.channels)
        .join(Patient, Patient.id == WaitlistEntry.patient_id)
        .outerjoin(PatientContact, PatientContact.patient_id == Patient.id)
        .outerjoin(
            ContactPoint,
            (ContactPoint.id == PatientContact.contact_point_id) & ContactPoint.wrong_number_at.is_(None),
        )
        .where(WaitlistEntry.id.in_(entries))
        .order_by(WaitlistEntry.id, PatientContact.position, ContactPoint.id)
    )
    found: dict[UUID, list[Whereabouts]] = defaultdict(list)
    for entry_id, patient_id, zone, address, channels in rows:
        found[entry_id].append(Whereabouts(patient_id, zone, address, channels))
    return {
        entry_id: next((each for each in several if each.address), several[0])
        for entry_id, several in found.items()
    }
