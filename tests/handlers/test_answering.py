"""What a text means in the light of what was asked: the same words to an offer, a visit, an invitation, a why."""

from dataclasses import replace

import pytest

from handlers.decide import Awaited, DecisionKind, decide
from nlu.understanding import Intent
from rules.states import PromptKind
from tests.handlers.texts import (
    CANCELLING,
    CHECKED,
    OFFER,
    REMINDED,
    ZONE,
    Certain,
    decided,
    each,
    kind,
    understood,
)

INVITED = replace(CANCELLING, kind=PromptKind.JOIN, start=None)
WHY = replace(CANCELLING, kind=PromptKind.REASON, start=None)


def read_as(
    intent: Intent, *awaited: Awaited, text: str = "flibber gibbet", share: float = 0.999
) -> DecisionKind:
    return decide(understood(text, Certain(intent, share)), awaited, zone=ZONE).kind


# To an offer


@pytest.mark.parametrize("intent", [Intent.EARLIER, Intent.BOOK, Intent.RESCHEDULE])
def test_wanting_something_else_is_a_counter_to_an_offer(intent: Intent) -> None:
    assert read_as(intent, OFFER) is DecisionKind.COUNTER


@pytest.mark.parametrize(
    "text", each("is she a specialist? · copay? · do you flibber gibbets? · acepta flibber?")
)
@pytest.mark.parametrize("intent", [Intent.REASON, Intent.OUT_OF_SCOPE])
def test_what_plainly_asks_gives_no_reason_for_a_no_to_an_offer(text: str, intent: Intent) -> None:
    assert read_as(intent, OFFER, text=text) is DecisionKind.QUESTION


@pytest.mark.parametrize(
    "text", each("is there another flibber? · my flibber gibbet broke · flibber gibbet broke ok?")
)
def test_a_wish_or_a_reason_is_no_question(text: str) -> None:
    assert read_as(Intent.REASON, OFFER, text=text) is not DecisionKind.QUESTION


def test_moving_ones_own_visit_is_no_counter() -> None:
    assert read_as(Intent.RESCHEDULE, OFFER, text="can my appointment be moved") is DecisionKind.RESCHEDULE


@pytest.mark.parametrize("awaited", [(OFFER,), (OFFER, CHECKED)])
def test_not_now_is_not_a_no(awaited: tuple[Awaited, ...]) -> None:
    assert read_as(Intent.NOT_NOW, *awaited) is DecisionKind.NOT_NOW


def test_thanks_for_an_offer_are_no_answer_to_it() -> None:
    assert read_as(Intent.THANKS, OFFER) is DecisionKind.CHECK


WISHES_THAT_RULE_IT_OUT = "mornings only · not tuesdays · only dr kim · nothing after 2"


@pytest.mark.parametrize("text", each(WISHES_THAT_RULE_IT_OUT))
@pytest.mark.parametrize("intent", [Intent.PREFERENCES, Intent.COUNTER, Intent.DECLINE])
def test_a_standing_wish_that_rules_the_offer_out_passes_it(text: str, intent: Intent) -> None:
    assert kind(text, model=Certain(intent)) is DecisionKind.DECLINE


@pytest.mark.parametrize(
    "text", each("any day but friday · tuesdays are best · afternoons only · only dr lee")
)
def test_a_standing_wish_that_the_offer_meets_leaves_it_open(text: str) -> None:
    assert kind(text, model=Certain(Intent.PREFERENCES)) is DecisionKind.PREFERENCES


def test_a_likely_counter_whose_words_speak_of_a_change_is_one() -> None:
    assert read_as(Intent.COUNTER, OFFER, text="another one instead", share=0.3) is DecisionKind.COUNTER


@pytest.mark.parametrize(
    "text", ["can you find a flibber in gibbet", "get me somebody else", "i need a flibber doctor in gibbet"]
)
def test_words_that_ask_to_look_elsewhere_make_an_unsure_reading_a_counter(text: str) -> None:
    assert read_as(Intent.OUT_OF_SCOPE, OFFER, text=text, share=0.3) is DecisionKind.COUNTER


def test_a_likely_counter_alone_is_unclear() -> None:
    assert read_as(Intent.COUNTER, OFFER, share=0.3) is DecisionKind.UNCLEAR


@pytest.mark.parametrize("text", ["book me for 11 please", "make it thursday", "I like it but earlier"])
def test_a_sure_wish_for_another_time_is_a_counter_though_it_takes_words_of_a_yes(text: str) -> None:
    assert read_as(Intent.COUNTER, OFFER, text=text) is DecisionKind.COUNTER


def test_a_yes_to_another_time_that_was_not_read_as_a_counter_is_asked_back() -> None:
    assert read_as(Intent.ACCEPT, OFFER, text="book me for 11 please") is DecisionKind.CHECK


@pytest.mark.parametrize("text", ["ok and where is it", "good how do i get there"])
def test_a_sure_question_with_no_firm_yes_is_a_question(text: str) -> None:
    assert read_as(Intent.QUESTION, OFFER, text=text) is DecisionKind.QUESTION


def test_a_question_to_our_own_question_is_answered_and_ours_is_asked_again() -> None:
    decision = decided("where is it", OFFER, CHECKED, model=Certain(Intent.QUESTION))
    assert (decision.kind, [one.kind for one in decision.also]) == (
        DecisionKind.CHECK,
        [DecisionKind.QUESTION],
    )


def test_a_likely_question_whose_words_ask_is_one() -> None:
    assert read_as(Intent.QUESTION, OFFER, text="what flibber is it", share=0.3) is DecisionKind.QUESTION


def test_what_is_likely_some_kind_of_no_and_has_a_word_for_it_is_one() -> None:
    read = understood("i do not flibber", Certain(Intent.DECLINE, 0.3))
    torn = replace(read, ranking=((Intent.DECLINE, 0.3), (Intent.NOT_NOW, 0.25), (Intent.BOOK, 0.2)))
    assert decide(torn, (OFFER,), zone=ZONE).kind is DecisionKind.DECLINE


def test_a_likely_question_whose_words_ask_nothing_is_unclear() -> None:
    assert read_as(Intent.QUESTION, OFFER, share=0.3) is DecisionKind.UNCLEAR


@pytest.mark.parametrize("intent", [Intent.LEAVE_LIST, Intent.NO_OFFERS, Intent.FEWER_TEXTS, Intent.HUMAN])
def test_a_plain_wish_is_no_half_yes_though_it_takes_words_of_one(intent: Intent) -> None:
    assert read_as(intent, OFFER, text="ok so take it off then") == intent.value


@pytest.mark.parametrize("awaited", [(), (OFFER,)], ids=["nothing asked", "an offer open"])
@pytest.mark.parametrize("intent", [Intent.COUNTER, Intent.STATUS, Intent.OUT_OF_SCOPE])
def test_a_question_about_the_clinic_that_names_a_day_is_a_question(
    intent: Intent, awaited: tuple[Awaited, ...]
) -> None:
    assert read_as(intent, *awaited, text="what time do you close on friday?") is DecisionKind.QUESTION


def test_a_question_without_a_word_of_cancelling_cancels_nothing() -> None:
    assert read_as(Intent.CANCEL, text="can my son come along?", share=0.6) is DecisionKind.QUESTION


@pytest.mark.parametrize("text", ["can i cancel?", "is it ok if i dont come?"])
def test_a_cancel_may_be_put_as_a_question(text: str) -> None:
    assert read_as(Intent.CANCEL, text=text, share=0.6) is DecisionKind.CANCEL


# To a question about a visit


@pytest.mark.parametrize("intent", [Intent.NOT_NOW, Intent.UNDO, Intent.DECLINE])
def test_taking_back_a_cancel_keeps_the_visit(intent: Intent) -> None:
    assert read_as(intent, CANCELLING) is DecisionKind.DECLINE


def test_the_bare_word_cancel_answers_the_question_whether_to_cancel() -> None:
    assert kind("cancel", CANCELLING) is DecisionKind.CONFIRM


@pytest.mark.parametrize("asked", [CANCELLING, REMINDED], ids=["cancelling", "reminded"])
def test_another_time_for_a_visit_one_has_is_a_move(asked: Awaited) -> None:
    assert read_as(Intent.COUNTER, asked) is DecisionKind.RESCHEDULE


def test_not_being_able_to_come_answers_a_reminder() -> None:
    decision = decided("cant make it", REMINDED, model=Certain(Intent.CANCEL))
    assert (decision.kind, decision.awaited) == (DecisionKind.CANCEL, REMINDED)


# To "Want something sooner or later?"


@pytest.mark.parametrize("intent", [Intent.EARLIER, Intent.PREFERENCES])
def test_saying_what_one_wants_accepts_the_invitation(intent: Intent) -> None:
    assert read_as(intent, INVITED) is DecisionKind.CONFIRM


@pytest.mark.parametrize("text", ["no", "no thanks"])
def test_a_no_turns_the_invitation_down(text: str) -> None:
    assert kind(text, INVITED) is DecisionKind.DECLINE


def test_a_yes_answers_the_invitation_and_not_the_question_why() -> None:
    decision = decided("yes", WHY, INVITED)
    assert (decision.kind, decision.awaited) == (DecisionKind.CONFIRM, INVITED)


# To "May I ask why?"


@pytest.mark.parametrize("text", ["my kid is sick", "work stuff", "flibber gibbet"])
def test_words_that_mean_nothing_stronger_are_the_reason(text: str) -> None:
    decision = decided(text, WHY, model=Certain(Intent.OUT_OF_SCOPE))
    assert (decision.kind, decision.awaited) == (DecisionKind.REASON, WHY)


def test_a_no_with_a_reason_gives_the_reason() -> None:
    found = kind("no my car broke down", WHY, INVITED, model=Certain(Intent.DECLINE))
    assert found is DecisionKind.REASON


@pytest.mark.parametrize("intent", [Intent.QUESTION, Intent.HUMAN, Intent.EARLIER, Intent.RESCHEDULE])
def test_what_means_something_stronger_is_that(intent: Intent) -> None:
    assert read_as(intent, WHY) == intent.value


@pytest.mark.parametrize("text", ["stop texting me", "I have chest pain"])
def test_stop_and_emergencies_are_no_reasons(text: str) -> None:
    assert kind(text, WHY) in (DecisionKind.STOP, DecisionKind.EMERGENCY)


# Taking back


def test_wait_no_takes_back_what_was_done_while_it_can_be() -> None:
    read = understood("oops take that back", Certain(Intent.UNDO))
    assert decide(read, (), zone=ZONE, undoable=True).kind is DecisionKind.UNDO


def test_wait_no_to_an_offer_is_a_no_where_nothing_can_be_taken_back() -> None:
    assert read_as(Intent.UNDO, OFFER, text="wait no") is DecisionKind.DECLINE


@pytest.mark.parametrize("text", ["oops i meant yes", "sorry that was a mistake"])
def test_taking_back_what_cannot_be_taken_back_is_asked_back(text: str) -> None:
    assert read_as(Intent.UNDO, OFFER, text=text) is DecisionKind.CHECK


def test_a_yes_taken_back_is_taken_back_though_the_model_hears_a_yes() -> None:
    read = understood("please forget that yes", Certain(Intent.ACCEPT))
    assert decide(read, (OFFER,), zone=ZONE, undoable=True).kind is DecisionKind.UNDO
    assert decide(read, (OFFER,), zone=ZONE).kind is DecisionKind.CHECK


# The model alone


def test_a_likely_emergency_goes_to_a_person_and_a_sure_one_gets_the_safety_message() -> None:
    assert read_as(Intent.EMERGENCY, OFFER) is DecisionKind.EMERGENCY
    assert read_as(Intent.EMERGENCY, OFFER, share=0.6) is DecisionKind.HUMAN


@pytest.mark.parametrize("intent", [Intent.STOP, Intent.WRONG_NUMBER])
def test_what_the_model_is_sure_of_alone_is_acted_on_only_where_it_is_very_sure(intent: Intent) -> None:
    assert read_as(intent, OFFER, text="so many texts") == intent.value
    unsure = DecisionKind.PERHAPS_STOP if intent is Intent.STOP else DecisionKind.UNCLEAR
    assert read_as(intent, OFFER, text="so many texts", share=0.5) is unsure


@pytest.mark.parametrize(
    "text",
    ["last text please", "this is the last one", "final message", "get out. drop it", "último mensaje"],
)
def test_curt_words_that_may_be_a_stop_are_asked_back(text: str) -> None:
    assert read_as(Intent.OUT_OF_SCOPE, OFFER, text=text) is DecisionKind.PERHAPS_STOP


@pytest.mark.parametrize("text", ["last visit please", "the last slot", "I'm out of town. drop me a line"])
def test_what_only_sounds_like_the_last_text_is_not(text: str) -> None:
    assert read_as(Intent.OUT_OF_SCOPE, OFFER, text=text) is not DecisionKind.PERHAPS_STOP


def test_the_model_alone_stops_nothing_where_no_texts_are_spoken_of() -> None:
    assert read_as(Intent.STOP, OFFER, text="my nose is running") is DecisionKind.UNCLEAR


@pytest.mark.parametrize("text", ["where do I park when I get there?", "¿dónde me estaciono cuando llegue?"])
def test_a_question_about_the_clinic_is_one_though_it_speaks_of_getting_there(text: str) -> None:
    assert read_as(Intent.ARRIVED, OFFER, text=text) is DecisionKind.QUESTION
