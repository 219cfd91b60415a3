"""Entries, openings and policies of every kind, close enough to each other that every rule is met often."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import strategies as st

from rules.facts import EntryFacts, OpeningFacts, Span, TimeWindow, TypeFacts
from rules.match_policy import ProfileName
from rules.own_profile import REQUIRABLE, FactorName, OwnProfile, Weighted
from rules.policy import Policy
from rules.states import EntryPriority, OpeningState, Referral
from tests.rules.make import DR_KIM, DR_LEE, DR_ROY, NEW_YORK, NOW

TUESDAY = datetime(2026, 12, 1, 15, 0, tzinfo=NEW_YORK).astimezone(UTC)
PLACES = [UUID(int=30), UUID(int=31)]
FEW_IDS = [UUID(int=number << 60 | number) for number in range(1, 12)]


def seldom(strategy: st.SearchStrategy[object], otherwise: object) -> st.SearchStrategy[object]:
    """Four times in five `otherwise`: a filter that refuses nearly everybody hides what comes after it."""
    return st.sampled_from(range(5)).flatmap(lambda roll: strategy if roll == 0 else st.just(otherwise))


def around(moment: datetime, minutes: int) -> st.SearchStrategy[datetime]:
    """Close by, and often just there."""
    return st.sampled_from(range(-minutes, minutes + 1, 15)).map(lambda off: moment + timedelta(minutes=off))


_providers = st.sampled_from([DR_LEE, DR_KIM, DR_ROY])
_dates = st.integers(-12, 40).map(lambda off: date(2026, 12, 1) + timedelta(days=off))
_quarters = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
_windows = st.tuples(_quarters, _quarters | st.just(time.max)).map(
    lambda pair: TimeWindow(*pair) if pair[0] < pair[1] else TimeWindow(pair[1], pair[0])
)
spans = st.tuples(around(TUESDAY, 120), st.integers(1, 8)).map(
    lambda pair: Span(pair[0], pair[0] + timedelta(minutes=15 * pair[1]))
)
_specialties = st.none() | st.sampled_from(["neurology", "Neurology", "dermatology"])

kinds = st.builds(
    TypeFacts,
    id=st.sampled_from(FEW_IDS),
    minutes=st.sampled_from([10, 30, 30, 45]),
    buffer_minutes=st.sampled_from([0, 0, 5]),
    specialty=_specialties,
    lead_time_hours=seldom(st.sampled_from([24, 174, 200]), 0),
    new_patients_only=seldom(st.just(True), False),
    withdrawn=seldom(st.just(True), False),
    provider_ids=seldom(st.frozensets(_providers), frozenset()),
)

entries = st.builds(
    EntryFacts,
    id=st.uuids(),
    patient_id=st.sampled_from(FEW_IDS) | st.uuids(),
    type=kinds,
    added_at=st.integers(-60 * 24 * 50, 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
    | st.sampled_from([NOW, NOW - timedelta(days=7)]),
    priority=st.sampled_from(EntryPriority),
    referral=st.none() | st.sampled_from(Referral),
    earliest=seldom(_dates, None),
    latest=seldom(_dates, None),
    preferred_date=st.none() | _dates,
    weekdays=st.frozensets(st.integers(0, 6)),
    times=st.lists(_windows, max_size=3).map(tuple),
    excluded_weekdays=seldom(st.frozensets(st.integers(0, 6)), frozenset()),
    excluded_day_times=seldom(st.lists(st.tuples(st.integers(0, 6), _windows), max_size=3).map(tuple), ()),
    excluded_times=seldom(st.lists(_windows, max_size=3).map(tuple), ()),
    excluded_dates=seldom(st.lists(st.tuples(_dates, _dates), max_size=2).map(tuple), ()),
    excluded_provider_ids=seldom(st.frozensets(_providers), frozenset()),
    preferred_provider_id=st.none() | _providers,
    requested_provider_id=st.none() | _providers,
    alternate_provider_ids=st.frozensets(_providers),
    only_provider=seldom(st.just(True), False),
    location_id=st.none() | st.sampled_from(PLACES),
    insurance=st.none() | st.sampled_from(["Aetna", "AETNA", "Blue Cross", ""]),
    notice_hours=seldom(st.sampled_from([24, 174, 200]), 0),
    boost_points=st.sampled_from([0, 0, 10, 40]),
    declines=st.integers(0, 12),
    offers=seldom(st.integers(0, 4), 0),
    auto_match=seldom(st.just(False), True),
    offers_per_week=st.none() | st.integers(0, 5),
    displaced=st.booleans(),
    said_yes=st.booleans(),
    paused_until=seldom(st.sampled_from([date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]), None),
    new_patient=st.booleans(),
    can_text=seldom(st.just(False), True),
    busy=seldom(st.lists(spans, max_size=3).map(tuple), ()),
    holding=seldom(st.lists(spans, max_size=2).map(tuple), ()),
    offered_at=seldom(st.lists(around(NOW, 60 * 24 * 8), max_size=4).map(tuple), ()),
    already_asked=seldom(st.just(True), False),
    replaces_start=seldom(around(TUESDAY, 60), None),
    no_show_risk=st.none() | st.floats(0, 1) | st.sampled_from([0.6, 0.8]),
)

openings = st.builds(
    lambda start, minutes, **more: OpeningFacts(
        id=UUID(int=20),
        provider_id=DR_LEE,
        start=start,
        end=start + timedelta(minutes=minutes),
        give_up_at=start - timedelta(hours=2),
        **more,
    ),
    start=around(TUESDAY, 600) | st.sampled_from([NOW, NOW + timedelta(hours=1)]),
    minutes=st.sampled_from([20, 30, 45, 60]),
    zone=st.sampled_from(["America/New_York", "Asia/Tokyo"]),
    state=seldom(st.sampled_from(OpeningState), OpeningState.OPEN),
    specialty=_specialties,
    location_id=st.none() | st.sampled_from(PLACES),
    for_new_patients=seldom(st.just(True), False),
    insurance_accepted=seldom(st.frozensets(st.sampled_from(["aetna", "Cigna"])), frozenset()),
)

own_profiles = st.builds(
    OwnProfile,
    name=st.just("ours"),
    factors=st.lists(
        st.builds(Weighted, factor=st.sampled_from(FactorName), weight=st.floats(0.1, 60)),
        min_size=1,
        unique_by=lambda each: each.factor,
    ).map(tuple),
    threshold=st.floats(0, 1),
    required=st.lists(st.sampled_from(REQUIRABLE), max_size=2).map(tuple),
)

policies = st.builds(
    Policy,
    profile=st.sampled_from(ProfileName),
    own_profile=own_profiles,
    threshold=st.sampled_from([0, 0.5, 0.7]),
    backfill_threshold=st.sampled_from([0, 50, 80]),
    backfill_least_risk=st.sampled_from([0.3, 0.6, 0.9]),
    search_horizon_days=st.sampled_from([7, 14]),
    first_come=st.booleans(),
    gap_hours=st.sampled_from([0, 24, 72]),
    offers_per_week=st.integers(1, 4),
    offers_per_entry=st.integers(1, 3),
)
