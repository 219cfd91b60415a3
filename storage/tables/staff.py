"""The people who sign in, and the programs that come with a token."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rules.permissions import Role
from storage.tables.base import Base, ClinicScoped


class Staff(ClinicScoped, Base):
    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("email"),)

    email: Mapped[str]  # lower case
    name: Mapped[str]
    role: Mapped[Role]
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))  # whose patients are theirs
    password_hash: Mapped[str]  # argon2
    phone: Mapped[str | None]  # alerts go here while on call
    on_call: Mapped[bool] = mapped_column(default=False)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    session_epoch: Mapped[int] = mapped_column(default=0)  # raised to end every session of theirs
    left_at: Mapped[datetime | None]


class ApiToken(ClinicScoped, Base):
    """Lets a program use the API. Only a hash of it is kept; it is shown once, when it is made."""

    __tablename__ = "api_token"

    name: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)  # SHA-256, hexadecimal: the token is 256 random bits
    permissions: Mapped[list[str]] = mapped_column(default=list)  # of `rules.permissions.Permission`
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # None: the command line
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class IdempotencyKey(ClinicScoped, Base):
    """The answer to a write that came with a key: the same key again gets the same answer."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("clinic_id", "caller", "key"),)

    caller: Mapped[UUID]  # the token or the member of staff
    key: Mapped[str]
    request_hash: Mapped[str]  # of method, path and body: a key is for one request
    status: Mapped[int | None]  # None while the first is being worked on
    body: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    made_at: Mapped[datetime]
