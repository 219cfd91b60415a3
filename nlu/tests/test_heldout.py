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
from nlu.tests.conftest import NOW, ZONE
from nlu.tests.examples import examples
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
YESES = ("accept", "accept_and_question")
ANSWERS = (*YESES, "decline", "counter", "question", "cancel", "human", "other")
"""Groups that answer the offer. Every other group is named for the topic its texts are about."""
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
    Intent.THANKS: 0.9,
    Intent.COMPLAINT: 0.85,
    Intent.OUT_OF_SCOPE: 0.8,
    Intent.STOP: 0.85,
    Intent.START: 0.9,
    Intent.HELP: 0.9,
    Intent.EMERGENCY: 0.95,
    Intent.WRONG_NUMBER: 0.85,
}


@cache
def heldout() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "heldout.yml").read_text())
    return loaded


def decisions(group: str, reading: Read) -> dict[str, DecisionKind]:
    return {text: decide(reading(text), (OFFER,), zone=ZONE).kind for text in heldout()[group]}


def missed(found: dict[str, DecisionKind], *wanted: DecisionKind) -> dict[str, DecisionKind]:
    return {text: kind for text, kind in found.items() if kind not in wanted}


def share(found: dict[str, DecisionKind], *wanted: DecisionKind) -> float:
    return sum(kind in wanted for kind in found.values()) / len(found)


def test_of_all_that_is_no_plain_yes_nothing_is_booked(reading: Read) -> None:
    found = {
        text: kind
        for group in heldout()
        if group not in YESES
        for text, kind in decisions(group, reading).items()
    }
    booked = [text for text, kind in found.items() if kind is DecisionKind.ACCEPT]
    assert share(found, DecisionKind.ACCEPT) == 0, booked


@pytest.mark.parametrize(("group", "least"), [("accept", 0.91), ("accept_and_question", 0.9)])
def test_most_yeses_are_booked_without_asking(group: str, least: float, reading: Read) -> None:
    found = decisions(group, reading)
    assert share(found, DecisionKind.ACCEPT) >= least, missed(found, DecisionKind.ACCEPT)


@pytest.mark.parametrize("group", YESES)
def test_hardly_any_yes_is_read_as_something_else(group: str, reading: Read) -> None:
    found = decisions(group, reading)
    either = (DecisionKind.ACCEPT, DecisionKind.CHECK)
    assert share(found, *either) >= 0.99, missed(found, *either)


@pytest.mark.parametrize(
    ("group", "kind", "least"),
    [
        ("decline", DecisionKind.DECLINE, 0.92),
        ("counter", DecisionKind.COUNTER, 0.88),
        ("question", DecisionKind.QUESTION, 0.95),
        ("cancel", DecisionKind.CANCEL, 0.9),
        ("human", DecisionKind.HUMAN, 0.95),
    ],
)
def test_the_rest_is_mostly_read_as_what_it_is(
    group: str, kind: DecisionKind, least: float, reading: Read
) -> None:
    found = decisions(group, reading)
    assert share(found, kind) >= least, missed(found, kind)


@pytest.mark.parametrize(("topic", "least"), FLOORS.items())
def test_a_topic_is_mostly_read_as_that_topic(topic: Intent, least: float, reading: Read) -> None:
    found = {text: reading(text).intent for text in heldout()[topic]}
    wrong = {text: got for text, got in found.items() if got is not topic}
    assert 1 - len(wrong) / len(found) >= least, wrong


def test_every_group_of_held_out_replies_is_measured() -> None:
    assert {*ANSWERS, *FLOORS} == set(heldout())


def test_there_are_enough_held_out_replies() -> None:
    assert {group: len(texts) for group, texts in heldout().items() if len(texts) < 10} == {}


def test_no_held_out_reply_of_more_than_three_words_is_a_training_example() -> None:
    trained = {plain(example) for told in examples().values() for example in told}
    ours = [text for texts in heldout().values() for text in texts if len(text.split()) > 3]
    assert [text for text in ours if plain(text) in trained] == []
