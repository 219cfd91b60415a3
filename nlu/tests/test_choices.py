"""Choosing from a list in words that need the list to be understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.choices import Pointing, pointing, refuses_all
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
