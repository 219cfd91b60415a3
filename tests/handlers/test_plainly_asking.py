"""A text that plainly asks is a question, whatever the model makes of its words; and what is none."""

from dataclasses import replace

import pytest

from handlers.decide import DecisionKind, decide
from nlu.understanding import Intent
from rules.states import PromptKind
from tests.handlers.texts import OFFER, ZONE, Certain, each, understood

MISTAKEN = [
    Intent.COUNTER,
    Intent.DECLINE,
    Intent.NOT_NOW,
    Intent.REASON,
    Intent.LATE,
    Intent.CANCEL,
    Intent.COMPLAINT,
    Intent.GREETING,
    Intent.OUT_OF_SCOPE,
    Intent.PREFERENCES,
]


def heard(text: str, intent: Intent = Intent.OUT_OF_SCOPE, share: float = 0.7) -> DecisionKind:
    return decide(understood(text, Certain(intent, share)), (OFFER,), zone=ZONE).kind


PLAIN = (
    "how much notice do i have to give to cancel · What if I'm stuck in traffic, will they still see me"
    " · do you provide rides? I don't drive anymore · I moved in the summer, do you need my new address?"
    " · should I keep taking my blood pressure pills? · is there a grace period if I come late?"
    " · Does anyone there speak Korean? It's for my mother"
)


@pytest.mark.parametrize("text", each(PLAIN))
@pytest.mark.parametrize("intent", MISTAKEN)
def test_the_form_of_a_question_outweighs_its_topic(text: str, intent: Intent) -> None:
    assert heard(text, intent) is DecisionKind.QUESTION


def test_a_question_without_an_open_offer_is_one_too() -> None:
    read = understood("what if i'm late", Certain(Intent.LATE, 0.7))
    assert decide(read, (), zone=ZONE).kind is DecisionKind.QUESTION


@pytest.mark.parametrize(
    "text",
    each(
        "is 9am open that day? · do you have anything sooner? · could we do friday? · is there another day?"
        " · Mornings work better. Do you have one? · what do you have in january?"
    ),
)
def test_a_question_for_another_time_is_a_counter(text: str) -> None:
    assert heard(text, Intent.COUNTER) is DecisionKind.COUNTER


@pytest.mark.parametrize("text", each("can you cancel my appointment? · could you cancel it"))
def test_a_request_is_no_question(text: str) -> None:
    assert heard(text, Intent.CANCEL, 0.9) is DecisionKind.CANCEL


@pytest.mark.parametrize(
    "text",
    each(
        "No, who has time on a Tuesday at 3 · Not this time. Do I need to do anything else?"
        " · no im good, when is my regular appt again · I'm gonna pass, am I still on the list?"
        " · no thx, will you text me if another one opens up?"
    ),
)
def test_a_no_before_a_question_stays_a_no(text: str) -> None:
    assert heard(text) is DecisionKind.DECLINE


def test_a_question_beside_a_no_is_heard_too() -> None:
    decision = decide(understood("No. Is there a fee?", Certain(Intent.COUNTER, 0.7)), (OFFER,), zone=ZONE)
    assert [one.kind for one in decision.also] == [DecisionKind.QUESTION]


@pytest.mark.parametrize(
    "text",
    each(
        "No, do you have friday? · No. Is there a female doctor? · no, can you find me something in the morning"
    ),
)
def test_a_no_before_a_wish_is_a_counter(text: str) -> None:
    assert heard(text, Intent.COUNTER) is DecisionKind.COUNTER


@pytest.mark.parametrize(
    "text", each("yes please. Should I come at 4? · yes. Can I come at noon? · yes. Is it with Dr Kim?")
)
def test_a_question_for_another_time_keeps_a_yes_from_booking(text: str) -> None:
    assert heard(text, Intent.ACCEPT, 0.9) is not DecisionKind.ACCEPT


@pytest.mark.parametrize(
    "text",
    each(
        "Can I let you know in an hour? · can you hold it for 10 min · let me check with my husband"
        " · give me an hour · I need to ask my boss first"
    ),
)
def test_an_answer_put_off_is_neither_yes_nor_no(text: str) -> None:
    assert heard(text) is DecisionKind.UNDECIDED


@pytest.mark.parametrize(
    "text", each("no, let me check with my husband next time · yes, I'll let you know how it goes")
)
def test_an_answer_beside_it_is_the_answer(text: str) -> None:
    assert heard(text) is not DecisionKind.UNDECIDED


def test_nothing_is_put_off_where_nothing_is_offered() -> None:
    read = understood("let me check with my husband", Certain(Intent.OUT_OF_SCOPE, 0.7))
    reminded = replace(OFFER, kind=PromptKind.REMINDER)
    assert decide(read, (reminded,), zone=ZONE).kind is not DecisionKind.UNDECIDED


@pytest.mark.parametrize(
    "text",
    each("Is this a scam? I don't usually get texts from my doctor · will you text me when one opens?"),
)
def test_a_question_about_texts_is_no_stop_by_the_model_alone(text: str) -> None:
    assert heard(text, Intent.STOP, 0.8) is DecisionKind.QUESTION


def test_a_question_raises_no_alarm_unless_the_model_is_very_sure() -> None:
    text = "I'm pregnant. Is the xray bad for the heart?"
    assert heard(text, Intent.EMERGENCY, 0.75) is not DecisionKind.EMERGENCY
    assert heard(text, Intent.EMERGENCY, 0.95) is DecisionKind.EMERGENCY
