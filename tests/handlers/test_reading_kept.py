"""What is kept with a text of how it was read: besides the decision, its language and the model that was asked."""

from nlu.understanding import Intent
from rules.states import Direction
from storage.tables import Message
from tests.handlers.talk import Talk
from tests.handlers.texts import Certain


def received(talk: Talk) -> Message:
    (text,) = [each for each in talk.all(Message) if each.direction is Direction.IN]
    return text


def test_a_text_names_the_model_that_read_it(talk: Talk) -> None:
    talk.patient()
    talk.says("what should i bring on tuesday", Intent.QUESTION)
    assert received(talk).model == Certain.NAME


def test_a_text_that_an_exact_rule_read_names_no_model(talk: Talk) -> None:
    talk.patient()
    talk.says("STOP")
    assert received(talk).model is None


def test_a_text_says_which_language_it_is_written_in(talk: Talk) -> None:
    talk.patient()
    talk.says("what should i bring on tuesday", Intent.QUESTION)
    assert received(talk).language == "en"
