"""Every sentence the bot can say: used, complete, short, and in the cheap alphabet."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

from clinic import phrases
from rules.segments import is_gsm7, segments

ROOT = Path(__file__).parents[2]
CODE = ("clinic", "handlers", "bot", "jobs")
SENTENCES: dict[str, str] = yaml.safe_load((ROOT / "clinic/phrases.en.yml").read_text(encoding="utf-8"))

CLINIC = "Lakeside"
USUAL = {
    "name": "Maria",
    "provider": "Dr Lee",
    "when": "Tue Dec 1, 3:00pm",
    "day": "Jan 12",
    "by": "11:40am",
    "minutes": "30",
    "replaces": " (replaces Jan 12)",
    "clinic": "Lakeside Clinic",
    "phone": "(212) 555-0199",
    "opens": "Mon Nov 30, 8:00am",
    "options": "1) Tue Dec 1, 3:00pm Dr Lee, 2) Wed Dec 2, 9:30am Dr Lee",
    "emergency": "911",
    "crisis": "988",
    "line": "Tue Dec 1, 3:00pm Dr Lee",
    "what": "on Wed Dec 2",
    "answer": "Free parking behind the building; the entrance is on Elm Street.",
    "hours": "Mon-Thu 8am-5pm, Fri 8am-12pm",
    "address": "12 Harbor Street, Suite 4, New York",
    "wishes": "no Tuesdays, mornings only, Dr Lee if possible",
    "who": "You're",
    "place": "3rd",
    "whom": " for Dr Lee",
    "days": "9 days",
    "count": "3",
    "said": "Merci. Une personne de l'accueil vous répondra ici.",
    "link": "https://standby.example/inbox/01a1fad4-5b62-7516-9221-8f35e47ee49b",
}
LONG = USUAL | {
    "name": "Maximiliana-Josephine",
    "provider": "Dr Konstantinopoulos-Fairweather",
    "when": "Wed Dec 30, 12:30pm",
    "day": "Dec 30",
    "by": "Wed 12:30pm",
    "replaces": " (replaces Dec 30)",
    "clinic": "Lakeside Family Dental and Orthodontics",
    "wishes": "Mondays, Wednesdays and Fridays only, Dr Konstantinopoulos-Fairweather if possible",
    "what": "with Dr Konstantinopoulos-Fairweather",
    "answer": "x" * 300,
    "options": ", ".join(f"{n}) Wed Dec 30, 12:30pm Dr Konstantinopoulos" for n in (1, 2)),
}
FRAGMENTS = (
    "replaces",
    "stop_notice",
    "booked_replaced",
    "undo_later_stands",
    "undo_later_gone",
    "joined_noted",
    "visit_for",
    "visit_with",
    "visit_on",
    "visit_then",
    "offer_still_open",
    "book_it",
    "pass_on_it",
    "confirm_it",
    "change_it",
    "cancel_it",
)
"""Parts of other texts: counted with what they are part of."""

PROACTIVE = (
    "offer",
    "offer_held",
    "offer_taken",
    "offer_withdrawn",
    "visit_cancelled",
    "day_closed",
    "approved",
    "approved_replaced",
    "refused",
    "refused_later",
    "reminder",
    "reminder_again",
)
"""Texts that we start: the clinic's name stands in front, and now and then the notice at the end."""

WISHES = tuple(phrase for phrase in SENTENCES if phrase.startswith("wish_"))
"""Parts of what is said back of a wish."""

WHOLE = sorted(set(SENTENCES) - set(FRAGMENTS) - set(WISHES))


def whole(phrase: str, values: dict[str, str]) -> str:
    """A text as a phone shows it, at its longest."""
    said = phrases.render(phrase, **values)
    if phrase in PROACTIVE:
        return f"{CLINIC}: {said} {phrases.render('stop_notice')}"
    return said


@pytest.mark.parametrize("phrase", WHOLE)
def test_a_text_with_usual_names_is_one_segment(phrase: str) -> None:
    text = whole(phrase, USUAL)
    assert segments(text) == 1, f"{len(text)} characters: {text}"


@pytest.mark.parametrize("phrase", WHOLE)
def test_a_text_with_the_longest_names_is_two_segments_at_most(phrase: str) -> None:
    text = whole(phrase, LONG)
    assert segments(text) <= 2, f"{len(text)} characters: {text}"


def test_a_booking_that_releases_a_later_visit_is_one_text_of_one_segment() -> None:
    text = " ".join(phrases.render(phrase, **USUAL) for phrase in ("booked", "booked_replaced"))
    assert segments(text) == 1


@pytest.mark.parametrize("phrase", sorted(SENTENCES))
def test_a_sentence_needs_no_dear_letters(phrase: str) -> None:
    assert is_gsm7(SENTENCES[phrase])


@pytest.mark.parametrize("phrase", sorted(SENTENCES))
def test_a_sentence_is_one_tidy_line(phrase: str) -> None:
    assert not re.search(r"\s\s|\n|\s$", SENTENCES[phrase])


@pytest.mark.parametrize("phrase", sorted(SENTENCES))
def test_a_sentence_names_only_what_texts_may_carry(phrase: str) -> None:
    named = {field for _, field, _, _ in Formatter().parse(SENTENCES[phrase]) if field is not None}
    assert named <= set(USUAL)


def test_every_sentence_is_used_and_every_used_one_is_there() -> None:
    assert set(_used()) == set(SENTENCES)


@pytest.mark.parametrize("word", ["CANCEL", "END", "QUIT"])
def test_no_sentence_invites_a_word_the_carrier_takes_for_stop(word: str) -> None:
    assert not [phrase for phrase, sentence in SENTENCES.items() if re.search(rf"\b{word}\b", sentence)]


def _used() -> Iterator[str]:
    """The phrases named in the code: of those called by `by_desk_hours`, the one for a closed desk too."""
    for package in CODE:
        for path in (ROOT / package).rglob("*.py"):
            if "demo" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield from _named_in(node)
                elif isinstance(node, ast.Assign) and [_name(each) for each in node.targets] == ["phrase"]:
                    yield from _texts(node.value)


def _named_in(call: ast.Call) -> Iterator[str]:
    place = {"Reply": 0, "Deed": 0, "render": 0, "by_desk_hours": 1, "say": 2, "_say": -1, "close": 3}.get(
        _name(call.func)
    )
    given = [keyword.value for keyword in call.keywords if keyword.arg == "phrase"]
    if place is not None and -1 <= place < len(call.args):
        given.append(call.args[place])
    for phrase in (text for node in given for text in _texts(node)):
        yield phrase
        if _name(call.func) == "by_desk_hours":
            yield f"{phrase}_closed"


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts an argument can be: itself, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


OTHERS: dict[str, str] = yaml.safe_load((ROOT / "clinic/phrases.others.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_in_another_language_names_the_emergency_number_and_is_two_segments_at_most(
    language: str,
) -> None:
    text = phrases.in_any_language(language, emergency="911")
    assert ("911" in text, segments(text) <= 2) == (True, True)


def test_whoever_writes_in_a_language_without_a_sentence_reads_the_english_one() -> None:
    assert phrases.in_any_language("sw", emergency="911") == OTHERS["en"].format(emergency="911")
