"""Choosing from a list in words that need the list to be understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.choices import Pointing, chosen_numbers, names_all, pointing, refuses_all, takes_all
from nlu.exact import read_exact
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent

POINTS = {
    Pointing.EITHER: "either · either one · either works · whichever · any of them · cualquiera · me da igual",
    Pointing.BOTH: "both · both please · all of them · ambas · las dos por favor",
    Pointing.EARLIER: "the earlier · the earlier one · earliest one please · the soonest · la más temprana",
    Pointing.LATER: "the later one · the later · i prefer the later one · la de más tarde",
    Pointing.LAST: "the last one · last one please · the last · la última",
}
NONE = "neither · none of those · none of them work · neither works for me · ninguna · ninguna me sirve"
OTHERS = "earlier · later · sooner please · any day · both my kids are sick · last week · any time works"


def each(table: str) -> list[str]:
    return [text.strip() for text in table.split("·")]


@line_by_line(("text", "meant"), [(text, meant) for meant, table in POINTS.items() for text in each(table)])
def test_words_that_need_the_list_point_into_it(text: str, meant: Pointing) -> None:
    assert (read_exact(text).intent, pointing(text)) == (Intent.CHOICE, meant)


@pytest.mark.parametrize("text", each(NONE))
def test_none_of_them_is_a_no(text: str) -> None:
    assert (read_exact(text).intent, refuses_all(text)) == (Intent.DECLINE, True)


@pytest.mark.parametrize("text", each(OTHERS))
def test_other_words_choose_nothing(text: str) -> None:
    assert pointing(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("not the first, the second", 2), ("first works, or the other if not", 1)]
)
def test_the_one_that_is_preferred_is_chosen(text: str, number: int) -> None:
    assert read_exact(text).choice == number


@given(st.text(max_size=100))
def test_no_text_makes_it_fail(text: str) -> None:
    pointing(text)
    refuses_all(text)


ALL = "both · all of them · cancel them both · yes both · all three · las dos · todas las citas · cancele las dos"
NOT_ALL = "keep both · i want both · not both · both kids are sick · all good · a las dos · las dos y media"


@line_by_line(("text", "all_of_it"), [(t, True) for t in each(ALL)] + [(t, False) for t in each(NOT_ALL)])
def test_all_of_a_list_is_taken_by_words_that_say_nothing_else(text: str, all_of_it: bool) -> None:
    assert takes_all(text) is all_of_it


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1 and 3", [1, 3]),
        ("cancel 1, 2", [1, 2]),
        ("2 y 1", [1, 2]),
        ("1 and 5", []),
        ("1 and 2 pm", []),
        ("12", []),
    ],
)
def test_several_numbers_are_chosen_together(text: str, numbers: list[int]) -> None:
    assert chosen_numbers(text, most=3) == numbers


THEIRS = "cancel both my visits · all of my upcoming appointments · cancelen mis dos citas · cancel them all"
NOT_THEIRS = (
    "cancel my visit, both kids are sick · i cant make both appointments · cancela la cita de las dos"
)


@line_by_line(
    ("text", "all_of_theirs"), [(t, True) for t in each(THEIRS)] + [(t, False) for t in each(NOT_THEIRS)]
)
def test_all_of_their_visits_are_told_from_one(text: str, all_of_theirs: bool) -> None:
    assert names_all(text) is all_of_theirs
