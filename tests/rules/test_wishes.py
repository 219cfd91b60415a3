"""Wishes: how a new word changes what was wished before."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from rules.facts import TimeWindow
from rules.wishes import Stated, Wishes, leaves_nothing, sharpen
from tests.rules.make import DR_KIM, DR_LEE

MORNING, AFTERNOON = TimeWindow(time(0), time(12)), TimeWindow(time(12), time(23, 59))
TUESDAY, FRIDAY = frozenset({1}), frozenset({4})
TODAY = date(2026, 11, 24)
MORNINGS_ONLY = Stated(times=(MORNING,), excluded_times=(AFTERNOON,))
ONLY_LEE = Stated(provider_id=DR_LEE, only_provider=True)

NEWEST_WORD: list[tuple[str, Wishes, Stated, dict[str, Any]]] = [
    ("not Tuesdays", Wishes(), Stated(excluded_weekdays=TUESDAY), {"excluded_weekdays": TUESDAY}),
    (
        "Tuesdays are best, after not Tuesdays",
        Wishes(excluded_weekdays=TUESDAY | FRIDAY),
        Stated(weekdays=TUESDAY),
        {"weekdays": TUESDAY, "excluded_weekdays": FRIDAY},
    ),
    (
        "not Tuesdays, after Tuesdays are best",
        Wishes(weekdays=TUESDAY),
        Stated(excluded_weekdays=TUESDAY),
        {"weekdays": frozenset(), "excluded_weekdays": TUESDAY},
    ),
    (
        "Tuesdays are fine again",
        Wishes(weekdays=FRIDAY, excluded_weekdays=TUESDAY),
        Stated(again_weekdays=TUESDAY),
        {"weekdays": TUESDAY | FRIDAY, "excluded_weekdays": frozenset()},
    ),
    (
        "any day but Friday, after not Tuesdays",
        Wishes(excluded_weekdays=TUESDAY, excluded_dates=((TODAY, TODAY),)),
        Stated(any_day=True, excluded_weekdays=FRIDAY),
        {"excluded_weekdays": FRIDAY, "excluded_dates": ()},
    ),
    (
        "mornings only",
        Wishes(times=(AFTERNOON,)),
        MORNINGS_ONLY,
        {"times": (MORNING,), "excluded_times": (AFTERNOON,)},
    ),
    (
        "afternoons work too, after mornings only",
        Wishes(times=(MORNING,), excluded_times=(AFTERNOON,)),
        Stated(again_times=(TimeWindow(time(12), time(17)),)),
        {
            "times": (TimeWindow(time(0), time(17)),),
            "excluded_times": (TimeWindow(time(17), time(23, 59)),),
        },
    ),
    (
        "any time, after mornings only",
        Wishes(times=(MORNING,), excluded_times=(AFTERNOON,)),
        Stated(any_time=True),
        {"times": (), "excluded_times": ()},
    ),
    (
        "not Friday mornings, after not Tuesday mornings",
        Wishes(excluded_day_times=((1, MORNING),)),
        Stated(excluded_day_times=((4, MORNING),)),
        {"excluded_day_times": ((1, MORNING), (4, MORNING))},
    ),
    (
        "not Tuesdays before ten, after not Tuesdays until noon",
        Wishes(excluded_day_times=((1, MORNING),)),
        Stated(excluded_day_times=((1, TimeWindow(time(0), time(10))),)),
        {"excluded_day_times": ((1, MORNING),)},
    ),
    (
        "Tuesday mornings are fine again",
        Wishes(excluded_day_times=((1, MORNING), (4, MORNING))),
        Stated(again_day_times=((1, MORNING),)),
        {"excluded_day_times": ((4, MORNING),)},
    ),
    (
        "Tuesdays are fine again, after not Tuesday mornings",
        Wishes(excluded_day_times=((1, MORNING), (4, MORNING))),
        Stated(again_weekdays=TUESDAY),
        {"excluded_day_times": ((4, MORNING),)},
    ),
    (
        "Tuesday mornings are best, after not Tuesday mornings",
        Wishes(excluded_day_times=((1, MORNING),)),
        Stated(weekdays=TUESDAY, times=(MORNING,)),
        {"weekdays": TUESDAY, "times": (MORNING,), "excluded_day_times": ()},
    ),
    (
        "any day, after not Tuesday mornings",
        Wishes(excluded_day_times=((1, MORNING),)),
        Stated(any_day=True),
        {"excluded_day_times": ()},
    ),
    (
        "not before January, after before Christmas",
        Wishes(latest=date(2026, 12, 24)),
        Stated(earliest=date(2027, 1, 1)),
        {"earliest": date(2027, 1, 1), "latest": None},
    ),
    (
        "before Christmas, after not before December",
        Wishes(earliest=date(2026, 12, 1)),
        Stated(latest=date(2026, 12, 24)),
        {"earliest": date(2026, 12, 1), "latest": date(2026, 12, 24)},
    ),
    (
        "only Dr Lee, after not Dr Lee",
        Wishes(requested_provider_id=DR_KIM, excluded_provider_ids=frozenset({DR_LEE})),
        ONLY_LEE,
        {
            "preferred_provider_id": DR_LEE,
            "requested_provider_id": None,
            "only_provider": True,
            "excluded_provider_ids": frozenset(),
        },
    ),
    (
        "Dr Lee or Dr Kim, after not Dr Kim",
        Wishes(excluded_provider_ids=frozenset({DR_KIM})),
        Stated(provider_id=DR_LEE, or_provider_id=DR_KIM),
        {
            "preferred_provider_id": DR_LEE,
            "alternate_provider_ids": frozenset({DR_KIM}),
            "excluded_provider_ids": frozenset(),
        },
    ),
    (
        "only Dr Lee or Dr Kim",
        Wishes(),
        replace(ONLY_LEE, or_provider_id=DR_KIM),
        {
            "preferred_provider_id": DR_LEE,
            "requested_provider_id": DR_KIM,
            "alternate_provider_ids": frozenset({DR_KIM}),
            "only_provider": True,
        },
    ),
    (
        "only Dr Lee, after Dr Lee or Dr Kim",
        Wishes(preferred_provider_id=DR_LEE, alternate_provider_ids=frozenset({DR_KIM})),
        ONLY_LEE,
        {"alternate_provider_ids": frozenset(), "only_provider": True},
    ),
    (
        "anybody but Dr Lee, after only Dr Lee",
        Wishes(preferred_provider_id=DR_LEE, only_provider=True),
        Stated(excluded_provider_id=DR_LEE),
        {
            "preferred_provider_id": None,
            "only_provider": False,
            "excluded_provider_ids": frozenset({DR_LEE}),
        },
    ),
    (
        "anybody, after only Dr Lee",
        Wishes(preferred_provider_id=DR_LEE, only_provider=True),
        Stated(any_provider=True),
        {"preferred_provider_id": None, "only_provider": False},
    ),
    (
        "Dr Lee is fine again, after neither Dr Lee nor Dr Kim",
        Wishes(excluded_provider_ids=frozenset({DR_LEE, DR_KIM})),
        Stated(again_provider_id=DR_LEE),
        {"excluded_provider_ids": frozenset({DR_KIM})},
    ),
    ("a day's notice", Wishes(notice_hours=2), Stated(notice_hours=24), {"notice_hours": 24}),
]


@pytest.mark.parametrize(
    ("before", "stated", "after"), [pytest.param(*row, id=label) for label, *row in NEWEST_WORD]
)
def test_the_newest_word_counts(before: Wishes, stated: Stated, after: dict[str, Any]) -> None:
    assert sharpen(before, stated) == replace(before, **after)


IMPOSSIBLE: list[tuple[str, Wishes]] = [
    ("no day of the week", Wishes(excluded_weekdays=frozenset(range(7)))),
    ("no time of day", Wishes(excluded_times=(MORNING, AFTERNOON))),
    (
        "Tuesdays only, but no time of them",
        Wishes(
            excluded_weekdays=frozenset(range(7)) - TUESDAY,
            excluded_day_times=((1, MORNING), (1, AFTERNOON)),
        ),
    ),
    (
        "today at the latest, but no time of Tuesdays",
        Wishes(latest=TODAY, excluded_times=(AFTERNOON,), excluded_day_times=((1, MORNING),)),
    ),
    ("nobody who works here", Wishes(excluded_provider_ids=frozenset({DR_LEE, DR_KIM}))),
    ("before yesterday", Wishes(latest=TODAY - timedelta(days=1))),
    ("this week, and away this week", Wishes(latest=TODAY, excluded_dates=((TODAY, TODAY),))),
    (
        "tomorrow at the latest, but not Tuesdays or Wednesdays",
        Wishes(latest=date(2026, 11, 25), excluded_weekdays=frozenset({1, 2})),
    ),
]


@pytest.mark.parametrize("wishes", [pytest.param(wishes, id=label) for label, wishes in IMPOSSIBLE])
def test_leaves_nothing(wishes: Wishes) -> None:
    assert leaves_nothing(wishes, frozenset({DR_LEE, DR_KIM}), TODAY)


@pytest.mark.parametrize(
    "wishes",
    [
        pytest.param(Wishes(), id="no wishes"),
        pytest.param(Wishes(excluded_weekdays=frozenset(range(6))), id="Sundays only"),
        pytest.param(Wishes(excluded_times=(MORNING,)), id="no mornings"),
        pytest.param(Wishes(excluded_day_times=((1, MORNING), (1, AFTERNOON))), id="no time of Tuesdays"),
        pytest.param(Wishes(excluded_provider_ids=frozenset({DR_LEE})), id="not Dr Lee"),
        pytest.param(Wishes(latest=TODAY), id="today at the latest"),
    ],
)
def test_leaves_something(wishes: Wishes) -> None:
    assert not leaves_nothing(wishes, frozenset({DR_LEE, DR_KIM}), TODAY)
