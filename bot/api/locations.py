"""Where a clinic is: its locations, and their rooms."""

from uuid import UUID

from sqlalchemy import select

from bot.api import lists
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.lists import Listed
from storage.tables import Location, Room
from storage.transaction import Tx


class RoomOut(Shape):
    id: UUID
    name: str


class LocationOut(Shape):
    id: UUID
    name: str
    address: str
    rooms: list[RoomOut]


class Locations(Shape):
    items: list[LocationOut]
    next: str | None


def list_(tx: Tx, call: Call[Listed, Nothing]) -> Locations:
    """The clinic's locations, by name."""
    keys = [Location.name, Location.id]
    items, following = lists.page(tx, select(Location), keys, call.query, lambda row: _out(tx, row))
    return Locations(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> LocationOut:
    """One location."""
    return _out(tx, tx.session.get_one(Location, call.id))


def _out(tx: Tx, row: Location) -> LocationOut:
    rooms = tx.session.scalars(select(Room).where(Room.location_id == row.id).order_by(Room.name))
    return LocationOut(
        id=row.id,
        name=row.name,
        address=row.address,
        rooms=[RoomOut(id=each.id, name=each.name) for each in rooms],
    )
