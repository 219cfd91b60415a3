"""The floor under understanding: our own held-out replies, read by the real trained model and decided.

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
from nlu.signals import words_of_examples
from nlu.tests.conftest import NOW, ZONE
from nlu.understanding import Understanding
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
NEVER_BOOKED = [
    text
    for group, texts in yaml.safe_load((Path(__file__).parent / "heldout.yml").read_text()).items()
    for text in texts
    if group != "accept"
]


@cache
def heldout() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "heldout.yml").read_text())
    return loaded


def decisions(group: str, reading: Read) -> dict[str, DecisionKind]:
    return {text: decide(reading(text), (OFFER,), zone=ZONE).kind for text in heldout()[group]}


def share(found: dict[str, DecisionKind], *wanted: DecisionKind) -> float:
    return sum(kind in wanted for kind in found.values()) / len(found)


@pytest.mark.parametrize("text", NEVER_BOOKED)
def test_what_is_no_plain_yes_never_books(text: str, reading: Read) -> None:
    assert decide(reading(text), (OFFER,), zone=ZONE).kind is not DecisionKind.ACCEPT


def test_most_yeses_are_booked_without_asking(reading: Read) -> None:
    assert share(decisions("accept", reading), DecisionKind.ACCEPT) >= 0.9


def test_no_yes_is_read_as_something_else(reading: Read) -> None:
    assert share(decisions("accept", reading), DecisionKind.ACCEPT, DecisionKind.CHECK) >= 0.98


@pytest.mark.parametrize(
    ("group", "kind", "least"),
    [
        ("decline", DecisionKind.DECLINE, 0.9),
        ("counter", DecisionKind.COUNTER, 0.75),
        ("question", DecisionKind.QUESTION, 0.75),
        ("cancel", DecisionKind.CANCEL, 0.9),
        ("human", DecisionKind.HUMAN, 0.9),
    ],
)
def test_the_rest_is_mostly_read_as_what_it_is(
    group: str, kind: DecisionKind, least: float, reading: Read
) -> None:
    found = decisions(group, reading)
    assert share(found, kind) >= least, {text: got for text, got in found.items() if got is not kind}


def test_there_are_enough_held_out_replies() -> None:
    assert sum(len(texts) for texts in heldout().values()) >= 150


def test_no_held_out_reply_of_more_than_three_words_is_a_training_example() -> None:
    data = Path(__file__).parents[1] / "data"
    trained = {
        plain(line.removeprefix("    - "))
        for file in data.glob("*.yml")
        for line in file.read_text().splitlines()
    }
    ours = [text for texts in heldout().values() for text in texts if len(text.split()) > 3]
    assert [text for text in ours if plain(text) in trained] == []


def test_every_topic_has_enough_examples() -> None:
    data = Path(__file__).parents[1] / "data"
    counts = {file.stem: file.read_text().count("\n    - ") for file in data.glob("*.yml")}
    assert {topic: count for topic, count in counts.items() if count < 80} == {}


def test_examples_are_read_word_by_word() -> None:
    assert {"yes", "book", "please"} <= words_of_examples("accept")
