"""Who is meant on a family's phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.naming import whom
from nlu.names import names, names_provider
from storage.tables import Patient

FAMILY = [Patient(first_name=name) for name in ("Maria", "Ben", "Will", "Mary Ann", "José")]


def called(text: str) -> list[str]:
    return [patient.first_name for patient in whom(text, FAMILY)]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("yes for Ben", ["Ben"]),
        ("cancel bens appointment", ["Ben"]),
        ("Cancel Ben's appointment", ["Ben"]),
        ("my son Ben can't come", ["Ben"]),
        ("BEN CANT COME", ["Ben"]),
        ("cancel both, Maria and Ben", ["Maria", "Ben"]),
        ("Mary-Ann is sick", ["Mary Ann"]),
        ("mary ann's visit", ["Mary Ann"]),
        ("jose cant make it", ["José"]),
        ("José can't make it", ["José"]),
        ("yes for will", ["Will"]),
        ("cancel Will's visit", ["Will"]),
        ("my son will can't come", ["Will"]),
    ],
)
def test_who_is_named_is_found(text: str, who: list[str]) -> None:
    assert called(text) == who


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "",
        "the bench outside",
        "my visit with Dr Ben",
        "my visit with Dr. Ben",
        "will you be open tomorrow",
        "mary can't come",
        "i will",
    ],
)
def test_nobody_is_named_by_a_part_of_a_word_or_a_providers_name(text: str) -> None:
    assert called(text) == []


def test_two_of_one_name_are_both_meant() -> None:
    both = [Patient(first_name="Ana"), Patient(first_name="Ana")]
    assert list(whom("yes for Ana", both)) == both


@given(st.text(), st.text())
def test_no_text_and_no_name_is_too_strange(text: str, first_name: str) -> None:
    assert names(text, first_name) in (True, False)


@given(st.sampled_from(["Maria", "Ben", "Zoë", "Jean-Luc"]), st.text(alphabet="xyz !?.,", max_size=20))
def test_a_name_is_found_wherever_it_stands(first_name: str, around: str) -> None:
    assert names(f"{around} {first_name} {around}", first_name)


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("my visit with Dr Lee", "Dr Lee"),
        ("my visit with dr. lee", "Dr Lee"),
        ("doctor lee's slot", "Dr Lee"),
        ("the one with lee", "Dr Lee"),
        ("the kelly park one", "Kelly Park NP"),
        ("nurse park", "Kelly Park NP"),
        ("with Dr O'Neil", "Dr O'Neil"),
    ],
)
def test_a_provider_is_named_after_a_title_or_with_or_in_full(text: str, provider: str) -> None:
    assert names_provider(text, provider)


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("Lee can't come", "Dr Lee"),
        ("where can I park", "Kelly Park NP"),
        ("my visit with Dr Leeds", "Dr Lee"),
        ("", "Dr Lee"),
        ("dr", "Dr"),
    ],
)
def test_no_provider_is_named_by_a_word_that_only_looks_like_one(text: str, provider: str) -> None:
    assert not names_provider(text, provider)
