"""Fresh wordings of what must never be missed, and of what only sounds like it, decided as the bot would."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from handlers.decide import Awaited, DecisionKind, decide
from nlu.tests.conftest import NOW, ZONE
from nlu.tests.examples import every_example
from nlu.tests.test_heldout import OFFER
from nlu.times import find_times
from nlu.understanding import Understanding
from nlu.words import plain

TABLE = yaml.load((Path(__file__).parent / "wordings.yml").read_text("utf-8"), yaml.CBaseLoader)
"""Read as plain strings: `no` alone is a text, not a truth value."""

CAUGHT = {"stop": 0.985, "emergency": 0.985, "human": 0.945}
"""The least share that is caught, whether an offer is out or nothing is."""

TAKEN_FOR_ONE = {"stop": 0.02, "emergency": 0.02, "human": 0.16}
"""The greatest share of look-alikes that is taken for one. Each is as close as could be thought of: of other texts
it is far less. A person too many reads what was no call for one; nothing is lost by it."""

POLARITY = 0.965


def _named(
    read: Callable[[str], Understanding], group: str, kind: DecisionKind, *awaited: Awaited
) -> list[str]:
    """The texts of a group in which this is read."""
    return [
        text
        for text in TABLE[group]
        for decision in [decide(read(text), awaited, zone=ZONE)]
        if kind in (decision.kind, *(other.kind for other in decision.also))
    ]


@pytest.mark.parametrize("awaited", [(), (OFFER,)], ids=["nothing is asked", "an offer is out"])
@pytest.mark.parametrize("kind", CAUGHT)
def test_what_is_meant_is_caught(
    reading: Callable[[str], Understanding], kind: str, awaited: tuple[Awaited, ...]
) -> None:
    caught = _named(reading, kind, DecisionKind(kind), *awaited)
    missed = [text for text in TABLE[kind] if text not in caught]
    assert len(caught) >= CAUGHT[kind] * len(TABLE[kind]), missed


@pytest.mark.parametrize("kind", TAKEN_FOR_ONE)
def test_what_only_sounds_like_it_is_left_alone(reading: Callable[[str], Understanding], kind: str) -> None:
    taken = _named(reading, f"no_{kind}", DecisionKind(kind))
    assert len(taken) <= TAKEN_FOR_ONE[kind] * len(TABLE[f"no_{kind}"]), taken


def test_what_is_ruled_out_is_told_from_what_is_wished_for() -> None:
    signs = {
        text: "".join("-" if span.excluded else "+" for span in find_times(text, now=NOW, zone=ZONE))
        for text in TABLE["polarity"]
    }
    wrong = {text: (sign, signs[text]) for text, sign in TABLE["polarity"].items() if signs[text] != sign}
    assert len(wrong) <= (1 - POLARITY) * len(signs), wrong


def test_none_of_them_is_trained_on() -> None:
    trained = {plain(example) for told in every_example().values() for example in told}
    texts = [text for name, group in TABLE.items() if name != "polarity" for text in group]
    # Two people may well both write "quit texting me"; nobody comes upon the same longer sentence.
    assert [text for text in texts if plain(text) in trained and len(text.split()) > 4] == []
