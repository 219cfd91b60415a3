"""Reading may import nothing of ours, so two lists of words stand twice: they are the same words."""

from nlu.understanding import Reason, Topic
from rules.states import AnswerTopic, CancelReason


def test_the_reasons_that_are_read_are_those_that_are_kept() -> None:
    assert [str(each) for each in Reason] == [str(each) for each in CancelReason]


def test_the_topics_that_are_read_are_those_that_have_answers() -> None:
    assert [str(each) for each in Topic] == [str(each) for each in AnswerTopic]
