"""The time offered, said back: with words that it suits it is a yes, beside anything else it is none."""

from dataclasses import replace

import pytest

from handlers.decide import DecisionKind, decide
from nlu.understanding import Intent
from tests.handlers.texts import OFFER, ZONE, each, understood

TAKES_THE_TIME = (
    "tuesday at 3 is good w me · I can do tuesday at 3 · see u tues at 3 · el martes a las 3 puedo"
)


@pytest.mark.parametrize("text", each(TAKES_THE_TIME))
def test_the_very_time_offered_with_words_that_it_suits_is_a_yes_whatever_the_model_says(text: str) -> None:
    read = replace(understood(text), intent=Intent.COUNTER, ranking=((Intent.COUNTER, 1.0),), clauses=())
    assert decide(read, (OFFER,), zone=ZONE).kind is DecisionKind.ACCEPT


SOMETHING_ELSE_OF_THE_TIME = """
tuesday at 3 is when I work · I can do tuesday at 4 · I could do tuesday at 3 · tuesday at 3 is good w my wife
I can do tuesday at 3 but not with Dr Lee · tuesday at 3 or friday is good
can I do tuesday at 3? · I'm at work tuesday at 3
"""


@pytest.mark.parametrize("text", each(SOMETHING_ELSE_OF_THE_TIME))
def test_the_time_offered_beside_anything_else_is_no_yes(text: str) -> None:
    read = replace(understood(text), intent=Intent.COUNTER, ranking=((Intent.COUNTER, 1.0),), clauses=())
    assert decide(read, (OFFER,), zone=ZONE).kind is not DecisionKind.ACCEPT
