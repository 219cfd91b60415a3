"""Reasons for giving up a visit: a table that the rules read, and one that rules and model are measured by."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.reasons import beside_giving_up, reason, reason_with_model
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent, Ranked, Reason, Understanding

Read = Callable[[str], Understanding]

TABLE: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "reasons.yml").read_text())
CASES = [(text, label) for label, texts in TABLE.items() for text in texts]
HELD_OUT: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (Path(__file__).parent / "heldout_reasons.yml").read_text()
)
LEAST_RIGHT = 0.88
LEAST_LEFT_ALONE = 0.9
GIVEN = [text for text, label in CASES if label != "none"]


@line_by_line(("text", "label"), CASES)
def test_a_reason_is_read_where_one_is_given(text: str, label: str) -> None:
    assert str(reason(text) or "none") == label


def test_the_table_has_ten_of_every_reason() -> None:
    assert all(len(TABLE[each]) >= 10 for each in Reason)
    assert len(GIVEN) >= 110
    assert len(TABLE["none"]) >= 30


@line_by_line("text", GIVEN)
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


def model(first: Intent, *reasons: tuple[Reason, float]) -> Ranked:
    return Ranked(((first, 0.9), (Intent.REASON, sum(share for _, share in reasons))), reasons)


def never_asked(text: str) -> Ranked:
    raise AssertionError(f"asked about {text!r}")


def test_where_the_words_say_nothing_the_model_does() -> None:
    ranked = model(Intent.REASON, (Reason.TRANSPORTATION, 0.6))
    assert reason_with_model("the zeppelin burst", ranked, never_asked) is Reason.TRANSPORTATION


def test_a_sure_model_counts_for_more_than_the_words_of_another_reason() -> None:
    ranked = model(Intent.REASON, (Reason.FINANCIAL, 0.9))
    assert reason_with_model("work", ranked, never_asked) is Reason.FINANCIAL


def test_an_unsure_model_counts_for_less() -> None:
    ranked = model(Intent.REASON, (Reason.FINANCIAL, 0.5))
    assert reason_with_model("work", ranked, never_asked) is Reason.SCHEDULE_CONFLICT


def test_a_reason_denied_is_not_read_by_the_model_either() -> None:
    ranked = model(Intent.DECLINE, (Reason.ILLNESS, 0.9))
    assert reason_with_model("im not sick", ranked, never_asked) is None


def test_a_reason_of_no_kind_is_left_to_the_words() -> None:
    ranked = model(Intent.REASON, (Reason.FINANCIAL, 0.9))
    assert reason_with_model("the rash cleared up", ranked, never_asked) is Reason.OTHER


def test_a_yes_gives_no_reason() -> None:
    ranked = model(Intent.ACCEPT, (Reason.ILLNESS, 0.3))
    assert reason_with_model("yes the zeppelin", ranked, never_asked) is None


def test_beside_a_cancel_the_model_is_asked_about_the_rest() -> None:
    asked = []

    def ask(text: str) -> Ranked:
        asked.append(text)
        return model(Intent.REASON, (Reason.WEATHER, 0.8))

    ranked = model(Intent.CANCEL, (Reason.ILLNESS, 0.01))
    given = reason_with_model("sorry, need to cancel my appointment, the zeppelin burst", ranked, ask)
    assert (given, asked) == (Reason.WEATHER, ["the zeppelin burst"])


@pytest.mark.parametrize("text", ["cancel my appointment", "sorry i cant make it", "no puedo ir a mi cita"])
def test_nothing_is_left_of_a_plain_cancel(text: str) -> None:
    assert beside_giving_up(text) == ""


@pytest.mark.parametrize("text", ["no puedo ir el jueves", "i cant come thursday", "cancela mis dos citas"])
def test_that_they_cannot_come_is_no_reason_whatever_the_model_reads_first(text: str) -> None:
    ranked = model(Intent.COUNTER, (Reason.TRANSPORTATION, 0.2))
    assert reason_with_model(text, ranked, never_asked, {"jueves", "thursday"}) is None
