"""Providers, with the rooms and locations they name; made where they are new."""

from collections.abc import Collection, Iterable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from clinic.imports.batch import Batch
from clinic.imports.reading import Row
from storage.tables import Location, Provider, Room
from storage.transaction import Tx

Named = TypeVar("Named", Location, Room)


def load(batch: Batch) -> None:
    batch.refuse_repeats("external_id")
    batch.stop_if_refused()
    to_do = batch.to_do(Provider)
    locations = named(batch.tx, Location, (name for row, _ in to_do for name in row.get("locations") or ()))
    rooms = named(batch.tx, Room, (row["room"] for row, _ in to_do if row.get("room")))
    for row, found in to_do:
        values = row.only("external_id", "name", "specialty", "insurance_accepted")
        batch.save(row, Provider, found, values | _place(row, locations, rooms))
    _place_rooms(batch.tx, [rooms[row["room"]] for row, _ in to_do if row.get("room")])


def _place_rooms(tx: Tx, room_ids: Collection[UUID]) -> None:
    """A room is where everybody works who works in it; where that is not one location, it stays as it was."""
    tx.session.flush()
    for room_id in set(room_ids):
        found = set(tx.session.scalars(select(Provider.location_id).where(Provider.room_id == room_id)))
        if len(found) == 1 and None not in found:
            tx.session.get_one(Room, room_id).location_id = found.pop()


def _place(row: Row, locations: dict[str, UUID], rooms: dict[str, UUID]) -> dict[str, UUID | None]:
    """Where the provider works. Of somebody at several locations we do not know where a visit is."""
    place: dict[str, UUID | None] = {}
    if "locations" in row.values:
        place["location_id"] = locations[row["locations"][0]] if len(row["locations"]) == 1 else None
    if "room" in row.values:
        place["room_id"] = rooms[row["room"]] if row["room"] else None
    return place


def named(tx: Tx, table: type[Named], names: Iterable[str]) -> dict[str, UUID]:
    """Locations or rooms by their names, made where they are new."""
    known = {row.name: row.id for row in tx.session.scalars(select(table))}
    for name in names:
        if name not in known:
            made = table(clinic_id=tx.clinic_id, name=name)
            tx.session.add(made)
            tx.session.flush()
            known[name] = made.id
    return known
