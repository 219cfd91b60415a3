"""Phone numbers and the zones they can be in."""

from zoneinfo import ZoneInfo

import pytest

from rules.phones import known_zone, to_e164, zones_for, zones_of_number


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        pytest.param("(212) 555-0142", "US", "+12125550142", id="as people write it"),
        pytest.param("212.555.0142", "US", "+12125550142", id="with dots"),
        pytest.param("+1 212 555 0142", None, "+12125550142", id="with its country"),
        pytest.param("020 7946 0018", "GB", "+442079460018", id="in the clinic's region"),
        pytest.param("+44 7700 900123", "US", "+447700900123", id="from abroad"),
        pytest.param("２１２５５５０１４２", "US", "+12125550142", id="wide digits"),
        pytest.param("555-0142", "US", None, id="without its area code"),
        pytest.param("+1 212 555 01423", "US", None, id="a digit too many"),
        pytest.param("212 555 0142", None, None, id="no country to read it in"),
        pytest.param("20255", "US", None, id="a short code"),
        pytest.param("call my mom", "US", None, id="words"),
        pytest.param("", "US", None, id="nothing"),
    ],
)
def test_a_number_is_written_one_way(text: str, region: str | None, expected: str | None) -> None:
    assert to_e164(text, region) == expected


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        pytest.param("+12125550142", ("America/New_York",), id="a New York number"),
        pytest.param("+442079460018", ("Europe/London",), id="a London number"),
        pytest.param("+18005550199", ("America/New_York", "America/Los_Angeles"), id="toll-free"),
        pytest.param("+15555550100", ("America/New_York", "America/Los_Angeles"), id="unknown area code"),
        pytest.param("20255", (), id="no number"),
    ],
)
def test_a_number_has_the_zones_it_can_be_in(number: str, zones: tuple[str, ...]) -> None:
    assert zones_of_number(number) == zones


def test_a_number_in_a_split_area_has_both_zones() -> None:
    assert len(zones_of_number("+12085550142")) == 2  # Idaho


def test_the_patients_own_zone_is_enough() -> None:
    assert zones_for("America/Phoenix", "America/New_York", "+12125550142") == (ZoneInfo("America/Phoenix"),)


def test_without_it_the_clinic_and_every_zone_of_the_number_count() -> None:
    zones = zones_for(None, "America/New_York", "+442079460018")
    assert zones == (ZoneInfo("America/New_York"), ZoneInfo("Europe/London"))


def test_a_zone_is_named_once() -> None:
    assert zones_for(None, "America/New_York", "+12125550142") == (ZoneInfo("America/New_York"),)


def test_a_number_we_know_nothing_of_leaves_the_clinics_zone() -> None:
    assert zones_for(None, "America/New_York", "20255") == (ZoneInfo("America/New_York"),)


def test_a_zone_that_does_not_exist_counts_as_unknown() -> None:
    zones = zones_for("America/Lakeside", "America/New_York", "+12125550142")
    assert zones == (ZoneInfo("America/New_York"),)


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "America", "../etc/passwd", "America/New_York\0"])
def test_what_is_no_zone_is_none(name: str | None) -> None:
    assert known_zone(name) is None
