"""An offer refused in words that are none of a no."""

import pytest

from nlu.refusals import leaves_it
from nlu.words import plain


@pytest.mark.parametrize(
    "text",
    [
        "I'll stick with the one I have, thanks",
        "I'm happy with mine",
        "let the next person have it",
        "my sister can have it",
        "not this time",
        "unable to make that",
        "me quedo con la mía",
        "que la tome otra persona",
    ],
)
def test_keeping_ones_own_or_leaving_it_to_others_refuses(text: str) -> None:
    assert leaves_it(plain(text))


@pytest.mark.parametrize(
    "text", ["keep it", "let me have it", "give it to me", "unable to sleep", "I'll keep it", "la tomo"]
)
def test_what_may_take_the_offer_is_no_refusal(text: str) -> None:
    assert not leaves_it(plain(text))
