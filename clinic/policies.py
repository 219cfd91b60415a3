"""What the clinic decided, versioned: an opening keeps the version it began with."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from clinic.audit import By, record
from rules import policy as rules
from rules.channels import contact_of
from rules.desk import desk_is_open, desk_next_open
from rules.hours import Hours, hours_of
from rules.phones import zones_for
from rules.states import DueKind
from storage.queries.due import look_again
from storage.tables import Opening, Patient, Policy
from storage.transaction import Tx


def current_row(tx: Tx) -> Policy:
    row = tx.session.scalar(select(Policy).order_by(Policy.version.desc()).limit(1))
    if row is None:
        raise LookupError(f"clinic {tx.clinic_id} has no policy: `standby clinic create` makes the first")
    return row


def current(tx: Tx) -> rules.Policy:
    """The newest version; found once in a transaction, since every sentence and every rule asks."""
    if tx.policy is None:
        tx.policy = version(tx.session, tx.clinic().policy_id)
    return tx.policy


_versions: dict[UUID, rules.Policy] = {}
MOST_KEPT = 1000


def version(session: Session, policy_id: UUID | None) -> rules.Policy:
    """What was decided in a version. It never changes, so a process reads and checks each once."""
    if policy_id is None:
        raise LookupError("a clinic has no policy: `standby clinic create` makes the first")
    if policy_id not in _versions:
        data = session.scalars(select(Policy.data).where(Policy.id == policy_id)).one()
        if len(_versions) >= MOST_KEPT:
            _versions.clear()
        _versions[policy_id] = rules.Policy.model_validate(data)
    return _versions[policy_id]


def of_opening(tx: Tx, opening: Opening) -> rules.Policy:
    """The version the opening began with, as it holds for the type of the visit that left it."""
    return rules.terms_for(version(tx.session, opening.policy_id), opening.type_id)


class Overtaken(Exception):
    """Somebody else has changed the same values since whoever changes them now has read them."""


def to_change(tx: Tx) -> rules.Policy:
    """The newest version, which nobody else changes before this transaction ends."""
    tx.session.refresh(tx.clinic(), with_for_update={"key_share": True})
    tx.policy = None
    return current(tx)


def mark_of(values: Mapping[str, Any]) -> str:
    """Sixteen letters that differ wherever these values, as they are kept, do: who changes some says with them
    what they were."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def change(tx: Tx, policy: rules.Policy, by: By) -> Policy:
    """Make `policy` the clinic's newest version. What hangs on what is due next is worked out anew by it."""
    before = tx.session.scalar(select(Policy).order_by(Policy.version.desc()).limit(1))
    row = Policy(
        clinic_id=tx.clinic_id,
        version=before.version + 1 if before else 1,
        data=policy.model_dump(mode="json"),
        made_at=tx.now,
        made_by=by.staff_id,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.policy = policy
    if before is not None and before.data.get("recovery") != row.data["recovery"]:
        look_again(tx.session, tx.clinic_id, DueKind.RECOVERY, tx.now)
    record(tx, by, "policy.changed", row, before=before.data if before else None, after=row.data)
    return row


def allowed_hours(tx: Tx, address: str, patient_id: UUID | None) -> Hours:
    """When a number or mailbox may hear from us without having asked (rules.hours)."""
    clinic = tx.clinic()
    patient = tx.session.get(Patient, patient_id) if patient_id else None
    zone = patient.zone if patient else None
    return hours_of(current(tx), zones_for(zone, clinic.timezone, contact_of(address)))


def desk_opens(tx: Tx) -> datetime | None:
    """When the desk is next there; None while it is there now, or where it never is."""
    zone = ZoneInfo(tx.clinic().timezone)
    decided = current(tx)
    return None if desk_is_open(tx.now, decided, zone) else desk_next_open(tx.now, decided, zone)
