"""However events come, twice, late, out of order: they come to what the clean row of them comes to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import Services
from rules.feed import Happening, VisitPart, told
from rules.states import ACTIVE_APPOINTMENT, LIVE_OPENING, AppointmentState, FeedEventType
from storage.tables import Appointment, Cancellation, Opening
from tests.feed.conftest import NOW, Practice, furnished

EIGHT = datetime(2026, 12, 1, 13, tzinfo=UTC)  # Tuesday 8:00 in New York
ENDS = ("visit.cancelled", "visit.no_show", "visit.arrived")


SLOTS = frozenset(range(3))
"""So few that visits follow one another in them, and events out of order meet."""


@dataclass
class Diary:
    """A practice system that never double-books, and remembers what it would tell."""

    events: list[dict[str, Any]] = field(default_factory=list)
    has: dict[str, int] = field(default_factory=dict)  # visits with a time: visit → slot
    came: set[str] = field(default_factory=set)
    visits: int = 0

    def free(self) -> list[int]:
        return sorted(SLOTS - set(self.has.values()))

    def living(self) -> list[str]:
        return sorted(set(self.has) - self.came)

    def book(self, slot: int) -> None:
        self.visits += 1
        visit = f"v{self.visits}"
        self.has[visit] = slot
        who = {"patient": "maria", "provider": "lee", "type": "check", "start": self.start(visit)}
        self.tell("visit.booked", visit, **who)

    def move(self, visit: str, slot: int) -> None:
        self.has[visit] = slot
        self.tell("visit.moved", visit, start=self.start(visit))

    def end(self, visit: str, kind: str) -> None:
        if kind == "visit.arrived":
            self.came.add(visit)
        else:
            del self.has[visit]
        self.tell(kind, visit)

    def tell(self, kind: str, visit: str, **part: Any) -> None:
        number = len(self.events)
        at = NOW - timedelta(hours=2) + timedelta(minutes=number)
        self.events.append(
            {
                "event_id": f"e{number}",
                "type": kind,
                "at": at.isoformat(),
                "visit": {"external_id": visit, **part},
            }
        )

    def start(self, visit: str) -> str:
        return (EIGHT + self.has[visit] * timedelta(minutes=30)).isoformat()

    def stands(self) -> list[tuple[str, datetime, str]]:
        return sorted(
            (visit, EIGHT + slot * timedelta(minutes=30), "arrived" if visit in self.came else "booked")
            for visit, slot in self.has.items()
        )


@st.composite
def diaries(draw: st.DrawFn) -> Diary:
    """Some minutes at a desk: visits are booked, moved and ended, each into time that is free by then."""
    diary = Diary()
    for _ in range(draw(st.integers(4, 10))):
        free, living = diary.free(), diary.living()
        may = ["book"] * bool(free) + ["move", "move"] * bool(free and living) + [*ENDS] * bool(living)
        what = draw(st.sampled_from(may or ["nothing"]))
        if what == "book":
            diary.book(draw(st.sampled_from(free)))
        elif what == "move":
            diary.move(draw(st.sampled_from(living)), draw(st.sampled_from(free)))
        elif what in ENDS:
            diary.end(draw(st.sampled_from(living)), what)
    return diary


@pytest.fixture(scope="module")
def house(app: Flask, services: Services, module_database_url: str) -> tuple[Flask, Services]:
    return app, services


@settings(
    max_examples=20,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_events_in_any_order_come_to_the_clean_state(
    house: tuple[Flask, Services], data: st.DataObject
) -> None:
    diary = data.draw(diaries())
    copies = data.draw(st.lists(st.sampled_from(diary.events), max_size=3))
    practice = furnished(*house)
    for event in data.draw(st.permutations([*diary.events, *copies])):
        assert practice.post(event).status_code == 200
        practice.work()
        nothing_free_is_taken(practice)
    active = [each for each in practice.all_of(Appointment) if each.state in ACTIVE_APPOINTMENT]
    stand = sorted((each.external_id or "", each.starts_at, str(each.state)) for each in active)
    assert stand == diary.stands()
    assert {state for _, state in practice.events()} == {"done"}
    assert practice.tasks() == []


def nothing_free_is_taken(practice: Practice) -> None:
    """No slot is offered in which somebody has a visit, and each cancelled visit is noted once."""
    visits = [each for each in practice.all_of(Appointment) if each.state in ACTIVE_APPOINTMENT]
    free = [each for each in practice.all_of(Opening) if each.state in LIVE_OPENING]
    both = [
        (visit.starts_at, opening.starts_at)
        for visit in visits
        for opening in free
        if visit.starts_at < opening.ends_at and opening.starts_at < visit.ends_at
    ]
    assert both == []
    noted = [each.appointment_id for each in practice.all_of(Cancellation)]
    assert len(noted) == len(set(noted))


HAPPENINGS = st.lists(
    st.builds(
        Happening,
        at=st.integers(0, 3).map(lambda seconds: NOW + timedelta(seconds=seconds)),
        type=st.sampled_from([kind for kind in FeedEventType if kind is not FeedEventType.AVAILABILITY]),
        event_id=st.uuids().map(str),
        visit=st.builds(
            VisitPart,
            external_id=st.just("v1"),
            patient=st.none() | st.sampled_from(["maria", "tom"]),
            provider=st.none() | st.sampled_from(["lee", "kim"]),
            minutes=st.none() | st.integers(1, 60),
        ),
    ),
    max_size=6,
)


@given(happenings=HAPPENINGS, data=st.data())
def test_what_events_come_to_does_not_depend_on_their_order(
    happenings: list[Happening], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(happenings))
    assert told(shuffled) == told(happenings) == told([*happenings, *shuffled])


def test_of_events_of_one_moment_the_cancel_counts() -> None:
    def happening(kind: FeedEventType, event_id: str) -> Happening:
        return Happening(NOW, kind, event_id, VisitPart(external_id="v1"))

    both = [happening(FeedEventType.CANCELLED, "a"), happening(FeedEventType.BOOKED, "b")]
    assert told(both).state is AppointmentState.CANCELLED
