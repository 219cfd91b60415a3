"""Campaigns: what a text may name, how a campaign moves, when it may text and when it stops."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from rules.campaign_hours import legal_hours, next_span
from rules.campaigns import (
    Audience,
    BadText,
    LastSends,
    Window,
    about_the_same,
    check_text,
    cost_cents,
    language_in,
    may_become,
    merged,
    named_in,
    stops_because,
)
from rules.hours import Hours
from rules.states import CampaignState

NEW_YORK, DENVER = ZoneInfo("America/New_York"), ZoneInfo("America/Denver")
DEFAULTS = {"first_name": "there", "provider": "your provider"}


def test_the_fields_of_a_text_are_found() -> None:
    assert named_in("Hi {first_name}, {clinic} misses you") == {"first_name", "clinic"}


@pytest.mark.parametrize("field", ["type", "stage", "reason", "last_name", "first_name.x", ""])
def test_a_field_that_may_not_be_named_is_refused_by_name(field: str) -> None:
    with pytest.raises(BadText, match=rf"\{{{field}\}} cannot be filled in"):
        named_in(f"Hi {{{field}}}")


@pytest.mark.parametrize("body", ["Hi {first_name", "Hi first_name}", "Hi {first_name!r}", "Hi {phone:>30}"])
def test_a_field_written_otherwise_is_refused(body: str) -> None:
    with pytest.raises(BadText):
        named_in(body)


def test_a_link_is_wanted_where_one_is_named() -> None:
    with pytest.raises(BadText, match="no link"):
        check_text("Book at {link}", link="")


@pytest.mark.parametrize("body", ["", "  ", "x" * 500])
def test_an_empty_or_endless_text_is_refused(body: str) -> None:
    with pytest.raises(BadText):
        check_text(body, link="")


def test_what_is_not_known_of_a_patient_has_a_safe_word() -> None:
    said = merged(
        "Hi {first_name}, {provider} at {clinic}", {"first_name": "", "clinic": "Lakeside"}, DEFAULTS
    )
    assert said == "Hi there, your provider at Lakeside"


def test_a_name_with_braces_is_only_a_name() -> None:
    assert merged("Hi {first_name}", {"first_name": "{phone}"}, DEFAULTS) == "Hi {phone}"


def test_a_text_is_in_the_patients_language_or_the_clinics() -> None:
    texts = {"en": "Hello", "es": "Hola"}
    assert [language_in(texts, each, "en") for each in ("es", "en", "fr")] == ["es", "en", "en"]
    assert language_in({"es": "Hola"}, "fr", "en") == "es"


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ("draft", "active", True),
        ("draft", "paused", False),
        ("scheduled", "active", True),
        ("active", "paused", True),
        ("active", "draft", False),
        ("paused", "active", True),
        ("paused", "completed", False),
        ("completed", "active", False),
        ("cancelled", "active", False),
    ],
)
def test_a_campaign_moves_as_the_table_says(before: str, after: str, may: bool) -> None:
    assert may_become(CampaignState(before), CampaignState(after)) is may


@pytest.mark.parametrize(("confirmed", "now", "same"), [(10, 15, True), (10, 16, False), (1000, 1020, True)])
def test_a_launch_is_asked_again_when_many_more_would_get_it(confirmed: int, now: int, same: bool) -> None:
    assert about_the_same(confirmed, now) is same


def test_the_cost_is_rounded_up_to_a_cent() -> None:
    assert (cost_cents((3, 1.1)), cost_cents((10, 1.1)), cost_cents((0, 1.1))) == (4, 11, 0)
    assert cost_cents((3, 1.1), (2, 0.6)) == 5


@pytest.mark.parametrize(
    ("opted_out", "failed", "stops"), [(6, 20, False), (7, 0, True), (0, 21, True), (0, 0, False)]
)
def test_a_campaign_stops_by_itself(opted_out: int, failed: int, stops: bool) -> None:
    assert (stops_because(LastSends(opted_out, failed)) is not None) is stops


def test_the_usual_audience_has_not_been_here_for_ninety_days() -> None:
    assert Audience().not_seen_days == 90


def test_an_audience_nobody_can_be_in_is_refused() -> None:
    with pytest.raises(ValidationError):
        Audience(age_from=40, age_until=30)


@pytest.mark.parametrize(
    "given", [{"weekdays": []}, {"weekdays": [7]}, {"from_time": time(18), "until_time": time(10)}]
)
def test_a_window_that_never_opens_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Window.model_validate(given)


# When it may text


def hours(*zones: ZoneInfo) -> Hours:
    return Hours(time(9), time(20), zones or (NEW_YORK,))


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_inside_the_window_it_may_go_now_until_its_end() -> None:
    span = next_span(at("2026-11-30 12:00"), Window(), hours(), "NY")
    assert span is not None
    assert (span.start, span.end) == (at("2026-11-30 12:00"), at("2026-11-30 18:00"))


def test_before_and_after_it_goes_when_the_window_opens() -> None:
    for now, opens in (("2026-11-30 08:00", "2026-11-30 10:00"), ("2026-11-30 18:00", "2026-12-01 10:00")):
        span = next_span(at(now), Window(), hours(), "NY")
        assert span is not None
        assert span.start == at(opens)


def test_a_weekend_is_waited_out() -> None:
    span = next_span(at("2026-11-28 12:00"), Window(), hours(), "NY")
    assert span is not None
    assert span.start == at("2026-11-30 10:00")


def test_the_patients_zone_counts() -> None:
    span = next_span(at("2026-11-30 10:00"), Window(), hours(DENVER), "CO")
    assert span is not None
    assert span.start == at("2026-11-30 10:00", DENVER)


def test_of_two_zones_both_have_to_allow_it() -> None:
    span = next_span(at("2026-11-30 10:00"), Window(), hours(NEW_YORK, DENVER), "NY")
    assert span is not None
    assert (span.start, span.end) == (at("2026-11-30 10:00", DENVER), at("2026-11-30 18:00"))


def test_a_sunday_in_texas_begins_at_noon() -> None:
    sundays = Window(weekdays=(6,))
    span = next_span(at("2026-11-29 09:00"), sundays, hours(), "TX")
    assert span is not None
    assert span.start == at("2026-11-29 12:00")


def test_where_the_state_is_not_known_the_strictest_hours_hold() -> None:
    assert (legal_hours(None, 0), legal_hours(None, 6)) == ((time(9), time(18)), (time(12), time(17)))


def test_a_window_outside_what_is_allowed_never_opens() -> None:
    evenings = Window(from_time=time(18), until_time=time(22))
    assert next_span(at("2026-11-30 12:00"), evenings, hours(), None) is None
