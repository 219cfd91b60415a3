"""A row of every table, made from what the tables themselves say, so that a new table is covered by itself."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Enum
from sqlalchemy.orm import Session

from storage.tables import Base, ClinicScoped
from tests.storage.conftest import NOW

SCOPED: list[type[Any]] = [
    mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, ClinicScoped)
]
SAMPLES: dict[type, Any] = {
    datetime: NOW,
    date: NOW.date(),
    time: time(9),
    int: 7,
    float: 1.0,
    bool: False,
    object: {},  # what JSON columns say of themselves
}
BESIDES: dict[str, dict[str, Any]] = {
    "availability": {"weekday": 0, "until_time": time(17)},
    "time_off": {"ends_at": NOW + timedelta(hours=1)},
    "appointment": {"ends_at": NOW + timedelta(hours=1)},
    "opening": {"ends_at": NOW + timedelta(hours=1)},
    "hold": {"ends_at": NOW + timedelta(hours=1)},
    "message": {"direction": "out", "outbox_state": "sent"},
}
"""What the constraints of a table want besides."""


def one_of_each(session: Session, clinic_id: UUID) -> dict[str, Any]:
    """Add a row of every table of a clinic; gives them by the name of their table."""
    classes = {cls.__tablename__: cls for cls in SCOPED}
    made: dict[str, Any] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in classes:
            made[table.name] = row_of(classes[table.name], clinic_id, made)
            session.add(made[table.name])
            session.flush()
    return made


def row_of(cls: type[Any], clinic_id: UUID, made: dict[str, Any]) -> Any:
    values = {
        column.key: _sample(column, made)
        for column in cls.__table__.columns
        if not (column.nullable or column.primary_key or column.default)
    }
    return cls(**{**values, **BESIDES.get(cls.__tablename__, {}), "clinic_id": clinic_id})


def _sample(column: Column[Any], made: dict[str, Any]) -> Any:
    for key in column.foreign_keys:
        target = key.column.table.name
        return made[target].id if target in made else None
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    kind = column.type.python_type
    if kind is UUID:
        return uuid4()
    return uuid4().hex if kind is str else SAMPLES[kind]
