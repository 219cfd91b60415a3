"""Which openings go into one text."""

from hypothesis import given
from hypothesis import strategies as st

from rules.facts import Span
from rules.listing import MOST_LISTED, listed
from tests.rules import anything

some = st.lists(anything.spans, max_size=8)


@given(some, some.map(lambda found: found[:1]), st.none() | st.integers(1, 4))
def test_no_two_in_a_text_are_at_the_same_time(
    found: list[Span], first: list[Span], most: int | None
) -> None:
    chosen = [found[place] for place in listed(list(enumerate(found)), beside=first, most=most)]
    text = [*first, *chosen]
    assert not any(one.overlaps(other) for place, one in enumerate(text) for other in text[place + 1 :])


@given(some, some.map(lambda found: found[:1]))
def test_none_is_there_twice_and_there_are_no_more_than_fit(found: list[Span], first: list[Span]) -> None:
    chosen = listed(list(enumerate(found)), beside=first, most=MOST_LISTED)
    assert len(set(chosen)) == len(chosen) <= MOST_LISTED - len(first)


@given(some)
def test_one_is_left_out_only_for_another_that_is_wanted_more(found: list[Span]) -> None:
    chosen = listed(list(enumerate(found)))
    assert chosen == sorted(chosen)
    for place in set(range(len(found))) - set(chosen):
        assert any(found[place].overlaps(found[other]) for other in chosen if other < place)
