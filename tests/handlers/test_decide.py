"""The decision: what is read × what is awaited. That nothing unsure books is in test_guards.py."""

from dataclasses import replace

import pytest

from handlers.decide import Awaited, DecisionKind, decide
from nlu.understanding import Intent
from tests.handlers.texts import (
    CANCELLING,
    CHECKED,
    LISTED,
    NOW,
    OFFER,
    OTHER_OFFER,
    REMINDED,
    ZONE,
    Certain,
    decided,
    each,
    kind,
    understood,
)

SURE = """
yes · Y · k · ok · 👍🏽 · yse · yess · sí · yes please · book it · I'll take it! · that works for me
yes tuesday at 3 · yes dec 1 at 3pm · 3pm works · yes 3:00 · yes the 1st · Yes, Dr Lee at 3 is great
yes, Tuesday, Dec 1, 3:00pm · yes this tuesday · yes, tuesday afternoon works · ok see you then
"""


# What books


@pytest.mark.parametrize("text", each(SURE))
def test_a_sure_yes_to_the_only_offer_books(text: str) -> None:
    decision = decided(text, OFFER)
    assert (decision.kind, decision.awaited) == (DecisionKind.ACCEPT, OFFER)


def test_a_sure_yes_to_just_checking_books() -> None:
    decision = decided("yes", OFFER, CHECKED)
    assert (decision.kind, decision.awaited) == (DecisionKind.ACCEPT, CHECKED)


# How many things are open


@pytest.mark.parametrize("text", ["yes", "yes please book it", "no", "👍"])
def test_a_bare_answer_with_two_offers_open_is_asked_back(text: str) -> None:
    decision = decided(text, OFFER, OTHER_OFFER)
    assert (decision.kind, decision.awaited) == (DecisionKind.CHECK, None)


def test_a_yes_with_an_offer_and_a_reminder_open_is_asked_back() -> None:
    assert decided("yes", OFFER, REMINDED).kind is DecisionKind.CHECK


def test_a_yes_answers_what_was_asked_last_and_directly() -> None:
    decision = decided("yes", OTHER_OFFER, OFFER, CHECKED)
    assert (decision.kind, decision.awaited) == (DecisionKind.ACCEPT, CHECKED)


def test_an_offer_sent_after_the_question_makes_a_yes_ambiguous() -> None:
    later = replace(OTHER_OFFER, asked_at=NOW)
    assert decided("yes", OFFER, CHECKED, later).kind is DecisionKind.CHECK


def test_a_sure_yes_to_nothing_is_not_an_accept() -> None:
    assert decide(understood("yes"), (), zone=ZONE).kind is DecisionKind.UNASKED_YES


@pytest.mark.parametrize("text", ["thanks", "ok thank you!", "great, thanks so much", "got it"])
def test_thanks_for_nothing_asked_need_no_answer(text: str) -> None:
    assert decide(understood(text), (), zone=ZONE).kind is DecisionKind.IGNORE


@pytest.mark.parametrize("text", ["thanks", "ok thank you!", "great, thanks so much", "got it"])
def test_thanks_for_an_offer_are_asked_back(text: str) -> None:
    assert kind(text) is DecisionKind.CHECK


@pytest.mark.parametrize("text", ["yes tuesday", "yes?", "maybe yes", "yes at 3"])
def test_an_unsure_yes_to_nothing_is_unclear(text: str) -> None:
    assert decide(understood(text), (), zone=ZONE).kind is DecisionKind.UNCLEAR


def test_a_no_to_nothing_is_named_so() -> None:
    assert decide(understood("no"), (), zone=ZONE).kind is DecisionKind.UNASKED_NO


# Numbers, tapbacks, machines


@pytest.mark.parametrize("text", ["1", "2", "the second one"])
def test_a_number_to_a_lone_offer_is_asked_back(text: str) -> None:
    decision = decided(text, OFFER)
    assert (decision.kind, decision.awaited) == (DecisionKind.CHECK, OFFER)


def test_a_number_chooses_from_the_newest_list() -> None:
    decision = decided("2", LISTED)
    assert (decision.kind, decision.awaited) == (DecisionKind.CHOICE, LISTED)


def test_a_number_with_an_offer_sent_after_the_list_is_asked_back() -> None:
    assert decided("2", LISTED, replace(OFFER, asked_at=NOW)).kind is DecisionKind.CHECK


def test_a_number_answers_the_list_that_was_asked_last() -> None:
    assert decided("2", OFFER, LISTED).kind is DecisionKind.CHOICE


def test_a_number_to_nothing_is_unclear() -> None:
    assert decide(understood("2"), (), zone=ZONE).kind is DecisionKind.UNCLEAR


def test_a_liked_offer_is_asked_back() -> None:
    assert kind("Liked “Reply YES to book”") is DecisionKind.CHECK


def test_a_liked_message_that_asked_nothing_is_ignored() -> None:
    assert decide(understood("Liked “See you then”"), (), zone=ZONE).kind is DecisionKind.IGNORE


@pytest.mark.parametrize("text", ["Laughed at “Reply YES”", "I'm driving", "Automatic reply: out of office"])
def test_other_reactions_and_machines_are_ignored(text: str) -> None:
    assert kind(text) is DecisionKind.IGNORE


# Whatever is awaited


@pytest.mark.parametrize("awaited", [(), (OFFER,), (OFFER, OTHER_OFFER), (CANCELLING,), (LISTED,)])
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("please stop texting me", DecisionKind.STOP),
        ("START", DecisionKind.START),
        ("help", DecisionKind.HELP),
        ("I have chest pain", DecisionKind.EMERGENCY),
        ("wrong number", DecisionKind.WRONG_NUMBER),
    ],
)
def test_some_things_mean_the_same_whatever_is_awaited(
    text: str, wanted: DecisionKind, awaited: tuple[Awaited, ...]
) -> None:
    assert decide(understood(text), awaited, zone=ZONE).kind is wanted


def test_a_stop_beside_an_emergency_is_handed_on() -> None:
    decision = decided("stop texting me i have chest pain", OFFER)
    assert (decision.kind, [one.kind for one in decision.also]) == (
        DecisionKind.EMERGENCY,
        [DecisionKind.STOP],
    )


# What else can be read


def test_a_plain_no_declines() -> None:
    assert kind("no thanks") is DecisionKind.DECLINE


@pytest.mark.parametrize("text", ["not tuesdays", "tuesday doesn't work", "can't do 3", "not the 1st"])
def test_ruling_out_the_time_offered_declines(text: str) -> None:
    assert kind(text, model=Certain(Intent.DECLINE)) is DecisionKind.DECLINE


@pytest.mark.parametrize(
    "text", ["no, thursday", "cant do tuesday, thursday is ok", "not 3 but 4", "no after 4"]
)
def test_a_no_with_another_time_is_a_counter(text: str) -> None:
    assert kind(text, model=Certain(Intent.DECLINE)) is DecisionKind.COUNTER


@pytest.mark.parametrize("intent", [Intent.QUESTION, Intent.HUMAN, Intent.COUNTER])
def test_what_the_model_is_sure_of_is_done(intent: Intent) -> None:
    assert kind("flibber gibbet", model=Certain(intent)) == intent.value


@pytest.mark.parametrize("text", ["tuesday", "3pm", "tuesday 3pm", "dec 1 at 3"])
def test_the_offered_time_alone_is_asked_back(text: str) -> None:
    assert kind(text, model=Certain(Intent.QUESTION)) is DecisionKind.CHECK


@pytest.mark.parametrize("text", ["thursday", "on friday", "4pm", "dec 2"])
def test_another_time_alone_is_a_counter(text: str) -> None:
    assert kind(text, model=Certain(Intent.QUESTION)) is DecisionKind.COUNTER


@pytest.mark.parametrize("text", ["cant make it", "can't make it tuesday", "wont be able to come"])
def test_not_being_able_to_come_refuses_the_offer(text: str) -> None:
    assert kind(text, model=Certain(Intent.CANCEL)) is DecisionKind.DECLINE


@pytest.mark.parametrize(
    "text", ["cant make my appointment", "can't make it tomorrow", "need to cancel", "cant make my 10:30"]
)
def test_not_being_able_to_keep_a_visit_cancels_it_though_an_offer_is_open(text: str) -> None:
    assert kind(text, model=Certain(Intent.CANCEL)) is DecisionKind.CANCEL


def test_what_the_model_is_not_sure_of_is_unclear() -> None:
    assert kind("flibber gibbet", model=Certain(Intent.QUESTION, 0.4)) is DecisionKind.UNCLEAR


def test_what_is_out_of_scope_is_unclear() -> None:
    assert kind("flibber gibbet", model=Certain(Intent.OUT_OF_SCOPE)) is DecisionKind.UNCLEAR


def test_a_bare_cancel_cancels_and_declines_nothing() -> None:
    assert kind("CANCEL") is DecisionKind.CANCEL


# Cancelling a visit


@pytest.mark.parametrize("text", ["yes", "yes please", "yes cancel it", "yes, monday at 10"])
def test_a_sure_yes_to_cancelling_is_confirmed(text: str) -> None:
    assert kind(text, CANCELLING) is DecisionKind.CONFIRM


def test_a_no_to_cancelling_keeps_the_visit() -> None:
    decision = decided("no", CANCELLING)
    assert (decision.kind, decision.awaited) == (DecisionKind.DECLINE, CANCELLING)


@pytest.mark.parametrize("text", ["yes?", "maybe yes", "yes the tuesday one"])
def test_an_unsure_yes_to_cancelling_is_asked_back(text: str) -> None:
    assert kind(text, CANCELLING) is DecisionKind.CHECK


def test_a_yes_to_a_reminder_confirms_the_visit() -> None:
    assert kind("yes", REMINDED) is DecisionKind.CONFIRM


@pytest.mark.parametrize(
    "text", ["my son can't come tomorrow, he has a fever", "we cant make it she is throwing up"]
)
def test_who_is_ill_and_stays_away_cancels_also_where_the_model_half_sees_an_emergency(text: str) -> None:
    read = understood(text)
    unsure = replace(read, intent=Intent.EMERGENCY, confidence=0.65, ranking=((Intent.EMERGENCY, 0.65),))
    assert decide(unsure, (), zone=ZONE).kind is DecisionKind.CANCEL
