"""Reasons for giving up a visit: a table that the rules read, and one that rules and model are measured by."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.reasons import reason
from nlu.understanding import Reason, Understanding

Read = Callable[[str], Understanding]

TABLE: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "reasons.yml").read_text())
CASES = [(text, label) for label, texts in TABLE.items() for text in texts]
HELD_OUT: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "heldout_reasons.yml").read_text()
)
LEAST_RIGHT = 0.8
LEAST_LEFT_ALONE = 0.9
GIVEN = [text for text, label in CASES if label != "none"]


@pytest.mark.parametrize(("text", "label"), CASES, ids=[text for text, _ in CASES])
def test_a_reason_is_read_where_one_is_given(text: str, label: str) -> None:
    assert str(reason(text) or "none") == label


def test_the_table_has_ten_of_every_reason() -> None:
    assert all(len(TABLE[each]) >= 10 for each in Reason)
    assert len(GIVEN) >= 110
    assert len(TABLE["none"]) >= 30


@pytest.mark.parametrize("text", GIVEN, ids=GIVEN)
def test_a_reason_is_read_inside_a_longer_text(text: str) -> None:
    assert reason(f"hi, sorry, need to cancel. {text}. Maria") is not None


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    reason(text)


@pytest.mark.parametrize("language", HELD_OUT)
def test_most_reasons_never_seen_before_are_read(language: str, reading: Read) -> None:
    cases = [
        (text, label) for label, texts in HELD_OUT[language].items() for text in texts if label != "none"
    ]
    wrong = {text: str(reading(text).reason) for text, label in cases if reading(text).reason != label}
    assert 1 - len(wrong) / len(cases) >= LEAST_RIGHT, wrong


@pytest.mark.parametrize("language", HELD_OUT)
def test_hardly_any_reason_is_read_where_none_is_given(language: str, reading: Read) -> None:
    read = {text: given for text in HELD_OUT[language]["none"] if (given := reading(text).reason)}
    assert 1 - len(read) / len(HELD_OUT[language]["none"]) >= LEAST_LEFT_ALONE, read
