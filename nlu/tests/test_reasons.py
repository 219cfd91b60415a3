"""Reasons for giving up a visit, as a table of labelled words (reasons.yml)."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.reasons import reason
from nlu.understanding import Reason

TABLE: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "reasons.yml").read_text())
CASES = [(text, label) for label, texts in TABLE.items() for text in texts]
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
