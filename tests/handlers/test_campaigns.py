"""Answers to a campaign: what they come to whatever the model makes of them, and what comes before them."""

from datetime import timedelta

import pytest

from handlers.decide import Awaited, DecisionKind, decide
from nlu.reading import read
from nlu.understanding import Intent
from rules.states import PromptKind
from tests.handlers.test_table import INVITED_BACK, NOW, OFFER, ZONE, Always, asked


def kind_of(text: str, awaited: tuple[Awaited, ...] = INVITED_BACK) -> tuple[DecisionKind, PromptKind | None]:
    understood = read(text, Always(Intent.OUT_OF_SCOPE), now=NOW, zone=ZONE)
    decision = decide(understood, awaited, zone=ZONE)
    return decision.kind, decision.awaited.kind if decision.awaited else None


@pytest.mark.parametrize(
    "text",
    [
        "interested",
        "I'm interested",
        "sure when",
        "what times do you have",
        "when can I come in?",
        "how do I book",
        "yes but not with Dr Kim",
        "me interesa",
        "claro, cuándo",
        "qué horarios tienen",
        "sí pero no con el Dr Kim",
    ],
)
def test_interest_is_read_without_the_model(text: str) -> None:
    assert kind_of(text) == (DecisionKind.CHECK, PromptKind.CAMPAIGN)


@pytest.mark.parametrize(
    "text",
    [
        "not interested",
        "no thanks",
        "sorry we moved to Ohio",
        "I already have another dentist",
        "no need",
        "no me interesa",
        "ya tengo otro dentista",
        "me mudé a Texas",
    ],
)
def test_no_interest_is_read_without_the_model(text: str) -> None:
    assert kind_of(text) == (DecisionKind.DECLINE, PromptKind.CAMPAIGN)


@pytest.mark.parametrize(
    "text", ["who is this", "who's this?", "who are you", "quién es", "de parte de quién"]
)
def test_who_is_this_is_a_question_to_a_campaign_and_a_wrong_number_elsewhere(text: str) -> None:
    assert kind_of(text) == (DecisionKind.QUESTION, PromptKind.CAMPAIGN)
    assert kind_of(text, ()) == (DecisionKind.WRONG_NUMBER, None)


@pytest.mark.parametrize("text", ["wrong number", "new phone who dis", "I'm not Maria"])
def test_a_wrong_number_stays_one(text: str) -> None:
    assert kind_of(text)[0] is DecisionKind.WRONG_NUMBER


def test_beside_an_offer_a_yes_is_to_the_offer() -> None:
    offer = asked(PromptKind.OFFER, OFFER, minutes_ago=60)
    assert kind_of("yes", (*INVITED_BACK, offer)) == (DecisionKind.ACCEPT, PromptKind.OFFER)


def test_of_two_campaigns_the_newer_is_answered() -> None:
    older, newer = asked(PromptKind.CAMPAIGN, OFFER, minutes_ago=60), INVITED_BACK[0]
    understood = read("yes", Always(Intent.ACCEPT), now=NOW + timedelta(seconds=1), zone=ZONE)
    decision = decide(understood, (newer, older), zone=ZONE)
    assert decision.awaited is newer
