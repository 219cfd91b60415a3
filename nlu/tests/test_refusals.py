"""An offer refused in words that are none of a no."""

import pytest

from nlu.refusals import leaves_it, wants_nothing_more
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


@pytest.mark.parametrize(
    "text",
    [
        "thats ok I dont need anything more",
        "That's alright, nothing else. Have a lovely evening",
        "no thanks, that was everything for today",
        "that's all I needed, bye",
        "Thanks, that's everything I wanted to know",
        "okay, I don't need anything else, good night",
    ],
)
def test_nothing_more_with_a_no_or_a_goodbye_refuses(text: str) -> None:
    assert wants_nothing_more(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "yes, that's all",
        "great, that's all. thanks",
        "that's it",
        "I'll take it, I don't need anything else",
        "no, that's all wrong",
        "that's all right, thanks",
        "I don't need anything else than that one",
    ],
)
def test_nothing_more_beside_a_yes_or_of_something_else_is_no_refusal(text: str) -> None:
    assert not wants_nothing_more(plain(text))
