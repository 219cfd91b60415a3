"""Tokens with which programs use the API: made, found again by their hash, taken back."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic.audit import By, record
from rules.permissions import Permission
from storage.tables import ApiToken
from storage.transaction import Store, Tx

PREFIX = "standby_"
"""So that a token left in a file is recognised for what it is."""

NOTED_EVERY = timedelta(minutes=5)
"""When a token was last used is kept this coarsely: no write for each request."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """`expires_at` None: it works until it is taken back."""

    name: str
    permissions: Sequence[Permission]
    expires_at: datetime | None = None


def create(tx: Tx, new: NewToken, by: By) -> str:
    """Make a token. What it gives is the only time it can be read: only a hash is kept."""
    written = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        clinic_id=tx.clinic_id,
        name=new.name,
        hash=_hash(written),
        permissions=sorted(new.permissions),
        made_at=tx.now,
        made_by=by.staff_id,
        expires_at=new.expires_at,
    )
    tx.session.add(token)
    tx.session.flush()
    record(tx, by, "token.created", token, after={"permissions": token.permissions})
    return written


def find(store: Store, written: str) -> ApiToken | None:
    """The token somebody sent, if it still works. The clinic is not known before, so it is looked for in all."""
    now = store.clock()
    with store.unscoped() as session:
        token = session.scalar(select(ApiToken).where(ApiToken.hash == _hash(written)))
        if token is None or token.revoked_at is not None:
            return None
        if token.expires_at is not None and token.expires_at <= now:
            return None
        if token.used_at is None or now - token.used_at >= NOTED_EVERY:
            token.used_at = now
        return token


def revoke(tx: Tx, token_id: UUID, by: By) -> bool:
    """Take a token back: it works no more. False where it was before."""
    token = tx.session.get_one(ApiToken, token_id)
    if token.revoked_at is not None:
        return False
    token.revoked_at = tx.now
    record(tx, by, "token.revoked", token)
    return True


def all_of(tx: Tx) -> Sequence[ApiToken]:
    return tx.session.scalars(select(ApiToken).order_by(ApiToken.id)).all()


def _hash(written: str) -> str:
    """A plain hash is enough: a token is 256 random bits, which nobody guesses."""
    return hashlib.sha256(written.encode()).hexdigest()
