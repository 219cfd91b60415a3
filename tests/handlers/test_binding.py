"""Two things are open: a text is bound to one of them only where what it names leaves no doubt."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from handlers.decide import Awaited, DecisionKind
from nlu.understanding import Intent
from rules.states import PromptKind
from tests.handlers.texts import NOW, OFFER, REMINDED, ZONE, Certain, decided, each

MARIA = replace(OFFER, name="Maria")
BEN = Awaited(
    PromptKind.OFFER,
    UUID(int=21),
    UUID(int=22),
    asked_at=NOW - timedelta(minutes=3),
    start=datetime(2026, 12, 2, 9, 30, tzinfo=ZONE),
    minutes=30,
    provider="Dr Kim",
    name="Ben",
)
"""Wednesday December 2, 9:30am, Dr Kim."""


@pytest.mark.parametrize(
    "text", each("yes for ben · yes the wednesday one · yes 9:30 · yes with dr kim · yes, Ben")
)
def test_a_yes_that_names_one_of_two_offers_books_that_one(text: str) -> None:
    decision = decided(text, MARIA, BEN)
    assert (decision.kind, decision.awaited) == (DecisionKind.ACCEPT, BEN)


@pytest.mark.parametrize("text", each("no for maria · not the tuesday one · no, not at 3"))
def test_a_no_that_names_one_of_two_offers_passes_that_one(text: str) -> None:
    decision = decided(text, MARIA, BEN, model=Certain(Intent.DECLINE))
    assert (decision.kind, decision.awaited and decision.awaited.name) == (DecisionKind.DECLINE, "Maria")


@pytest.mark.parametrize("text", each("yes · yes please · yes for tom · yes the thursday one · yes for both"))
def test_a_yes_that_names_neither_is_asked_back(text: str) -> None:
    assert decided(text, MARIA, BEN).kind is DecisionKind.CHECK


@pytest.mark.parametrize("text", each("yes ben on tuesday · yes dr lee at 9:30 · yes for maria or ben"))
def test_what_fits_neither_or_both_books_nothing(text: str) -> None:
    assert decided(text, MARIA, BEN).kind is not DecisionKind.ACCEPT


def test_a_yes_that_names_the_time_of_an_offer_is_not_for_the_reminder() -> None:
    decision = decided("yes tuesday at 3", OFFER, REMINDED)
    assert (decision.kind, decision.awaited) == (DecisionKind.ACCEPT, OFFER)


def test_a_number_with_two_reminders_open_is_asked_back() -> None:
    other = replace(REMINDED, id=UUID(int=31), subject_id=UUID(int=32))
    decision = decided("1", REMINDED, other)
    assert (decision.kind, decision.awaited) == (DecisionKind.CHECK, None)


def test_a_number_answers_the_only_reminder() -> None:
    decision = decided("3", REMINDED)
    assert (decision.kind, decision.awaited) == (DecisionKind.CHOICE, REMINDED)
