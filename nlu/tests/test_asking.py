"""Which thoughts are put as a question, as a table of labelled texts (asking.yml)."""

from collections.abc import Callable
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from handlers.decide import decide
from nlu.asking import question_in
from nlu.tests.conftest import ZONE
from nlu.tests.lines import line_by_line
from nlu.tests.test_heldout import OFFER
from nlu.understanding import Understanding

TABLE = yaml.safe_load((Path(__file__).parent / "asking.yml").read_text("utf-8"))
CASES = [(text, label) for label in ("asks", "tells") for text in TABLE[label]]
DECIDED = [(text, label) for label, texts in TABLE["decided"].items() for text in texts]


@line_by_line(("text", "label"), CASES)
def test_a_question_is_known_by_its_form(text: str, label: str) -> None:
    assert (question_in(text) is not None) == (label == "asks")


@line_by_line(("text", "label"), DECIDED)
def test_what_a_text_that_asks_comes_to(
    text: str, label: str, reading: Callable[[str], Understanding]
) -> None:
    assert decide(reading(text), (OFFER,), zone=ZONE).kind == label


def test_what_stands_before_a_question_is_told_apart_from_it() -> None:
    assert question_in("I can't get in, how do I reset it") == ("i cant get in", "how do i reset it")


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    question_in(text)
