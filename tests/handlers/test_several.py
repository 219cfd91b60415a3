"""A text that made two offers with numbers: what a number, a yes and a no to it come to."""

from dataclasses import replace

import pytest

from handlers.decide import DecisionKind
from nlu.choices import accepted_number, refused_number
from nlu.understanding import Intent
from tests.handlers.test_binding import BEN, MARIA
from tests.handlers.texts import LISTED, Certain, decided, each

FIRST, SECOND = MARIA, replace(BEN, name="Maria", asked_at=MARIA.asked_at)
NUMBERS = replace(LISTED, asked_at=MARIA.asked_at)
BOTH = (NUMBERS, SECOND, FIRST)


@pytest.mark.parametrize(
    "text", each("1 · the second one · la segunda · ill take 2 · yes 2 · yes to the first one · sí, la 2")
)
def test_a_number_chooses(text: str) -> None:
    decision = decided(text, *BOTH, model=Certain(Intent.OUT_OF_SCOPE))
    assert (decision.kind, decision.awaited) == (DecisionKind.CHOICE, NUMBERS)


@pytest.mark.parametrize("text", each("yes · yes please · no · no thanks · sí · ok"))
def test_a_plain_yes_or_no_names_none(text: str) -> None:
    decision = decided(text, *BOTH)
    assert (decision.kind, decision.awaited) == (DecisionKind.CHECK, None)


@pytest.mark.parametrize(
    "text",
    each(
        "not the first · no to 1 · not 1 · 1 doesnt work · the first one is a no · no a la 1 · la primera no"
    ),
)
@pytest.mark.parametrize("read_as", [Intent.COUNTER, Intent.ACCEPT, Intent.PREFERENCES, Intent.OUT_OF_SCOPE])
def test_a_no_to_a_number_is_about_that_one(text: str, read_as: Intent) -> None:
    decision = decided(text, *BOTH, model=Certain(read_as))
    assert (decision.kind, decision.awaited, refused_number(text)) == (DecisionKind.CHECK, None, 1)


@pytest.mark.parametrize("text", each("not the first · no to 1 · yes 2"))
def test_without_numbers_asked_it_is_read_as_ever(text: str) -> None:
    assert decided(text, FIRST).why not in (("no to one of a list",), ("yes to one of a list",))


@pytest.mark.parametrize(
    "text", each("yes the 1st · yes at 2 · yes but not 2 · is 2 ok? · no 2 · yes 2pm · yes for 2 · sí a la 1")
)
def test_what_may_be_a_date_or_a_time_is_no_number(text: str) -> None:
    assert (accepted_number(text), refused_number(text)) == (None, None)


@pytest.mark.parametrize("text", each("yes the wednesday one · yes with dr kim"))
def test_words_choose_as_from_any_two(text: str) -> None:
    decision = decided(text, *BOTH)
    assert (decision.kind, decision.awaited) == (DecisionKind.ACCEPT, SECOND)
