"""No more offers, or off the list, in one text with something about a visit: both are heard."""

from dataclasses import replace

import pytest

from handlers.decide import DecisionKind
from handlers.guards import Awaited
from nlu.understanding import Intent
from rules.states import PromptKind
from tests.handlers.texts import OFFER, Clauses, decided

READS = Clauses(
    come=Intent.CANCEL, cancel=Intent.CANCEL, move=Intent.RESCHEDULE, late=Intent.LATE, keep=Intent.DECLINE
)


REMINDER = replace(OFFER, kind=PromptKind.REMINDER)


def said(text: str, *awaited: Awaited) -> tuple[DecisionKind, list[DecisionKind]]:
    decision = decided(text, *awaited, model=READS)
    return decision.kind, [other.kind for other in decision.also]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("can't come on Dec 22, no offers please", DecisionKind.CANCEL),
        ("stop the offers please and cancel my visit on thursday", DecisionKind.CANCEL),
        ("please move my visit to friday. and stop the offers", DecisionKind.RESCHEDULE),
        ("running late! and please stop the offers", DecisionKind.LATE),
    ],
)
def test_a_visit_comes_first_and_no_more_offers_beside_it(text: str, kind: DecisionKind) -> None:
    assert said(text) == (kind, [DecisionKind.NO_OFFERS])


def test_leaving_the_list_stands_beside_a_visit_too() -> None:
    assert said("take me off the waitlist and cancel my visit") == (
        DecisionKind.CANCEL,
        [DecisionKind.LEAVE_LIST],
    )


@pytest.mark.parametrize(
    "text", ["no offers please", "no more offers, I can't keep up", "hi, no more offers please"]
)
def test_alone_it_is_only_that(text: str) -> None:
    assert said(text) == (DecisionKind.NO_OFFERS, [])


@pytest.mark.parametrize("text", ["yes please, and stop the offers", "no thanks and stop the offers"])
def test_beside_an_answer_to_an_offer_it_ends_all_of_them(text: str) -> None:
    assert said(text, OFFER) == (DecisionKind.NO_OFFERS, [])


def test_a_reminder_is_answered_with_it() -> None:
    assert said("can't come, no offers please", REMINDER) == (DecisionKind.CANCEL, [DecisionKind.NO_OFFERS])
