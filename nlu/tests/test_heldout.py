"""The floor under understanding: our own held-out replies, read by the trained model and decided.

English and Spanish ones run through the same tests.

The offer they answer: Tuesday December 1, 3:00pm, with Dr Lee. Floors move up, never down.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
import yaml

from handlers.decide import Awaited, DecisionKind, decide
from nlu.tests.conftest import NOW, ZONE
from nlu.tests.examples import every_example
from nlu.understanding import Intent, Understanding
from nlu.words import plain
from rules.states import PromptKind

Read = Callable[[str], Understanding]

OFFER = Awaited(
    PromptKind.OFFER,
    UUID(int=1),
    UUID(int=2),
    asked_at=NOW,
    start=datetime(2026, 12, 1, 15, 0, tzinfo=ZONE),
    minutes=30,
    provider="Dr Lee",
)
FLOORS = {
    Intent.NOT_NOW: 0.8,
    Intent.UNDO: 0.8,
    Intent.PREFERENCES: 0.9,
    Intent.RESCHEDULE: 0.8,
    Intent.BOOK: 0.9,
    Intent.STATUS: 0.8,
    Intent.EARLIER: 0.9,
    Intent.LEAVE_LIST: 0.9,
    Intent.FEWER_TEXTS: 0.9,
    Intent.NO_OFFERS: 0.9,
    Intent.ARRIVED: 0.9,
    Intent.LATE: 0.9,
    Intent.LEAVING: 0.8,
    Intent.CONFIRM: 0.8,
    Intent.GREETING: 0.8,
    Intent.THANKS: 0.9,
    Intent.COMPLAINT: 0.85,
    Intent.OUT_OF_SCOPE: 0.8,
    Intent.STOP: 0.85,
    Intent.START: 0.9,
    Intent.HELP: 0.9,
    Intent.EMERGENCY: 0.95,
    Intent.WRONG_NUMBER: 0.85,
}
"""The least share of the texts of a group, named for what they are about, that are read as that."""

YESES = ("accept", "accept_and_question")
DECIDED = {
    "accept": (DecisionKind.ACCEPT, 0.93),
    "accept_and_question": (DecisionKind.ACCEPT, 0.9),
    "decline": (DecisionKind.DECLINE, 0.94),
    "counter": (DecisionKind.COUNTER, 0.89),
    "question": (DecisionKind.QUESTION, 0.95),
    "cancel": (DecisionKind.CANCEL, 0.9),
    "human": (DecisionKind.HUMAN, 0.95),
}
"""The same for groups that answer the offer, by what is decided."""

FILES = {"en": "heldout.yml", "es": "heldout_es.yml"}
IN_SPANISH = {"question": 0.93}
"""Where the floor of a group of Spanish replies is another one."""


@cache
def heldout(language: str) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / FILES[language]).read_text())
    return loaded


def decisions(language: str, group: str, reading: Read) -> dict[str, DecisionKind]:
    return {text: decide(reading(text), (OFFER,), zone=ZONE).kind for text in heldout(language)[group]}


def floor(language: str, group: str, least: float) -> float:
    return least if language == "en" else IN_SPANISH.get(group, least)


def missed(found: dict[str, DecisionKind], *wanted: DecisionKind) -> dict[str, DecisionKind]:
    return {text: kind for text, kind in found.items() if kind not in wanted}


def share(found: dict[str, DecisionKind], *wanted: DecisionKind) -> float:
    return sum(kind in wanted for kind in found.values()) / len(found)


@pytest.mark.parametrize("language", FILES)
def test_of_all_that_is_no_plain_yes_nothing_is_booked(language: str, reading: Read) -> None:
    others = [group for group in heldout(language) if group not in (*YESES, Intent.CONFIRM)]
    found = {text: kind for group in others for text, kind in decisions(language, group, reading).items()}
    booked = [text for text, kind in found.items() if kind is DecisionKind.ACCEPT]
    assert share(found, DecisionKind.ACCEPT) == 0, booked


@pytest.mark.parametrize("language", FILES)
@pytest.mark.parametrize("group", YESES)
def test_hardly_any_yes_is_read_as_something_else(language: str, group: str, reading: Read) -> None:
    found = decisions(language, group, reading)
    either = (DecisionKind.ACCEPT, DecisionKind.CHECK)
    assert share(found, *either) >= 0.98, missed(found, *either)


@pytest.mark.parametrize("language", FILES)
@pytest.mark.parametrize("group", DECIDED)
def test_an_answer_is_mostly_decided_as_what_it_is(language: str, group: str, reading: Read) -> None:
    kind, least = DECIDED[group]
    found = decisions(language, group, reading)
    assert share(found, kind) >= floor(language, group, least), missed(found, kind)


@pytest.mark.parametrize("language", FILES)
@pytest.mark.parametrize(("topic", "least"), FLOORS.items())
def test_a_topic_is_mostly_read_as_that_topic(
    language: str, topic: Intent, least: float, reading: Read
) -> None:
    found = {text: reading(text).intent for text in heldout(language)[topic]}
    wrong = {text: got for text, got in found.items() if got is not topic}
    assert 1 - len(wrong) / len(found) >= floor(language, topic, least), wrong


@pytest.mark.parametrize("language", FILES)
def test_every_group_of_held_out_replies_is_measured(language: str) -> None:
    assert {*DECIDED, "other", *FLOORS} == set(heldout(language))


@pytest.mark.parametrize("language", FILES)
def test_there_are_enough_held_out_replies(language: str) -> None:
    assert {group: len(texts) for group, texts in heldout(language).items() if len(texts) < 8} == {}


@pytest.mark.parametrize("language", FILES)
def test_no_held_out_reply_of_more_than_three_words_is_a_training_example(language: str) -> None:
    trained = {plain(example) for told in every_example().values() for example in told}
    ours = [text for texts in heldout(language).values() for text in texts if len(text.split()) > 3]
    assert [text for text in ours if plain(text) in trained] == []
