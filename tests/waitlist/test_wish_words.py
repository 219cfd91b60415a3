"""What was understood of a wish, said back: each kind of wish in its words."""

from datetime import date, time
from uuid import UUID

import pytest

from clinic.wish_words import in_words
from rules.facts import TimeWindow
from rules.wishes import Stated

LEE = UUID(int=1)
MORNING, AFTERNOON = TimeWindow(time(0), time(12)), TimeWindow(time(12), time(17))
FROM_NOON = TimeWindow(time(12), time(23, 59))

SAID = [
    ("no Tuesdays", Stated(excluded_weekdays=frozenset({1}))),
    ("no Tuesdays and Fridays", Stated(excluded_weekdays=frozenset({1, 4}))),
    ("no weekends", Stated(excluded_weekdays=frozenset({5, 6}))),
    ("Tuesdays only", Stated(weekdays=frozenset({1}), excluded_weekdays=frozenset({0, 2, 3, 4, 5, 6}))),
    ("Tuesdays if possible", Stated(weekdays=frozenset({1}))),
    ("any day, no Fridays", Stated(any_day=True, excluded_weekdays=frozenset({4}))),
    ("Tuesdays OK again", Stated(again_weekdays=frozenset({1}))),
    ("mornings only", Stated(times=(MORNING,), excluded_times=(FROM_NOON,))),
    ("afternoons if possible", Stated(times=(AFTERNOON,))),
    ("no mornings", Stated(excluded_times=(MORNING,))),
    ("not before 3:00pm", Stated(excluded_times=(TimeWindow(time(0), time(15)),))),
    ("not after 4:30pm", Stated(excluded_times=(TimeWindow(time(16, 30), time(23, 59)),))),
    ("not 1:00pm-2:00pm", Stated(excluded_times=(TimeWindow(time(13), time(14)),))),
    ("any time of day", Stated(any_time=True)),
    ("not Sat Dec 5", Stated(excluded_dates=((date(2026, 12, 5), date(2026, 12, 5)),))),
    ("not Dec 5-Dec 12", Stated(excluded_dates=((date(2026, 12, 5), date(2026, 12, 12)),))),
    ("from Mon Jan 4 on", Stated(earliest=date(2027, 1, 4))),
    ("until Thu Dec 24", Stated(latest=date(2026, 12, 24))),
    ("Dr Lee only", Stated(provider_id=LEE, only_provider=True)),
    ("Dr Lee if possible", Stated(provider_id=LEE)),
    ("not Dr Lee", Stated(excluded_provider_id=LEE)),
    ("Dr Lee OK again", Stated(again_provider_id=LEE)),
    ("any provider", Stated(any_provider=True)),
    ("24 hours' notice", Stated(notice_hours=24)),
    (
        "no Tuesdays, mornings only",
        Stated(excluded_weekdays=frozenset({1}), times=(MORNING,), excluded_times=(FROM_NOON,)),
    ),
]


@pytest.mark.parametrize(("words", "stated"), SAID, ids=[words for words, _ in SAID])
def test_a_wish_is_said_back_as(words: str, stated: Stated) -> None:
    assert in_words(stated, {LEE: "Dr Lee"}) == words
