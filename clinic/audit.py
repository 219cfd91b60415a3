"""Who changed what. Every operation that changes something ends here."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rules.states import Actor
from storage.tables import AuditEvent, Base
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class By:
    """On whose account something is done."""

    actor: Actor
    staff_id: UUID | None = None
    token_id: UUID | None = None  # a program that came with it


BOT = By(Actor.BOT)
PATIENT = By(Actor.PATIENT)
CARRIER = By(Actor.CARRIER)
SYSTEM = By(Actor.SYSTEM)


def by_staff(staff_id: UUID) -> By:
    return By(Actor.STAFF, staff_id)


def by_token(token_id: UUID) -> By:
    return By(Actor.SYSTEM, token_id=token_id)


def record(
    tx: Tx,
    by: By,
    action: str,
    subject: Base,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one line of the audit log, and let the clinic's screens know that something changed.

    `before` and `after` hold ids, times as ISO text and statuses, never a name, number or text.
    """
    tx.session.add(
        AuditEvent(
            clinic_id=tx.clinic_id,
            at=tx.now,
            actor=by.actor,
            staff_id=by.staff_id,
            token_id=by.token_id,
            action=action,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            before=before,
            after=after,
        )
    )
    tx.wake("live", tx.clinic_id)
