"""Wishes in few words."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from bot.admin import wishes
from storage.tables import WaitlistEntry

LEE, KIM = UUID(int=1), UUID(int=2)
NAMES = {LEE: "Dr Lee", KIM: "Dr Kim"}
NONE: dict[str, Any] = {
    "weekdays": [],
    "excluded_weekdays": [],
    "times": [],
    "excluded_times": [],
    "excluded_dates": [],
    "excluded_provider_ids": [],
    "alternate_provider_ids": [],
}


def entry(**more: Any) -> WaitlistEntry:
    return WaitlistEntry(**{**NONE, **more})


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, []),
        ({"excluded_weekdays": [1], "times": [["00:00", "12:00"]]}, ["not Tue", "mornings"]),
        ({"preferred_provider_id": LEE, "only_provider": True}, ["only Dr Lee"]),
        (
            {"preferred_provider_id": LEE, "alternate_provider_ids": [str(KIM)]},
            ["prefers Dr Lee", "or Dr Kim"],
        ),
        ({"requested_provider_id": KIM, "only_provider": False}, ["prefers Dr Kim"]),
        ({"excluded_provider_ids": [str(KIM)]}, ["not Dr Kim"]),
        ({"alternate_provider_ids": [str(uuid4())]}, []),
        ({"weekdays": [4, 0, 1, 2, 3], "excluded_weekdays": [5, 6]}, ["weekdays", "not weekends"]),
        ({"earliest": date(2026, 12, 5), "latest": date(2026, 12, 20)}, ["from Dec 5", "until Dec 20"]),
        ({"excluded_dates": [["2026-12-05", "2026-12-12"]]}, ["not Dec 5 – Dec 12"]),
        ({"excluded_dates": [["2026-12-05", "2026-12-05"]]}, ["not Dec 5"]),
        ({"times": [["14:00", "16:00"]]}, ["2:00pm – 4:00pm"]),
        ({"times": [["15:30", "23:59"]]}, ["after 3:30pm"]),
        ({"excluded_times": [["00:00", "10:00"], ["17:00", "23:59"]]}, ["not before 10:00am, evenings"]),
        (
            {"excluded_times": [["00:00", "10:00"], ["00:00", "12:00", 1]]},
            ["not before 10:00am", "not Tue mornings"],
        ),
        ({"preferred_date": date(2026, 12, 3), "notice_hours": 24}, ["best on Dec 3", "24 h notice"]),
    ],
)
def test_a_wish_in_words(wish: dict[str, Any], expected: list[str]) -> None:
    assert wishes.of_entry(entry(**wish), NAMES) == expected


def test_a_wish_that_rules_out_the_rest_of_the_day_is_the_only_time() -> None:
    only = entry(times=[["00:00", "12:00"]], excluded_times=[["12:00", "23:59"]])
    assert wishes.of_entry(only, NAMES) == ["only mornings"]


def test_two_providers_named_in_a_text_are_both_told() -> None:
    assert wishes.said({"provider": "lee", "or_provider": "kim", "only_provider": True}) == "only Lee or Kim"
