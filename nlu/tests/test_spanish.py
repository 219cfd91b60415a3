"""Times and standing wishes in Spanish, as tables of labelled cases, and how they are said in English."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.language import language_of
from nlu.pauses import paused_until
from nlu.reading import read
from nlu.spanish import in_english, in_their_words
from nlu.tests.conftest import NOW, ZONE
from nlu.tests.examples import examples
from nlu.tests.test_pauses import NotNow
from nlu.tests.test_preferences import label as wishes
from nlu.tests.test_preferences import stated
from nlu.tests.test_times import found
from nlu.times import find_times
from nlu.words import LISTS

HERE = Path(__file__).parent
TIMES: dict[str, list[str]] = yaml.safe_load((HERE / "times_es.yml").read_text(encoding="utf-8"))
WISHES: dict[str, str] = yaml.safe_load((HERE / "preferences_es.yml").read_text(encoding="utf-8"))


def test_times_are_found_and_placed() -> None:
    assert {text: found(text) for text in TIMES if found(text) != TIMES[text]} == {}


def test_standing_wishes_are_read() -> None:
    read = {text: wishes(stated(text)) for text in WISHES}
    assert {text: each for text, each in read.items() if each != WISHES[text]} == {}


def test_the_tables_are_large_enough() -> None:
    assert len(TIMES) >= 250
    assert sum(any(span.startswith("not ") for span in spans) for spans in TIMES.values()) >= 100
    assert len(WISHES) >= 100


def test_no_phrase_stands_twice_in_the_book() -> None:
    book = (LISTS / "es" / "times.yml").read_text(encoding="utf-8")
    entries = re.findall(r"^  '(.*?)':", book[book.index("\nphrases:") : book.index("\nafter:")], re.M)
    assert len(entries) == len(set(entries))


@pytest.mark.parametrize(
    "text",
    [
        "once a week",
        "once we talked i booked",
        "a las vegas trip",
        "el paso on may 3",
        "sol is fine with 3",
        "mar 3",
        "come at 2",
        "i fly solo tuesday",
        "dr domingo at 3",
        "mayo clinic",
        "ask julio on monday",
        "see a doctor",
        "no tuesday",
    ],
)
def test_english_stays_as_it_is(text: str) -> None:
    assert in_english(text) == text


def test_no_english_example_of_ours_is_changed() -> None:
    told = [text for group in examples().values() for text in group if language_of(text) != "es"]
    assert [text for text in told if in_english(text) != text] == []


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    in_english(text)


SPANISH = (
    "el martes", "mañana", "por la tarde", "no puedo", "a las 3 y media", "los lunes", "me queda mejor",
    "el 3 de diciembre", "después de las 5", "cualquier día menos", "la semana que viene", "tuesday", "at 3",
)  # fmt: skip


@given(st.lists(st.sampled_from(SPANISH), min_size=1, max_size=6))
def test_what_is_said_in_english_once_stays_so(said: list[str]) -> None:
    once = in_english(" ".join(said))
    assert in_english(once) == once


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("no puedo el martes por la tarde", ["el martes por la tarde"]),
        ("El Miércoles a las 3 y media por favor", ["El Miércoles a las 3 y media"]),
        ("los lunes no, los martes sí", ["lunes", "martes"]),
        ("yes, el 3 de diciembre or friday", ["el 3 de diciembre", "friday"]),
        ("entre las 2 y las 4", ["las 2 y las 4"]),
        ("tuesday at 3", ["tuesday 3"]),
    ],
)
def test_a_time_keeps_the_patients_own_words(text: str, own: list[str]) -> None:
    spans = in_their_words(text, find_times(text, now=NOW, zone=ZONE))
    assert [span.text for span in spans] == own


def test_words_of_a_spanish_time_are_not_unknown() -> None:
    assert read("yes el miércoles a las 3 y media", NotNow(), now=NOW, zone=ZONE).signals.unknown == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("no hasta enero", "2027-01-01"),
        ("no antes del 5 de enero", "2027-01-05"),
        ("esta semana no", "2026-11-30"),
        ("hoy no", "2026-11-28"),
        ("dentro de dos semanas", "2026-12-11"),
        ("dame 10 días", "2026-12-07"),
        ("la próxima semana no puedo", "2026-12-07"),
        ("pausa hasta el 5", "2026-12-05"),
    ],
)
def test_they_may_be_asked_again_from(text: str, day: str) -> None:
    assert str(paused_until(read(text, NotNow(), now=NOW, zone=ZONE), NOW)) == day
