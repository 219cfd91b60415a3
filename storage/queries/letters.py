"""Letters of campaigns: which wait to be printed, which were printed together, and to where they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from rules.states import RecipientState
from storage.tables import Letter, Patient, Recipient


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter as it is printed, with where it goes."""

    name: str
    street: str
    city: str
    state: str
    postcode: str
    subject: str
    body: str
    language: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters that were taken to print at one moment."""

    printed_at: datetime
    letters: int


def waiting(session: Session, campaign_id: UUID) -> int:
    """How many letters of a campaign are written and not printed."""
    found = select(func.count()).where(Letter.campaign_id == campaign_id, Letter.printed_at.is_(None))
    return session.scalar(found) or 0


def to_print(session: Session, campaign_id: UUID) -> list[tuple[Letter, Recipient]]:
    """Letters that are not printed yet, locked with their recipients."""
    rows = session.execute(
        select(Letter, Recipient)
        .join(Recipient, Recipient.id == Letter.recipient_id)
        .where(Letter.campaign_id == campaign_id, Letter.printed_at.is_(None))
        .order_by(Letter.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return [(letter, recipient) for letter, recipient in rows]


def printed(session: Session, recipient_ids: Sequence[UUID], due_at: datetime | None, now: datetime) -> None:
    """They have been written to by letter; the step behind it is due then."""
    state = case(
        (Recipient.state == RecipientState.PENDING, RecipientState.CONTACTED.value), else_=Recipient.state
    )
    session.execute(
        update(Recipient)
        .where(Recipient.id.in_(recipient_ids))
        .values(state=state, contacted_at=now, due_at=due_at)
        .execution_options(synchronize_session=False)
    )


def batches(session: Session, campaign_id: UUID) -> list[Batch]:
    """What has been printed, newest first."""
    rows = session.execute(
        select(Letter.printed_at, func.count())
        .where(Letter.campaign_id == campaign_id, Letter.printed_at.is_not(None))
        .group_by(Letter.printed_at)
        .order_by(Letter.printed_at.desc())
    )
    return [Batch(moment, count) for moment, count in rows if moment is not None]


def sheets(session: Session, campaign_id: UUID, printed_at: datetime) -> list[Sheet]:
    """The letters of a batch, in the order of their postcodes, as the post likes them."""
    rows: Sequence[Any] = session.execute(
        select(
            Patient.first_name + " " + Patient.last_name,
            *(
                func.coalesce(each, "")
                for each in (Patient.street, Patient.city, Patient.state, Patient.postcode)
            ),
            Letter.subject,
            Letter.body,
            Letter.language,
        )
        .join(Recipient, Recipient.id == Letter.recipient_id)
        .join(Patient, Patient.id == Recipient.patient_id)
        .where(Letter.campaign_id == campaign_id, Letter.printed_at == printed_at)
        .order_by(Patient.postcode, Letter.id)
    ).all()
    return [Sheet(*row) for row in rows]
