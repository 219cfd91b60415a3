"""The people who sign in."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rules.permissions import Role
from storage.tables.base import Base, ClinicScoped


class Staff(ClinicScoped, Base):
    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("email"),)

    email: Mapped[str]  # lower case
    name: Mapped[str]
    role: Mapped[Role]
    password_hash: Mapped[str]  # argon2
    phone: Mapped[str | None]  # alerts go here while on call
    on_call: Mapped[bool] = mapped_column(default=False)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    session_epoch: Mapped[int] = mapped_column(default=0)  # raised to end every session of theirs
    left_at: Mapped[datetime | None]
