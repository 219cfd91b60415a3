"""Until when: a table of what is said on Monday, November 30, and the day from which they may be asked again."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.pauses import paused_until
from nlu.reading import read
from nlu.understanding import Intent, Ranked

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 30, 10, tzinfo=NEW_YORK)


class NotNow:
    """A model that always hears the same."""

    def parse(self, text: str) -> Ranked:
        del text
        return Ranked(((Intent.NOT_NOW, 1.0),))


UNTIL = [
    ("not till january", date(2027, 1, 1)),
    ("not before jan 5", date(2027, 1, 5)),
    ("not until the 15th please", date(2026, 12, 15)),
    ("pause me until the 5th", date(2026, 12, 5)),
    ("don't offer me anything until wednesday", date(2026, 12, 2)),
    ("pause until january", date(2027, 1, 1)),
    ("hold off until next week", date(2026, 12, 7)),
    ("not today", date(2026, 12, 1)),
    ("not this week", date(2026, 12, 7)),
    ("ask me again in january", date(2027, 1, 1)),
    ("not for two weeks", date(2026, 12, 14)),
    ("give me 10 days", date(2026, 12, 10)),
    ("a couple of weeks", date(2026, 12, 14)),
    ("try me again in a month", date(2026, 12, 30)),
]


@pytest.mark.parametrize(("text", "day"), UNTIL, ids=[text for text, _ in UNTIL])
def test_they_may_be_asked_again_from(text: str, day: date) -> None:
    assert paused_until(read(text, NotNow(), now=NOW, zone=NEW_YORK), NOW) == day


@pytest.mark.parametrize("text", ["not now", "maybe later", "not at 3", "pause me", "after the holidays"])
def test_no_day_is_said(text: str) -> None:
    assert paused_until(read(text, NotNow(), now=NOW, zone=NEW_YORK), NOW) is None
