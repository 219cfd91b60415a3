"""What every table shares: names of keys, ids, time zones, and the clinic it belongs to."""

from datetime import datetime
from enum import Enum as PyEnum
from enum import StrEnum
from typing import Any
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import DateTime, Enum, ForeignKey, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """A UUIDv7: unique, and in the order it was made, so that ids sort by time."""
    return uuid_utils.compat.uuid7()


def _values(enum: type[PyEnum]) -> list[str]:
    return [str(member.value) for member in enum]


class Base(DeclarativeBase):
    """All tables. Times are `timestamptz`, texts have no length, statuses are checked by the database."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads this as a plain class attribute
        datetime: DateTime(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
        list[str]: JSONB,
        StrEnum: Enum(StrEnum, native_enum=False, create_constraint=True, values_callable=_values, length=40),
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class ClinicScoped:
    """A row that belongs to one clinic. `storage.transaction` adds the clinic to every query of these."""

    @declared_attr
    @classmethod
    def clinic_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("clinic.id"), index=True)
