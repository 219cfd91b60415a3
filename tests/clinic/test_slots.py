"""Free times of a clinic: what takes up a provider, and what does not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from clinic import policies, slots
from clinic.audit import SYSTEM
from clinic.slots import Search
from rules.slot_choice import Slot
from rules.states import AppointmentState, HoldState, OpeningState
from rules.wanted import Stretch, Wanted
from storage.tables import (
    AppointmentType,
    Availability,
    Hold,
    Patient,
    Room,
    TimeOff,
    TypeProvider,
    TypeRoom,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House
from tests.clinic.days import NEW_YORK, TUESDAY, at


@dataclass
class Desk:
    """Dr Lee works on Tuesdays from nine to twelve; Maria would like a check-up."""

    house: House
    lee: Any
    maria: Any
    kind: Any

    def add(self, make: Callable[[Tx], Any]) -> Any:
        return self.house.run(lambda tx: factories._add(tx, made) if (made := make(tx)) is not None else None)

    def times(self, **changes: Any) -> list[Slot]:
        search = {
            "patient_id": self.maria.id,
            "type_id": self.kind.id,
            "wanted": Wanted((Stretch(TUESDAY, TUESDAY),)),
        }
        return self.house.run(lambda tx: slots.find(tx, Search(**search | changes), limit=100))

    def free(self, **changes: Any) -> list[str]:
        return sorted(f"{slot.span.start.astimezone(NEW_YORK):%H:%M}" for slot in self.times(**changes))


@pytest.fixture
def desk(house: House) -> Desk:
    def furnish(tx: Tx) -> Desk:
        lee = factories.provider(tx)
        works(tx, lee.id, 1)
        return Desk(house, lee, factories.patient(tx, phone="+12125550101"), factories.visit_type(tx))

    return house.run(furnish)


def works(tx: Tx, provider_id: UUID, weekday: int | None, on: date | None = None, **hours: time) -> None:
    own = {"from_time": time(9), "until_time": time(12), **hours}
    tx.session.add(Availability(provider_id=provider_id, weekday=weekday, on_date=on, **own))
    tx.session.flush()


def test_a_morning_with_nobody_in_it_is_free(desk: Desk) -> None:
    assert desk.free()[:2] == ["09:00", "09:15"]
    assert desk.free()[-1] == "11:30"


def test_what_takes_up_the_provider_is_not_free(desk: Desk) -> None:
    def fill(tx: Tx) -> None:
        tom = factories.patient(tx, "Tom Jones")
        long = factories.visit_type(tx, "Long", minutes=30, buffer_minutes=15)
        factories.visit(tx, tom, desk.lee, long, start=at(9))
        factories.visit(tx, tom, desk.lee, desk.kind, start=at(11), state=AppointmentState.CANCELLED)
        tx.session.add(TimeOff(provider_id=desk.lee.id, starts_at=at(10), ends_at=at(10, 30)))
        factories.opening(tx, desk.lee, start=at(10, 45))
        factories.opening(tx, desk.lee, start=at(11, 15), state=OpeningState.FILLED)

    desk.house.run(fill)
    assert desk.free() == ["11:15", "11:30"]


def held(desk: Desk, start: datetime, **more: Any) -> Callable[[Tx], Hold]:
    def make(tx: Tx) -> Hold:
        own: dict[str, Any] = {
            "conversation_id": factories.conversation(tx, f"+1212555{start.hour:02}{start.minute:02}").id,
            "patient_id": desk.maria.id,
            "provider_id": desk.lee.id,
            "type_id": desk.kind.id,
            "starts_at": start,
            "ends_at": start + timedelta(minutes=30),
            "made_at": tx.now,
            "until": tx.now + timedelta(minutes=10),
            **more,
        }
        return Hold(**own)

    return make


def test_a_time_that_is_held_is_free_again_when_the_minutes_are_over(desk: Desk) -> None:
    desk.add(held(desk, at(9)))
    desk.add(held(desk, at(10), state=HoldState.RELEASED))
    assert desk.free()[0] == "09:30"
    desk.house.later(minutes=10)
    assert desk.free()[0] == "09:00"


def test_a_given_up_opening_is_free_where_it_is_asked_for(desk: Desk) -> None:
    desk.house.run(
        lambda tx: factories.opening(tx, desk.lee, start=at(9), minutes=180, state=OpeningState.EXPIRED)
    )
    assert desk.free() == []
    assert desk.free(given_up=True)[0] == "09:00"


def test_only_providers_of_the_type_are_searched(desk: Desk) -> None:
    def link(tx: Tx) -> None:
        kim = factories.provider(tx, "Dr Kim")
        works(tx, kim.id, 1, until_time=time(10))
        tx.session.add(TypeProvider(type_id=desk.kind.id, provider_id=kim.id))

    desk.house.run(link)
    assert desk.free() == ["09:00", "09:15", "09:30"]


def test_paused_providers_and_foreign_insurance_are_left_out(desk: Desk) -> None:
    def change(tx: Tx) -> None:
        tx.session.merge(desk.lee).insurance_accepted = ["Aetna"]
        tx.session.get_one(Patient, desk.maria.id).insurance = "Humana"

    desk.house.run(change)
    assert desk.free() == []


def test_a_type_with_rooms_is_booked_into_one_that_is_free(desk: Desk) -> None:
    def furnish(tx: Tx) -> tuple[UUID, UUID]:
        one, two = (factories._add(tx, Room(name=name)) for name in ("1", "2"))
        tx.session.add_all([TypeRoom(type_id=desk.kind.id, room_id=room.id) for room in (one, two)])
        kim = factories.provider(tx, "Dr Kim")
        tom = factories.patient(tx, "Tom Jones")
        other = factories.visit_type(tx, "Other", minutes=120)
        factories.visit(tx, tom, kim, other, start=at(9), room_id=one.id)
        return one.id, two.id

    one, two = desk.house.run(furnish)
    rooms = {slot.span.start.astimezone(NEW_YORK).hour: slot.room_id for slot in desk.times()}
    assert rooms == {9: two, 10: two, 11: one}


def test_a_provider_with_a_room_of_their_own_is_seen_there(desk: Desk) -> None:
    def furnish(tx: Tx) -> UUID:
        room = factories._add(tx, Room(name="Lee's"))
        tx.session.merge(desk.lee).room_id = room.id
        kim, tom = factories.provider(tx, "Dr Kim"), factories.patient(tx, "Tom Jones")
        factories.visit(tx, tom, kim, desk.kind, start=at(9), room_id=room.id)
        return UUID(str(room.id))

    room_id = desk.house.run(furnish)
    assert desk.free()[0] == "09:30"
    assert {slot.room_id for slot in desk.times()} == {room_id}


def test_time_to_get_ready_is_kept(desk: Desk) -> None:
    desk.house.run(lambda tx: setattr(tx.session.merge(desk.kind), "lead_time_hours", 24))
    assert desk.free()[0] == "10:00"  # it is Monday, 10:00


def test_the_patients_own_visits_are_kept_but_for_the_one_replaced(desk: Desk) -> None:
    def book(tx: Tx) -> Any:
        return factories.visit(tx, desk.maria, factories.provider(tx, "Dr Kim"), desk.kind, start=at(9))

    visit = desk.house.run(book)
    assert desk.free()[0] == "09:30"
    assert desk.free(replaces_id=visit.id)[0] == "09:00"


def test_the_grid_is_the_clinics(desk: Desk) -> None:
    def change(tx: Tx) -> None:
        decided = policies.current(tx).model_copy(update={"slot_step_minutes": 60})
        policies.change(tx, decided, SYSTEM)

    desk.house.run(change)
    assert desk.free() == ["09:00", "10:00", "11:00"]


def test_a_day_beyond_the_usual_search_is_found_where_it_is_named(desk: Desk) -> None:
    march = date(2027, 3, 2)
    assert desk.free(wanted=Wanted((Stretch(march, march),)))[0] == "09:00"


def test_without_working_hours_nothing_can_be_said(house: House) -> None:
    assert not house.run(slots.can_be_searched)


@pytest.mark.parametrize("providers", [1, 12])
def test_it_asks_the_database_as_often_for_one_provider_as_for_twelve(desk: Desk, providers: int) -> None:
    def furnish(tx: Tx) -> None:
        for number in range(providers - 1):
            works(tx, factories.provider(tx, f"Dr {number}").id, 1)

    desk.house.run(furnish)
    asked: list[str] = []

    def count(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(desk.house.engine, "before_cursor_execute", count)
    try:
        desk.free()
    finally:
        event.remove(desk.house.engine, "before_cursor_execute", count)
    assert len([each for each in asked if each.lstrip().startswith("SELECT")]) == 9


def test_a_type_for_new_patients_has_times_for_who_was_never_seen(desk: Desk) -> None:
    desk.house.run(
        lambda tx: setattr(tx.session.get_one(AppointmentType, desk.kind.id), "new_patients_only", True)
    )
    assert desk.free()
    seen = at(9) - timedelta(days=30)
    desk.add(lambda tx: factories.visit(tx, desk.maria, desk.lee, desk.kind, start=seen))
    assert desk.free() == []
