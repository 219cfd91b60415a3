"""Words of a yes, with one slip of the thumb."""

import pytest

from nlu.slips import LEAST, without_slips
from nlu.words import word_set

OF_A_YES = sorted(word_set("spelling", "of_a_yes"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ues i want it", "yes i want it"),
        ("awsome, thanks", "awesome, thanks"),
        ("defintely", "definitely"),
        ("ill tkae it", "ill take it"),
        ("sounds goood", "sounds good"),
        ("thst works", "that works"),
        ("grreat", "great"),
    ],
)
def test_one_slip_in_a_word_of_a_yes_is_read_through(typed: str, meant: str) -> None:
    assert without_slips(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "look it up",
        "cook it",
        "sur",
        "yet",
        "Tuesday is prefect",
        "not now",
        "nope",
        "wont work",
        "ti",
        "goof",
        "tex",
    ],
)
def test_what_is_a_word_or_too_far_from_one_is_left_as_it_was_typed(text: str) -> None:
    assert without_slips(text) == text


@pytest.mark.parametrize("word", OF_A_YES)
def test_a_word_of_a_yes_is_long_enough_and_never_taken_for_another(word: str) -> None:
    assert (len(word) >= LEAST, without_slips(word)) == (True, word)


def test_no_word_stands_in_both_lists() -> None:
    assert set(OF_A_YES) & word_set("spelling", "not_slips") == set()


@pytest.mark.parametrize("list_and_key", [("spelling", "weighty"), ("spelling", "not_misspelt")])
def test_no_weighty_word_is_read_as_a_yes(list_and_key: tuple[str, str]) -> None:
    assert [word for word in sorted(word_set(*list_and_key)) if without_slips(word) != word] == []
