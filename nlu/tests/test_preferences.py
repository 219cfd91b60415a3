"""Standing wishes, as a table of labelled words (preferences.yml)."""

from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.preferences import PART_WALLS, bare_names, preferences
from nlu.tests.conftest import NOW, ZONE
from nlu.tests.lines import line_by_line
from nlu.times import hear
from nlu.understanding import DayWalls, Preferences, Walls

CASES: dict[str, str] = yaml.safe_load((Path(__file__).parent / "preferences.yml").read_text())
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = {walls: name for name, walls in PART_WALLS.items()}


def stated(text: str) -> Preferences:
    return preferences(text, hear(text, now=NOW, zone=ZONE))


def label(said: Preferences) -> str:
    """Preferences in the table's own words."""
    words = [
        _few("likes", [*days(said.weekdays), *walls(said.times)]),
        _few("not", [*days(said.excluded_weekdays), *walls(said.excluded_times)]),
        _few("not", day_walls(said.excluded_day_times)),
        _few("not", [f"{first}..{last}" for first, last in said.excluded_dates]),
        _few("from", [str(said.earliest)] if said.earliest else []),
        _few("until", [str(said.latest)] if said.latest else []),
        _few("only dr" if said.only_provider else "dr", [said.provider] if said.provider else [])
        + (f" or {said.or_provider}" if said.or_provider else ""),
        _few("not dr", [said.excluded_provider] if said.excluded_provider else []),
        _few("notice", [str(said.notice_hours)] if said.notice_hours else []),
        _few("again", [*days(said.again_weekdays), *walls(said.again_times)]),
        _few("again", day_walls(said.again_day_times)),
        _few("again dr", [said.again_provider] if said.again_provider else []),
        _few("any", [kind for kind in ("day", "time", "provider") if getattr(said, f"any_{kind}")]),
    ]
    return ", ".join(word for word in words if word)


def _few(name: str, values: list[str]) -> str:
    return " ".join([name, *values]) if values else ""


def days(numbers: frozenset[int]) -> list[str]:
    return [DAYS[number] for number in sorted(numbers)]


def walls(stretches: tuple[Walls, ...]) -> list[str]:
    return [PARTS.get((start, end), f"{start:%H:%M}-{end:%H:%M}") for start, end in stretches]


def day_walls(stretches: tuple[DayWalls, ...]) -> list[str]:
    return [f"{DAYS[day]}/{walls((stretch,))[0]}" for day, stretch in stretches]


@line_by_line(("text", "wanted"), CASES.items())
def test_standing_wishes_are_read(text: str, wanted: str) -> None:
    assert label(stated(text)) == wanted


def test_the_table_is_large_enough() -> None:
    assert len(CASES) >= 120
    assert sum(not wanted for wanted in CASES.values()) >= 40


def test_an_empty_reading_is_false() -> None:
    assert not stated("yes please")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    stated(text)


WEEKDAYS = st.sampled_from(["monday", "tuesdays", "wed", "thursday", "fridays", "saturday", "sun"])


@given(
    one=WEEKDAYS, other=WEEKDAYS, said=st.sampled_from(["not {}", "cant do {}", "any day but {}", "no {}"])
)
def test_a_day_is_never_both_wished_for_and_ruled_out(one: str, other: str, said: str) -> None:
    wishes = stated(f"{said.format(one)}. {other} is best")
    assert not wishes.weekdays & wishes.excluded_weekdays


@line_by_line(
    ("text", "names", "only"),
    [
        ("kim only", ("kim",), True),
        ("only Kim please", ("kim",), True),
        ("solo Kim", ("kim",), True),
        ("Patel or Kim", ("patel", "kim"), False),
        ("is it only kim?", (), False),
        ("i only said kim was late", (), False),
    ],
)
def test_names_without_a_title_are_found_where_nothing_else_is_said(
    text: str, names: tuple[str, ...], only: bool
) -> None:
    assert bare_names(text) == (names, only)
