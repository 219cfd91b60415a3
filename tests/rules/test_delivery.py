"""What the carrier says of a text, in whatever order it says it."""

from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.delivery import EARLIER, RETRY_PLAN, TERMINAL_DELIVERY, retry_after
from rules.states import DELIVERY_RANK, DeliveryState

histories = st.lists(st.sampled_from(DeliveryState), max_size=12)
NORMAL = [
    DeliveryState.ACCEPTED,
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
]


def later(current: DeliveryState, new: DeliveryState) -> DeliveryState:
    return new if current in EARLIER[new] else current


def after(history: list[DeliveryState]) -> DeliveryState:
    return reduce(later, history, DeliveryState.NONE)


def test_the_ends_are_delivered_undelivered_and_failed() -> None:
    assert {DeliveryState.DELIVERED, DeliveryState.UNDELIVERED, DeliveryState.FAILED} == TERMINAL_DELIVERY


@given(st.permutations(NORMAL))
def test_the_order_of_callbacks_does_not_matter(history: list[DeliveryState]) -> None:
    assert after(history) is DeliveryState.DELIVERED


@given(histories, st.data())
def test_repeated_callbacks_do_not_matter(history: list[DeliveryState], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(history), max_size=5)) if history else []
    assert after(history + repeats) is after(history)


@given(histories, st.sampled_from(DeliveryState))
def test_a_state_never_moves_back(history: list[DeliveryState], new: DeliveryState) -> None:
    before = after(history)
    assert DELIVERY_RANK[later(before, new)] >= DELIVERY_RANK[before]


@given(histories, st.sampled_from(sorted(TERMINAL_DELIVERY)), histories)
def test_the_first_end_stays(
    earlier: list[DeliveryState], end: DeliveryState, then: list[DeliveryState]
) -> None:
    on_the_way = [state for state in earlier if state not in TERMINAL_DELIVERY]
    assert after([*on_the_way, end, *then]) is end


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        pytest.param(1, timedelta(seconds=5), id="soon after the first"),
        pytest.param(2, timedelta(seconds=30), id="later after the second"),
        pytest.param(len(RETRY_PLAN), timedelta(hours=1), id="once more in an hour"),
        pytest.param(len(RETRY_PLAN) + 1, None, id="then no more"),
        pytest.param(0, None, id="nothing was tried"),
    ],
)
def test_a_failed_call_is_tried_again(attempt: int, expected: timedelta | None) -> None:
    assert retry_after(attempt) == expected


def test_the_waits_grow() -> None:
    assert list(RETRY_PLAN) == sorted(RETRY_PLAN)
