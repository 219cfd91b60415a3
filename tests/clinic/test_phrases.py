"""Days, times and lists put into words, in the language of the sentence they stand in."""

from datetime import UTC, date, datetime, time

import pytest

from clinic import phrases
from clinic.phrases import Spoken
from rules.facts import TimeWindow

ZONE = "America/New_York"
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
TODAY_AT_ONE, TOMORROW = datetime(2026, 12, 1, 18, 5, tzinfo=UTC), datetime(2026, 12, 2, 15, tzinfo=UTC)
LONG, SHORT = TimeWindow(time(8), time(17)), TimeWindow(time(8, 30), time(12))

SPOKEN = [
    (phrases.when(TODAY_AT_ONE, ZONE), "Tue Dec 1, 1:05pm", "mar 1 dic, 1:05pm"),
    (phrases.when(TOMORROW, ZONE), "Wed Dec 2, 10:00am", "mié 2 dic, 10:00am"),
    (phrases.short_day(date(2027, 1, 12)), "Jan 12", "12 ene"),
    (phrases.answer_by(TODAY_AT_ONE, ZONE, NOW), "1:05pm", "la 1:05pm"),
    (phrases.answer_by(TOMORROW, ZONE, NOW), "Wed 10:00am", "el mié a las 10:00am"),
    (
        phrases.opening_hours([(0, 3, LONG), (4, 4, SHORT)]),
        "Mon-Thu 8am-5pm, Fri 8:30am-12pm",
        "lun-jue 8am-5pm, vie 8:30am-12pm",
    ),
    (phrases.both(["Ana"]), "Ana", "Ana"),
    (phrases.both(["Ana", "Ben"]), "Ana and Ben", "Ana y Ben"),
    (phrases.both(["Ana", "Ben", "Eva"]), "Ana, Ben and Eva", "Ana, Ben y Eva"),
    (phrases.both(["Ana", "Isabel"]), "Ana and Isabel", "Ana e Isabel"),
    (phrases.both(["Ana", "Hilda"]), "Ana and Hilda", "Ana e Hilda"),
    (phrases.both(["Ana", "Yvette"]), "Ana and Yvette", "Ana e Yvette"),
    (phrases.both(["Ana", "Yolanda"]), "Ana and Yolanda", "Ana y Yolanda"),
    (phrases.both(["Ana", "Ian"]), "Ana and Ian", "Ana y Ian"),
    (phrases.numbered(["Ana", phrases.part("status_you")]), "1) Ana, 2) You're", "1) Ana, 2) Usted"),
    (phrases.ordinal(1), "1st", "1"),
    (phrases.ordinal(2), "2nd", "2"),
    (phrases.ordinal(3), "3rd", "3"),
    (phrases.ordinal(4), "4th", "4"),
    (phrases.ordinal(11), "11th", "11"),
    (phrases.ordinal(21), "21st", "21"),
    (phrases.ordinal(112), "112th", "112"),
]


@pytest.mark.parametrize(("spoken", "english", "spanish"), SPOKEN, ids=[english for _, english, _ in SPOKEN])
def test_it_is_said_in_either_language(spoken: Spoken, english: str, spanish: str) -> None:
    assert (str(spoken), spoken.in_language("es")) == (english, spanish)


def test_what_a_sentence_names_is_said_in_its_language() -> None:
    visit = phrases.part("line_for", when=phrases.when(TODAY_AT_ONE, ZONE), provider="Dr Lee", name="Ana")
    text = phrases.render("which", "es", options=phrases.numbered([phrases.part("cancel_it", line=visit)]))
    assert (
        text == "¿Cuál de ellas? 1) cancelar mar 1 dic, 1:05pm con Dr Lee para Ana. Responda con el número."
    )


def test_a_language_we_do_not_speak_is_said_in_english() -> None:
    assert phrases.render("booked_replaced", "other", day=phrases.short_day(date(2027, 1, 12))) == (
        "Your visit on Jan 12 is released."
    )
