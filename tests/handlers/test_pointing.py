"""Words that point at an offer and say no yes: asked back about that one, never passed on and never booked."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from handlers.decide import Awaited, DecisionKind
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent
from rules.states import PromptKind
from tests.handlers.test_binding import BEN, MARIA
from tests.handlers.texts import NOW, OFFER, Certain, decided, each, kind

THE_TUESDAY_ONE = """
the tuesday one · the one on tuesday · tuesday · tues · id like the tuesday one · ill take the one with dr lee
the 3pm one · dr lee · the one with dr lee please · the tuesday one please · the tuesday appointment
la del martes · quiero la del martes · la de las 3 · el martes · la del dr lee · prefiero la del martes
"""
AS_READ = (Intent.COUNTER, Intent.OUT_OF_SCOPE, Intent.DECLINE)


def in_a_week(one: Awaited) -> Awaited:
    assert one.start is not None
    return replace(one, start=one.start + timedelta(weeks=1))


@line_by_line(("text", "read_as"), product(each(THE_TUESDAY_ONE), AS_READ))
def test_what_points_at_one_of_two_offers_is_asked_back_about_that_one(text: str, read_as: Intent) -> None:
    decision = decided(text, MARIA, BEN, model=Certain(read_as))
    assert (decision.kind, decision.awaited) == (DecisionKind.CHECK, MARIA)


@pytest.mark.parametrize("text", each("the tuesday one · tuesday · la del martes · yes the tuesday one"))
def test_of_several_a_weekday_is_the_one_on_that_day_whichever_week_it_lies_in(text: str) -> None:
    decision = decided(text, in_a_week(MARIA), in_a_week(BEN))
    assert (decision.kind, decision.awaited) == (DecisionKind.CHECK, in_a_week(MARIA))


@pytest.mark.parametrize("text", each("this tuesday · tuesday december 1 · tomorrow · el 1 de diciembre"))
def test_a_day_that_was_named_more_nearly_is_that_day_only(text: str) -> None:
    assert decided(text, in_a_week(MARIA), in_a_week(BEN), model=Certain(Intent.COUNTER)).awaited is None


@pytest.mark.parametrize("text", each("the tuesday one · the one with dr lee · the 3pm one · la del martes"))
def test_what_points_at_the_only_offer_is_asked_back(text: str) -> None:
    assert kind(text, model=Certain(Intent.COUNTER)) is DecisionKind.CHECK


@pytest.mark.parametrize(
    "text", each("thursday · the thursday one · the 4pm one · the one with dr kim · el jueves")
)
def test_what_points_elsewhere_than_the_only_offer_wants_another(text: str) -> None:
    assert kind(text, model=Certain(Intent.COUNTER)) is DecisionKind.COUNTER


@pytest.mark.parametrize(
    "text",
    each("not the tuesday one · is the tuesday one free? · maybe the tuesday one · cancel the tuesday one"),
)
def test_what_does_more_than_point_is_read_as_it_stands(text: str) -> None:
    assert "points at it" not in decided(text, MARIA, BEN, model=Certain(Intent.COUNTER)).why


def test_an_offer_in_a_week_is_not_what_tuesday_means_alone() -> None:
    assert decided("tuesday", in_a_week(OFFER), model=Certain(Intent.COUNTER)).kind is DecisionKind.COUNTER


@pytest.mark.parametrize("text", each("no the other one · the other one please · no, la otra · other one"))
def test_asked_about_one_of_two_the_other_is_asked_back_about_that(text: str) -> None:
    checked = replace(MARIA, kind=PromptKind.CONFIRM, asked_at=NOW)
    decision = decided(text, MARIA, BEN, checked, model=Certain(Intent.COUNTER))
    assert (decision.kind, decision.awaited) == (DecisionKind.CHECK, BEN)


def test_with_one_offer_the_other_is_another_time() -> None:
    assert kind("no the other one", model=Certain(Intent.COUNTER)) is DecisionKind.COUNTER
