"""Plain values for the tests of the rules: a Tuesday slot in New York, and somebody who waits for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from rules.facts import EntryFacts, OfferFacts, OpeningFacts, Ranked, TimeWindow, TypeFacts
from rules.states import EntryPriority, OfferState, Referral

NEW_YORK = ZoneInfo("America/New_York")
PHOENIX = ZoneInfo("America/Phoenix")
LONDON = ZoneInfo("Europe/London")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")

DR_LEE = UUID(int=1)
DR_KIM = UUID(int=2)
DR_ROY = UUID(int=3)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=NEW_YORK).astimezone(UTC)
"""The Tuesday a week before the slot."""

CHECKUP = TypeFacts(id=UUID(int=10), minutes=30)

_TUESDAY_AT_THREE = datetime(2026, 12, 1, 15, 0, tzinfo=NEW_YORK).astimezone(UTC)
_OPENING = OpeningFacts(
    id=UUID(int=20),
    provider_id=DR_LEE,
    start=_TUESDAY_AT_THREE,
    end=_TUESDAY_AT_THREE + timedelta(minutes=30),
    give_up_at=_TUESDAY_AT_THREE - timedelta(hours=2),
    zone="America/New_York",
    provider_name="Dr Lee",
)


def opening(**changes: Any) -> OpeningFacts:
    """Dr Lee, Tuesday December 1, 3:00 to 3:30pm."""
    return replace(_OPENING, **changes)


def entry(**changes: Any) -> EntryFacts:
    """Somebody who joined today, with no wishes."""
    own: dict[str, Any] = {"id": uuid4(), "patient_id": uuid4(), "type": CHECKUP, "added_at": NOW, **changes}
    return EntryFacts(**own)


def offer(state: OfferState = OfferState.OPEN, **changes: Any) -> OfferFacts:
    own: dict[str, Any] = {"id": uuid4(), "entry_id": uuid4(), "state": state, **changes}
    return OfferFacts(**own)


def ranked(count: int, *, urgent: bool = False) -> list[Ranked]:
    return [Ranked(entry_id=uuid4(), score=0.9, urgent=urgent) for _ in range(count)]


def local(zone: ZoneInfo, text: str, fold: int = 0) -> datetime:
    """`"2026-03-08 19:00"` on that zone's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


_minutes = st.integers(0, 23 * 60)
_windows = st.builds(
    lambda start, length: TimeWindow(_time_of(start), _time_of(min(start + length, 24 * 60 - 1))),
    _minutes,
    st.integers(1, 600),
)
_moments = st.integers(-60 * 24 * 120, 60).map(lambda minutes: NOW + timedelta(minutes=minutes))

entries: st.SearchStrategy[EntryFacts] = st.builds(
    EntryFacts,
    id=st.uuids(),
    patient_id=st.uuids(),
    type=st.builds(TypeFacts, id=st.uuids(), minutes=st.integers(5, 40)),
    added_at=_moments,
    priority=st.sampled_from(EntryPriority),
    referral=st.none() | st.sampled_from(Referral),
    weekdays=st.frozensets(st.integers(0, 6)),
    times=st.lists(_windows, max_size=2).map(tuple),
    excluded_weekdays=st.frozensets(st.integers(0, 6), max_size=2),
    preferred_provider_id=st.none() | st.sampled_from([DR_LEE, DR_KIM]),
    requested_provider_id=st.none() | st.sampled_from([DR_LEE, DR_KIM]),
    alternate_provider_ids=st.frozensets(st.sampled_from([DR_LEE, DR_KIM, DR_ROY])),
    notice_hours=st.sampled_from([0, 0, 24, 24 * 30]),
    boost_points=st.integers(0, 40),
    declines=st.integers(0, 12),
    offers=st.integers(0, 4),
)
"""Entries of every kind, most of which may be offered the opening."""


def _time_of(minutes: int) -> Any:
    return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).time()
