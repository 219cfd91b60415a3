"""How many to ask at once, and when the next."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.response import MEAN_CHANCE, PUBLISHED
from rules.waves import PACES, Person, Plan, Terms, plan

MANY = [Person(MEAN_CHANCE)] * 60


def terms(minutes: float, **changes: object) -> Terms:
    own: dict[str, object] = {"hold": 120.0, "wanted": 0.9, "most_too_late": 0.1, **changes}
    return Terms(minutes, **own)  # type: ignore[arg-type]


def planned(minutes: float, line: Sequence[Person] = MANY, out: Sequence[Person] = ()) -> Plan:
    return plan(out, line, terms(minutes), PUBLISHED)


def test_with_a_week_to_spare_it_is_one_by_one() -> None:
    found = planned(7 * 660)
    assert (found.pace, found.now) == (1, (0,))
    assert found.again_in == pytest.approx(120, abs=20)  # on a grid of 19 minutes


def test_the_less_time_the_faster() -> None:
    paces = [planned(minutes).pace for minutes in (7 * 660, 3 * 660, 660, 120, 30)]
    assert paces == sorted(paces)
    assert paces[-1] >= 2


def test_three_hours_before_a_visit_it_asks_two_at_once() -> None:
    assert planned(60).now == (0, 1)


def test_a_short_line_is_not_hurried_when_there_is_time() -> None:
    assert planned(3 * 660, MANY[:3]).pace == 1


def test_who_is_out_counts_until_their_answer_must_have_come() -> None:
    fresh = [Person(MEAN_CHANCE, asked=1.0, held=119.0)] * 2
    old = [Person(MEAN_CHANCE, asked=110.0, held=10.0)] * 2
    assert planned(60, out=fresh).now == ()
    assert planned(60, out=old).now == (0,)


def test_a_late_yes_that_may_still_come_makes_the_slot_surer() -> None:
    late = [Person(0.5, asked=121.0, held=0.0)] * 3
    assert planned(60, MANY[:1], late).fill > planned(60, MANY[:1]).fill


def test_with_hard_holds_nobody_says_yes_once_theirs_is_over() -> None:
    soft = plan((), MANY[:1], terms(600, hold=15.0), PUBLISHED)
    hard = plan((), MANY[:1], terms(600, hold=15.0, hard=True), PUBLISHED)
    assert hard.fill == pytest.approx(MEAN_CHANCE * PUBLISHED.share(15), abs=0.005)
    assert hard.fill < soft.fill


def test_the_estimate_of_two_asked_at_once_is_the_textbook_one() -> None:
    pair = [Person(MEAN_CHANCE)] * 2
    found = plan((), pair, terms(30), PUBLISHED)
    share = PUBLISHED.share(30)
    assert found.now == (0, 1)
    assert found.fill == pytest.approx(1 - (1 - MEAN_CHANCE * share) ** 2, abs=1e-6)
    assert found.too_late == pytest.approx(MEAN_CHANCE / 2, abs=1e-9)


minutes_left = st.integers(2, 4000).map(float)
chances = st.floats(0.02, 0.6)
people = st.builds(Person, chance=chances, urgent=st.booleans(), waits=st.sampled_from([0.0, 0.0, 45.0, 1e9]))
lines = st.lists(people, max_size=25).map(lambda line: sorted(line, key=lambda each: not each.urgent))
asked = st.lists(
    st.builds(
        lambda chance, ago, urgent: Person(chance, urgent, asked=ago, held=max(120 - ago, 0.0)),
        chances,
        st.floats(0, 300),
        st.booleans(),
    ),
    max_size=6,
)


@given(minutes_left, lines, asked)
def test_the_limit_holds_by_its_own_estimate_at_any_pace_but_the_slowest(
    minutes: float, line: list[Person], out: list[Person]
) -> None:
    found = planned(minutes, line, out)
    assert found.pace in PACES
    assert found.pace == 1 or found.too_late <= 0.1 + 1e-9


@given(minutes_left, lines, asked)
def test_once_its_answer_is_carried_out_nobody_more_is_asked(
    minutes: float, line: list[Person], out: list[Person]
) -> None:
    found = planned(minutes, line, out)
    rest = [person for place, person in enumerate(line) if place not in found.now]
    assert planned(minutes, rest, [*out, *(line[place] for place in found.now)]).now == ()


@given(minutes_left, lines, asked)
def test_urgent_and_other_entries_are_never_out_together(
    minutes: float, line: list[Person], out: list[Person]
) -> None:
    now = {line[place].urgent for place in planned(minutes, line, out).now}
    assert len(now) <= 1
    assert not now or not {each.urgent for each in out if each.held} - now


@given(minutes_left, minutes_left, chances)
def test_less_time_never_asks_fewer_at_once(one: float, other: float, chance: float) -> None:
    line = [Person(chance)] * 60
    less, more = sorted((one, other))
    assert len(planned(less, line).now) >= len(planned(more, line).now)


@given(minutes_left, chances, chances)
def test_surer_patients_are_never_asked_in_larger_numbers(minutes: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    fewer, more = planned(minutes, [Person(high)] * 60).now, planned(minutes, [Person(low)] * 60).now
    assert len(fewer) <= len(more)
