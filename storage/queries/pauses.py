"""What is paused: the clinic or some of its providers, since when, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from storage.tables import AuditEvent, Clinic, Provider, Staff


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that lasts. `provider` is None where the whole clinic is paused; `by` a person's name, if known."""

    provider: Provider | None
    since: datetime
    by: str | None


def lasting(session: Session, clinic: Clinic) -> list[Pause]:
    """The clinic's first, then those of providers by name."""
    providers = session.scalars(
        select(Provider).where(Provider.paused_at.is_not(None)).order_by(Provider.name)
    ).all()
    if clinic.paused_at is None and not providers:
        return []
    names = _by(session, [clinic.id, *(provider.id for provider in providers)])
    whole = [Pause(None, clinic.paused_at, names.get(clinic.id))] if clinic.paused_at else []
    return [
        *whole,
        *(Pause(each, each.paused_at, names.get(each.id)) for each in providers if each.paused_at),
    ]


def _by(session: Session, subjects: Sequence[UUID]) -> dict[UUID, str]:
    """Who paused what last."""
    newest = (
        select(AuditEvent.subject_id, Staff.name)
        .ext(distinct_on(AuditEvent.subject_id))
        .join(Staff, Staff.id == AuditEvent.staff_id)
        .where(
            AuditEvent.subject_id.in_(subjects), AuditEvent.action.in_(("clinic.paused", "provider.paused"))
        )
        .order_by(AuditEvent.subject_id, AuditEvent.id.desc())
    )
    return {subject: name for subject, name in session.execute(newest)}
