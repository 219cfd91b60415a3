"""The floor under what strangers write: replies whose writers had seen neither the rules nor the examples."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from handlers.decide import DecisionKind, decide
from nlu.tests.conftest import ZONE
from nlu.tests.examples import every_example
from nlu.tests.test_heldout import OFFER
from nlu.understanding import Understanding
from nlu.words import plain

Read = Callable[[str], Understanding]

REPLIES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "strangers.yml").read_text("utf-8"))

ALMOST_YESES: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "almost_yeses.yml").read_text("utf-8")
)

FLOORS = {
    DecisionKind.ACCEPT: 0.94,
    DecisionKind.DECLINE: 0.92,
    DecisionKind.COUNTER: 0.92,
    DecisionKind.QUESTION: 0.9,
    DecisionKind.STOP: 0.99,
    DecisionKind.HUMAN: 0.97,
    DecisionKind.EMERGENCY: 1.0,
}
"""The least share of a group that is decided as what it is. They move up, never down."""

ALARMS = (DecisionKind.STOP, DecisionKind.EMERGENCY)


def decided(group: str, read: Read) -> dict[str, set[DecisionKind]]:
    """All that is decided on each text of a group."""
    found = {text: decide(read(text), (OFFER,), zone=ZONE) for text in REPLIES[group]}
    return {text: {one.kind, *(other.kind for other in one.also)} for text, one in found.items()}


@pytest.mark.parametrize(("kind", "least"), FLOORS.items())
def test_what_strangers_mean_is_mostly_heard(kind: DecisionKind, least: float, reading: Read) -> None:
    missed = {text: kinds for text, kinds in decided(kind, reading).items() if kind not in kinds}
    assert len(missed) <= (1 - least) * len(REPLIES[kind]), missed


def test_hardly_any_yes_of_a_stranger_is_lost(reading: Read) -> None:
    either = {DecisionKind.ACCEPT, DecisionKind.CHECK}
    lost = [text for text, kinds in decided("accept", reading).items() if not kinds & either]
    assert len(lost) <= 0.02 * len(REPLIES["accept"]), lost


@pytest.mark.parametrize("group", ["decline", "counter", "question", "none_of_these", "stop", "emergency"])
def test_nothing_is_booked_on_what_is_no_yes(group: str, reading: Read) -> None:
    assert [text for text, kinds in decided(group, reading).items() if DecisionKind.ACCEPT in kinds] == []


def test_hardly_anything_that_only_sounds_like_a_yes_is_booked(reading: Read) -> None:
    """A plain yes and a question beside it are booked and answered; nothing else here should be."""
    texts = [text for group, texts in ALMOST_YESES.items() if group != "question" for text in texts]
    booked = [
        text for text in texts if decide(reading(text), (OFFER,), zone=ZONE).kind is DecisionKind.ACCEPT
    ]
    assert len(booked) <= 0.006 * len(texts), booked


def test_everyday_texts_raise_no_alarm(reading: Read) -> None:
    raised = [text for text, kinds in decided("everyday", reading).items() if kinds & {*ALARMS}]
    assert raised == []


def test_none_of_them_is_trained_on() -> None:
    trained = {plain(example) for told in every_example().values() for example in told}
    texts = [text for group in REPLIES.values() for text in group]
    assert [text for text in texts if plain(text) in trained and len(text.split()) > 4] == []
