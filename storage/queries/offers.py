"""Which offers a text makes: one, or several with numbers.

A text is about the first of them (`Message.about_offer_id`), and the others say with whom they are told
(`Offer.told_with_id`).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from rules.states import OutboxState
from storage.tables import Message, Offer, Opening

TOLD_IN = or_(Message.about_offer_id == Offer.id, Message.about_offer_id == Offer.told_with_id)
"""Joins the texts that make offers with the offers they make."""


def of_text(session: Session, about_offer_id: UUID | None) -> Sequence[Offer]:
    """The offers that a text about this one makes, soonest first, as they are now."""
    if about_offer_id is None:
        return ()
    return session.scalars(
        select(Offer)
        .join(Opening, Opening.id == Offer.opening_id)
        .where(or_(Offer.id == about_offer_id, Offer.told_with_id == about_offer_id))
        .order_by(Opening.starts_at, Offer.id)
        .execution_options(populate_existing=True)
    ).all()


def head_of(offer: Offer) -> UUID:
    """The offer that a text about all those told with this one is about."""
    return offer.told_with_id or offer.id


def told_with(session: Session, offer: Offer) -> list[Offer]:
    """The others of the same text, soonest first, as they are now."""
    return [each for each in of_text(session, head_of(offer)) if each is not offer]


def openings_of_text(session: Session, about_offer_id: UUID | None) -> Sequence[UUID]:
    """Their openings, in the order in which they are locked."""
    return sorted(offer.opening_id for offer in of_text(session, about_offer_id))


def texts_of(session: Session, offer: Offer, phrases: Sequence[str]) -> Sequence[Message]:
    """Every text of these phrases that made the offer, alone or with others."""
    about = Message.about_offer_id.in_((offer.id, head_of(offer)))
    return session.scalars(select(Message).where(about, Message.phrase.in_(phrases))).all()


def queued_texts_of(session: Session, offer: Offer, phrases: Sequence[str]) -> Sequence[Message]:
    """Those that have not gone out yet, locked."""
    about = Message.about_offer_id.in_((offer.id, head_of(offer)))
    return session.scalars(
        select(Message)
        .where(about, Message.outbox_state == OutboxState.QUEUED, Message.phrase.in_(phrases))
        .with_for_update(key_share=True)
    ).all()
