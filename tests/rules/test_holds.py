"""How long a hold lasts."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rules.holds import held_until
from rules.hours import Hours
from rules.policy import Policy
from tests.rules.make import LONDON, NEW_YORK, local

HOURS = Hours(time(9), time(20), (NEW_YORK,))
FAR = local(NEW_YORK, "2026-12-24 12:00")
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_hold_of_two_hours_begun_at_seven_ends_at_ten_next_day() -> None:
    ends = held_until(local(NEW_YORK, "2026-11-24 19:00"), FAR, Policy(), HOURS)
    assert ends == local(NEW_YORK, "2026-11-25 10:00")


def test_a_hold_ends_at_give_up_where_that_comes_first() -> None:
    give_up = local(NEW_YORK, "2026-11-24 11:00")
    assert held_until(local(NEW_YORK, "2026-11-24 10:00"), give_up, Policy(), HOURS) == give_up


def test_a_hold_handed_over_after_give_up_is_over_at_once() -> None:
    give_up = local(NEW_YORK, "2026-11-24 11:00")
    assert held_until(local(NEW_YORK, "2026-11-24 11:30"), give_up, Policy(), HOURS) == give_up


def test_a_hold_whose_clock_can_never_run_lasts_until_give_up() -> None:
    never = Hours(time(9), time(20), (ZoneInfo("Pacific/Honolulu"), ZoneInfo("Europe/Moscow")))
    give_up = local(LONDON, "2026-12-01 15:00")
    assert held_until(local(LONDON, "2026-12-01 12:00"), give_up, Policy(), never) == give_up


@given(
    st.integers(0, 60 * 24 * 250).map(lambda minutes: MARCH + timedelta(minutes=minutes)),
    st.integers(-600, 20_000),
    st.integers(1, 2000),
)
def test_a_hold_never_outlasts_give_up(start: datetime, until_give_up: int, hold: int) -> None:
    give_up = start + timedelta(minutes=until_give_up)
    assert held_until(start, give_up, Policy(hold_minutes=hold), HOURS) <= give_up
