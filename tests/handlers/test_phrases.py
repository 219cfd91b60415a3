"""Every text the bot can send is short, whatever names stand in it."""

import re
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from clinic import phrases
from clinic.wish_words import in_words
from rules.facts import TimeWindow
from rules.policy import Policy
from rules.segments import affordable, segments
from rules.wishes import Stated
from tests.handlers.sentences import EN, named

CLINIC = "Lakeside"
MORNINGS = TimeWindow(time(0), time(12))
ZONE = "America/New_York"
NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
TUESDAY, WEDNESDAY = datetime(2026, 12, 1, 20, tzinfo=UTC), datetime(2026, 12, 30, 17, 30, tzinfo=UTC)
EVERY_DAY_ANEW = [(day, day, Policy().desk_hours[0]) for day in (0, 2, 4)]


def options(when: datetime, provider: str) -> phrases.Words:
    line = phrases.part("line", when=phrases.when(when, ZONE), provider=provider)
    return phrases.numbered([line, line])


def wishes(weekdays: frozenset[int], provider: str) -> phrases.Words:
    who = UUID(int=1)
    stated = Stated(excluded_weekdays=weekdays, times=(MORNINGS,), provider_id=who)
    return in_words(stated, {who: provider})


def visits(*providers: str) -> phrases.Words:
    at = phrases.clock(WEDNESDAY, ZONE)
    return phrases.both([phrases.part("visit_at_with", at=at, provider=provider) for provider in providers])


USUAL: dict[str, object] = {
    "name": "Maria",
    "provider": "Dr Lee",
    "when": phrases.when(TUESDAY, ZONE),
    "day": phrases.short_day(TUESDAY.date()),
    "by": phrases.answer_by(NOW + timedelta(hours=2), ZONE, NOW),
    "minutes": "30",
    "replaces": phrases.part("replaces", day=phrases.short_day(TUESDAY.date())),
    "clinic": "Lakeside Clinic",
    "phone": "(212) 555-0199",
    "opens": phrases.when(NOW, ZONE),
    "options": options(TUESDAY, "Dr Lee"),
    "emergency": "911",
    "code": "123456",
    "last": "0142",
    "crisis": "988",
    "line": phrases.part("line", when=phrases.when(TUESDAY, ZONE), provider="Dr Lee"),
    "what": phrases.part("visit_on", day=phrases.day(TUESDAY, ZONE)),
    "answer": "Free parking behind the building; the entrance is on Elm Street.",
    "hours": phrases.opening_hours(EVERY_DAY_ANEW),
    "address": "12 Harbor Street, Suite 4, New York",
    "wishes": wishes(frozenset({1}), "Dr Lee"),
    "who": phrases.part("status_you"),
    "place": phrases.ordinal(3),
    "whom": phrases.part("status_whom", provider="Dr Lee"),
    "days": phrases.part("status_days", count=9),
    "count": "3",
    "said": "Merci. Une personne de l'accueil vous répondra ici.",
    "left": phrases.part("offer_still_open", when=phrases.when(TUESDAY, ZONE)),
    "place_kept": phrases.part("place_kept"),
    "visits": visits("Dr Lee", "Dr Okoye"),
    "opening": phrases.part("recovery_late_cancel", name="Maria", when=phrases.when(TUESDAY, ZONE)),
    "link": "https://standby.example/inbox/01a1fad4-5b62-7516-9221-8f35e47ee49b",
}
LONG = USUAL | {
    "name": "Maximiliana-Josephine",
    "provider": "Dr Konstantinopoulos-Fairweather",
    "when": phrases.when(WEDNESDAY, ZONE),
    "day": phrases.short_day(WEDNESDAY.date()),
    "by": phrases.answer_by(WEDNESDAY, ZONE, NOW),
    "replaces": phrases.part("replaces", day=phrases.short_day(WEDNESDAY.date())),
    "clinic": "Lakeside Family Dental and Orthodontics",
    "wishes": wishes(frozenset({0, 2, 4}), "Dr Konstantinopoulos-Fairweather"),
    "what": phrases.part("visit_with", provider="Dr Konstantinopoulos-Fairweather"),
    "answer": "x" * 300,
    "options": options(WEDNESDAY, "Dr Konstantinopoulos"),
    "left": phrases.part("offers_still_open", options=options(WEDNESDAY, "Dr Kim")),
    "visits": visits("Dr Konstantinopoulos", "Dr Fairweather"),
    "opening": phrases.part("recovery_again", name="Maximiliana-Josephine"),
}
FRAGMENTS = (
    "replaces",
    "place_kept",
    "stop_notice",
    "booked_replaced",
    "undo_later_stands",
    "undo_later_gone",
    "joined_noted",
    "visit_for",
    "visit_with",
    "visit_on",
    "visit_then",
    "visit_at_with",
    "offer_still_open",
    "offers_still_open",
    "left",
    "several_of",
    "several_with",
    "line_link",
    "book_it",
    "pass_on_it",
    "confirm_it",
    "change_it",
    "cancel_it",
    "line",
    "line_for",
    "nothing_then",
    "time_gone",
    "times_whose",
    "campaign_first_name",
    "campaign_provider",
    "news_good",
    "recovery_no_show",
    "recovery_late_cancel",
    "recovery_cancelled",
    "recovery_practice_cancel",
    "recovery_again",
    "recovery_last",
    "weekdays",
    "every_weekday",
    "months",
    "date",
    "date_short",
    "hour",
    "hour_one",
    "weekday_at",
    "and",
    "and_before_i",
    "ordinal",
    "ordinal_1",
    "ordinal_2",
    "ordinal_3",
)
"""Parts of other texts: counted with what they are part of."""

PROACTIVE = (
    "offer",
    "offer_held",
    "offer_several",
    "offer_several_held",
    "offer_taken",
    "offer_withdrawn",
    "offer_taken_left",
    "offer_withdrawn_left",
    "visit_cancelled",
    "day_closed",
    "day_closed_times",
    "day_closed_one",
    "visit_moved",
    "approved",
    "approved_replaced",
    "refused",
    "refused_later",
    "reminder",
    "reminder_again",
    "reminder_second",
    "reminder_several",
    "reminder_several_again",
    "recovery_times",
    "recovery_one",
    "recovery_ask",
    "recovery_call",
)
"""Texts that we start: the clinic's name stands in front, and now and then the notice at the end."""

SEVERAL = ("offer_several", "offer_several_held", "offer_several_enrolled")

WITH_TIMES = (
    "day_closed_times",
    "day_closed_one",
    *SEVERAL,
    "offer_taken_left",
    "offer_withdrawn_left",
    "recovery_times",
    "recovery_one",
    "cancel_times",
)
"""What a visit was lost by and other times, or several times to choose from, are too much for one segment."""

WISHES = tuple(phrase for phrase in EN if phrase.startswith("wish_"))
"""Parts of what is said back of a wish."""

NOT_TEXTS = tuple(
    phrase
    for phrase in EN
    if re.match("page_|email_|call_|offer_(several_)?link|offer_call|calendar_|in_full", phrase)
)
"""What stands on a page or in an email, or is spoken in a call, where length costs nothing."""

WHOLE = sorted(set(EN) - set(FRAGMENTS) - set(WISHES) - set(NOT_TEXTS))


def whole(phrase: str, language: str, values: dict[str, object]) -> str:
    """A text as a phone shows it, at its longest."""
    said = phrases.render(phrase, language, **values)
    if phrase in PROACTIVE:
        said = f"{CLINIC}: {said} {phrases.render('stop_notice', language)}"
    return affordable(said)


@pytest.mark.parametrize("phrase", sorted(set(WHOLE) - set(WITH_TIMES)))
def test_a_text_with_usual_names_is_one_segment(phrase: str) -> None:
    text = whole(phrase, "en", USUAL)
    assert segments(text) == 1, f"{len(text)} characters: {text}"


@pytest.mark.parametrize("phrase", sorted(set(WHOLE) - set(SEVERAL)))
def test_a_spanish_text_with_usual_names_keeps_its_accents_in_two_segments(phrase: str) -> None:
    """But for the notice how to opt out, the visit that is replaced and several times to choose from: with them it
    may go without accents."""
    said = phrases.render(phrase, "es", **USUAL | {"replaces": ""})
    text = f"{CLINIC}: {said}" if phrase in PROACTIVE else said
    assert segments(text) <= 2, f"{len(text)} characters: {text}"


@pytest.mark.parametrize("language", phrases.LANGUAGES)
@pytest.mark.parametrize("phrase", WHOLE)
def test_a_text_with_the_longest_names_is_two_segments_at_most(phrase: str, language: str) -> None:
    text = whole(phrase, language, LONG)
    assert segments(text) <= 2, f"{len(text)} characters: {text}"


def test_a_booking_that_releases_a_later_visit_is_one_text_of_one_segment() -> None:
    text = " ".join(phrases.render(phrase, **USUAL) for phrase in ("booked", "booked_replaced"))
    assert segments(text) == 1


def test_the_emergency_text_takes_one_segment_in_spanish_too() -> None:
    assert segments(whole("emergency", "es", USUAL)) == 1


@pytest.mark.parametrize("phrase", WHOLE)
def test_a_sentence_names_only_what_texts_may_carry(phrase: str) -> None:
    assert named(EN[phrase]) <= set(USUAL)
