"""The hard filters: a table of who is refused and why, and how close each may come."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from nlu.tests.lines import line_by_line
from rules.eligibility import FILTERS, against_wishes, why_not, why_not_all
from rules.facts import Span, TimeWindow
from rules.match_policy import ProfileName
from rules.own_profile import REQUIRABLE, FactorName, OwnProfile, Weighted
from rules.policy import Policy
from rules.refusals import Refusal
from rules.states import OpeningState
from tests.rules.make import CHECKUP, DR_KIM, DR_LEE, NEW_YORK, NOW, entry, local, opening

START = opening().start
SPECIALIST = replace(CHECKUP, specialty="neurology")
ANOTHER_VISIT = Span(START - timedelta(minutes=15), START + timedelta(minutes=15))
JUST_BEFORE = Span(START - timedelta(minutes=30), START)
JUST_AFTER = Span(START + timedelta(minutes=30), START + timedelta(minutes=60))


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


REFUSED: list[tuple[str, Refusal, dict[str, Any], dict[str, Any]]] = [
    ("a filled slot", Refusal.NOT_FREE, {}, {"state": OpeningState.FILLED}),
    ("a withdrawn slot", Refusal.NOT_FREE, {}, {"state": OpeningState.WITHDRAWN}),
    ("a slot that starts now", Refusal.STARTED, {}, {"start": NOW}),
    ("no consent", Refusal.CANNOT_TEXT, {"can_text": False}, {}),
    ("automatic offers off", Refusal.AUTO_MATCH_OFF, {"auto_match": False}, {}),
    ("paused until tomorrow", Refusal.PAUSED, {"paused_until": date(2026, 11, 25)}, {}),
    ("asked before", Refusal.ALREADY_ASKED, {"already_asked": True}, {}),
    ("another specialty", Refusal.SPECIALTY, {"type": SPECIALIST}, {"specialty": "dermatology"}),
    ("a longer visit", Refusal.TOO_LONG, {"type": replace(CHECKUP, minutes=31)}, {}),
    ("a buffer too long", Refusal.TOO_LONG, {"type": replace(CHECKUP, buffer_minutes=5)}, {}),
    (
        "a type this provider does not do",
        Refusal.PROVIDER_NOT_FOR_TYPE,
        {"type": replace(CHECKUP, provider_ids=frozenset({DR_KIM}))},
        {},
    ),
    (
        "a type for new patients only",
        Refusal.NEW_PATIENTS_ONLY,
        {"type": replace(CHECKUP, new_patients_only=True)},
        {},
    ),
    (
        "a slot kept for new patients",
        Refusal.KEPT_FOR_NEW,
        {},
        {"for_new_patients": True},
    ),
    ("a type withdrawn", Refusal.TYPE_WITHDRAWN, {"type": replace(CHECKUP, withdrawn=True)}, {}),
    ("only Dr Kim", Refusal.OTHER_PROVIDER, {"only_provider": True, "preferred_provider_id": DR_KIM}, {}),
    (
        "only Dr Kim, though Dr Lee stands as alternate",
        Refusal.OTHER_PROVIDER,
        {
            "only_provider": True,
            "requested_provider_id": DR_KIM,
            "alternate_provider_ids": frozenset({DR_LEE}),
        },
        {},
    ),
    (
        "insurance not taken",
        Refusal.INSURANCE,
        {"insurance": "Blue Cross"},
        {"insurance_accepted": frozenset({"Aetna"})},
    ),
    ("before the first date", Refusal.TOO_EARLY, {"earliest": date(2026, 12, 2)}, {}),
    ("after the last date", Refusal.TOO_LATE, {"latest": date(2026, 11, 30)}, {}),
    ("no earlier than the visit they have", Refusal.NOT_SOONER, {"replaces_start": START}, {}),
    ("not Tuesdays", Refusal.EXCLUDED_DAY, {"excluded_weekdays": frozenset({1})}, {}),
    ("not Dr Lee", Refusal.EXCLUDED_PROVIDER, {"excluded_provider_ids": frozenset({DR_LEE})}, {}),
    (
        "away that week",
        Refusal.EXCLUDED_DATE,
        {"excluded_dates": ((date(2026, 11, 28), date(2026, 12, 1)),)},
        {},
    ),
    ("not at three", Refusal.EXCLUDED_TIME, {"excluded_times": (TimeWindow(time(15), time(16)),)}, {}),
    (
        "not after a quarter past three",
        Refusal.EXCLUDED_TIME,
        {"excluded_times": (TimeWindow(time(15, 15), time.max),)},
        {},
    ),
    (
        "a minute of what is excluded",
        Refusal.EXCLUDED_TIME,
        {"excluded_times": (TimeWindow(time(0), time(15, 1)),)},
        {},
    ),
    (
        "not Tuesday afternoons",
        Refusal.EXCLUDED_TIME,
        {"excluded_day_times": ((1, TimeWindow(time(12), time(17))),)},
        {},
    ),
    ("eight days' notice", Refusal.NOTICE, {"notice_hours": 8 * 24}, {}),
    (
        "a type that takes eight days to prepare",
        Refusal.LEAD_TIME,
        {"type": replace(CHECKUP, lead_time_hours=8 * 24)},
        {},
    ),
    ("another visit at that time", Refusal.CLASH, {"busy": (ANOTHER_VISIT,)}, {}),
    ("another offer at that time", Refusal.HOLDS_ANOTHER, {"holding": (ANOTHER_VISIT,)}, {}),
    ("three offers on this entry", Refusal.ENTRY_CAP, {"offers": 3}, {}),
    (
        "three offers this week",
        Refusal.WEEK_CAP,
        {"offered_at": (hours_ago(40), hours_ago(80), hours_ago(167))},
        {},
    ),
    (
        "one offer this week, and fewer texts asked for",
        Refusal.WEEK_CAP,
        {"offered_at": (hours_ago(100),), "offers_per_week": 1},
        {},
    ),
    (
        "fewer texts: two a week are further apart",
        Refusal.GAP,
        {"offered_at": (hours_ago(35),), "offers_per_week": 2},
        {},
    ),
    ("an offer yesterday", Refusal.GAP, {"offered_at": (hours_ago(100), hours_ago(23.9))}, {}),
]

REFUSED_BY_PROFILE: list[tuple[FactorName, Refusal, dict[str, Any]]] = [
    (FactorName.PROVIDER, Refusal.NAMED_PROVIDER, {"requested_provider_id": DR_KIM}),
    (FactorName.DAY, Refusal.NAMED_DAY, {"weekdays": frozenset({2})}),
    (FactorName.TIME, Refusal.NAMED_TIME, {"times": (TimeWindow(time(8), time(12)),)}),
    (FactorName.SPECIALTY, Refusal.NEEDS_SPECIALTY, {"type": SPECIALIST}),
    (FactorName.LOCATION, Refusal.NAMED_LOCATION, {"location_id": UUID(int=7)}),
]

OFFERED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("no wishes", {}, {}),
    ("a slot left on the board", {}, {"state": OpeningState.EXPIRED}),
    ("paused until today", {"paused_until": date(2026, 11, 24)}, {}),
    ("a slot of no specialty", {"type": SPECIALIST}, {}),
    ("the same specialty", {"type": SPECIALIST}, {"specialty": "Neurology"}),
    ("a shorter visit with its buffer", {"type": replace(CHECKUP, minutes=20, buffer_minutes=10)}, {}),
    ("a type this provider does", {"type": replace(CHECKUP, provider_ids=frozenset({DR_LEE}))}, {}),
    (
        "a new patient for a new-patient type",
        {"type": replace(CHECKUP, new_patients_only=True), "new_patient": True},
        {},
    ),
    ("only Dr Lee", {"only_provider": True, "preferred_provider_id": DR_LEE}, {}),
    ("one provider only, but none named", {"only_provider": True}, {}),
    ("insurance taken", {"insurance": "aetna"}, {"insurance_accepted": frozenset({"Aetna"})}),
    ("no insurance on file", {}, {"insurance_accepted": frozenset({"Aetna"})}),
    ("the first date", {"earliest": date(2026, 12, 1)}, {}),
    ("the last date", {"latest": date(2026, 12, 1)}, {}),
    ("a visit later that day", {"replaces_start": START + timedelta(hours=1)}, {}),
    ("not Mondays", {"excluded_weekdays": frozenset({0})}, {}),
    ("not before three", {"excluded_times": (TimeWindow(time(0), time(15)),)}, {}),
    ("not Wednesday afternoons", {"excluded_day_times": ((2, TimeWindow(time(12), time(17))),)}, {}),
    ("not Tuesdays before three", {"excluded_day_times": ((1, TimeWindow(time(0), time(15))),)}, {}),
    ("not after half past three", {"excluded_times": (TimeWindow(time(15, 30), time.max),)}, {}),
    ("just the notice needed", {"notice_hours": 7 * 24 + 6}, {}),
    ("just the time to prepare", {"type": replace(CHECKUP, lead_time_hours=7 * 24 + 6)}, {}),
    ("visits just before and after", {"busy": (JUST_BEFORE, JUST_AFTER)}, {}),
    ("an offer just before", {"holding": (JUST_BEFORE,)}, {}),
    ("two offers on this entry", {"offers": 2}, {}),
    ("Dr Kim ruled out", {"excluded_provider_ids": frozenset({DR_KIM})}, {}),
    ("away until the day before", {"excluded_dates": ((date(2026, 11, 1), date(2026, 11, 30)),)}, {}),
    ("a cap of their own above the clinic's", {"offers_per_week": 9, "offered_at": (hours_ago(25),)}, {}),
    ("an offer a day ago", {"offered_at": (hours_ago(24),)}, {}),
    ("three offers in eight days", {"offered_at": (hours_ago(40), hours_ago(80), hours_ago(168))}, {}),
]

_NEAR_MIDNIGHT = {
    "start": local(NEW_YORK, "2026-12-01 23:45"),
    "end": local(NEW_YORK, "2026-12-02 00:15"),
}
OVER_MIDNIGHT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("late in the evening", {"excluded_times": (TimeWindow(time(23, 50), time.max),)}, _NEAR_MIDNIGHT),
    ("just before it", {"excluded_times": (TimeWindow(time(23, 30), time(23, 45)),)}, _NEAR_MIDNIGHT),
]


@pytest.mark.parametrize(
    ("refusal", "facts", "slot"), [pytest.param(*row, id=label) for label, *row in REFUSED]
)
def test_is_refused_for(refusal: Refusal, facts: dict[str, Any], slot: dict[str, Any]) -> None:
    assert why_not(entry(**facts), opening(**slot), Policy(), NOW) is refusal


@pytest.mark.parametrize(("facts", "slot"), [pytest.param(*row, id=label) for label, *row in OFFERED])
def test_may_be_offered_with(facts: dict[str, Any], slot: dict[str, Any]) -> None:
    assert why_not(entry(**facts), opening(**slot), Policy(), NOW) is None


def test_every_refusal_is_tried_once_and_tested() -> None:
    tried = [refusal for refusal, _ in FILTERS]
    assert tried == list(Refusal)
    by_profile = {refusal for _, refusal, _ in REFUSED_BY_PROFILE}
    assert {refusal for _, refusal, _, _ in REFUSED} | by_profile == set(Refusal)


@pytest.mark.parametrize(("factor", "refusal", "facts"), REFUSED_BY_PROFILE)
def test_a_profile_can_make_a_wish_a_condition(
    factor: FactorName, refusal: Refusal, facts: dict[str, Any]
) -> None:
    asked = OwnProfile(name="ours", factors=(Weighted(factor=FactorName.WAIT, weight=1),), required=(factor,))
    policy = Policy(profile=ProfileName.OWN, own_profile=asked)
    assert why_not(entry(**facts), opening(), policy, NOW) is refusal
    assert why_not(entry(), opening(), policy, NOW) is None
    assert why_not(entry(**facts), opening(), Policy(), NOW) is None


def test_every_wish_that_can_be_a_condition_is_tested() -> None:
    assert {factor for factor, _, _ in REFUSED_BY_PROFILE} == set(REQUIRABLE)


def test_flexible_keeps_to_a_provider_that_was_named() -> None:
    policy = Policy(profile=ProfileName.FLEXIBLE)
    assert why_not(entry(preferred_provider_id=DR_KIM), opening(), policy, NOW) is Refusal.NAMED_PROVIDER


def test_backfill_is_for_the_specialty_only() -> None:
    policy = Policy(profile=ProfileName.BACKFILL)
    assert why_not(entry(type=SPECIALIST), opening(), policy, NOW) is Refusal.NEEDS_SPECIALTY
    assert why_not(entry(type=SPECIALIST), opening(specialty="Neurology"), policy, NOW) is None


def test_staff_are_told_every_reason_at_once() -> None:
    facts = entry(excluded_weekdays=frozenset({1}), can_text=False, notice_hours=8 * 24)
    assert why_not_all(facts, opening(), Policy(), NOW) == (
        Refusal.CANNOT_TEXT,
        Refusal.EXCLUDED_DAY,
        Refusal.NOTICE,
    )


@line_by_line("refusal", Refusal)
def test_every_refusal_has_a_sentence(refusal: Refusal) -> None:
    assert refusal.sentence.endswith(".")


def test_an_offer_that_is_out_ends_over_a_wish_and_over_nothing_else() -> None:
    out = entry(already_asked=True, offers=9, offered_at=(NOW,), notice_hours=900)
    assert against_wishes(out, opening(), Policy(), NOW) is None
    wishing = replace(out, excluded_weekdays=frozenset({1}))
    assert against_wishes(wishing, opening(), Policy(), NOW) is Refusal.EXCLUDED_DAY


def test_staff_may_offer_where_automatic_offers_are_off() -> None:
    assert why_not(entry(auto_match=False), opening(), Policy(), NOW, automatic=False) is None


def test_staff_are_bound_by_every_other_filter() -> None:
    assert why_not(entry(can_text=False), opening(), Policy(), NOW, automatic=False) is Refusal.CANNOT_TEXT


def test_dates_are_the_clinics_own() -> None:
    # Nine in the evening on November 30 in New York is December 1 in London, where the server may be.
    late = opening(start=local(NEW_YORK, "2026-11-30 21:00"), end=local(NEW_YORK, "2026-11-30 21:30"))
    assert why_not(entry(earliest=date(2026, 12, 1)), late, Policy(), NOW) is Refusal.TOO_EARLY


def test_a_visit_over_midnight_reaches_the_end_of_the_day() -> None:
    _, facts, over = OVER_MIDNIGHT[0]
    assert why_not(entry(**facts), opening(**over), Policy(), NOW) is Refusal.EXCLUDED_TIME


def test_on_the_night_the_clock_goes_back_a_slot_is_as_long_as_it_lasts() -> None:
    # From 1:30 to 2:00 there are ninety minutes that night.
    night = ZoneInfo("America/New_York")
    long = opening(start=local(night, "2026-11-01 01:30"), end=local(night, "2026-11-01 02:00"))
    facts = entry(type=replace(CHECKUP, minutes=90))
    assert why_not(facts, long, Policy(), local(night, "2026-10-20 09:00")) is None


def test_the_caps_are_the_clinics_to_choose() -> None:
    easy = Policy(gap_hours=0, offers_per_week=10, offers_per_entry=10)
    facts = entry(offers=5, offered_at=tuple(hours_ago(hours) for hours in (1, 2, 3, 4)))
    assert why_not(facts, opening(), easy, NOW) is None
