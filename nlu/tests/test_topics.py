"""What questions are about, as a table of labelled words (topics.yml)."""

from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.tests.lines import line_by_line
from nlu.topics import asks_about_the_wait, topic

TABLE: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "topics.yml").read_text())
CASES = [(text, label) for label, texts in TABLE.items() for text in texts]


@line_by_line(("text", "label"), CASES)
def test_a_question_has_its_topic(text: str, label: str) -> None:
    assert str(topic(text) or "none") == label


def test_the_table_is_large_enough() -> None:
    assert len(CASES) - len(TABLE["none"]) >= 65
    assert len(TABLE["none"]) >= 25
    assert len(CASES) >= 90


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    topic(text)


@line_by_line(
    ("text", "asks"),
    [
        ("how long is the wait for a physical?", True),
        ("what's the wait time right now", True),
        ("¿cuánto tiempo hay que esperar?", True),
        ("how long is the wait in the waiting room", False),
        ("how long is the visit", False),
    ],
)
def test_a_question_how_long_one_waits_is_known(text: str, asks: bool) -> None:
    assert asks_about_the_wait(text) is asks
