"""Several thoughts in one text: each is read by itself, and a yes books only where all beside it is harmless."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.decide import DecisionKind
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent
from tests.handlers.texts import CANCELLING, CHECKED, OFFER, OTHER_OFFER, Clauses, decided, each

READS = Clauses(
    park=Intent.QUESTION,
    bring=Intent.QUESTION,
    insurance=Intent.QUESTION,
    son=Intent.QUESTION,
    number=Intent.QUESTION,
    thursday=Intent.COUNTER,
    later=Intent.COUNTER,
    instead=Intent.COUNTER,
    before=Intent.COUNTER,
    after=Intent.COUNTER,
    kim=Intent.PREFERENCES,
    lee=Intent.PREFERENCES,
    cancel=Intent.CANCEL,
    move=Intent.RESCHEDULE,
    list=Intent.STATUS,
    take=Intent.ACCEPT,
    book=Intent.ACCEPT,
    works=Intent.ACCEPT,
    sounds=Intent.ACCEPT,
    yes=Intent.ACCEPT,
    thank=Intent.THANKS,
    no=Intent.DECLINE,
)


def said(text: str, *awaited: object) -> tuple[DecisionKind, list[DecisionKind]]:
    decision = decided(text, *(awaited or (OFFER,)), model=READS)  # type: ignore[arg-type]
    return decision.kind, [other.kind for other in decision.also]


# A yes, and something beside it

YES_AND_A_QUESTION = """
yes. where do I park? · yes, and where do I park? · yes 👍 also can my son come the same day
Yes! what should i bring · where do I park? also yes, book it · yes where do i park
yes book it, do you take my insurance?
I'll take it. what should I bring? · yes that works what should i bring · book it do you take my insurance
that works for me where do i park · I'll take it, what is the number? · Confirmed. What is the number?
"""


@pytest.mark.parametrize("text", each(YES_AND_A_QUESTION))
def test_a_yes_with_a_plain_question_books_and_the_question_is_answered(text: str) -> None:
    assert said(text) == (DecisionKind.ACCEPT, [DecisionKind.QUESTION])


REMARKS = """
yes please. I have been waiting for weeks · you guys are the best. yes, book it · yes! I really appreciate it
book it. have a great day · that works! can I go ahead and schedule an appointment?
yes. I'd like to make an appointment · yes, can you book a visit? · yes. please make my reservation
that works. That's all I need today · yes please. I don't need anything else · Yes, book it. No, that's all, thanks
sounds good, that's everything for today · yes. I'm finished now · book it. nothing else. bye
yes sorry just saw this · yes, my mom will drive me · yes I'll leave work early · yes! sorry was driving
yes my tooth is killing me · yes please, the sooner the better · I'm off that day so yes
yes. I can move my things
sí, ese día no trabajo · sí, perdón por la demora · sí, ya pedí permiso en el trabajo · sí, me lleva mi hija
"""


@line_by_line("text", each(REMARKS))
def test_a_remark_beside_a_yes_leaves_it_a_yes(text: str) -> None:
    assert said(text)[0] is DecisionKind.ACCEPT


SETTLED = """
Perfect timing actually, I'm off on Tuesdays. Book it · not gonna say no to that! book me in
my mom is making me go. ill take it · Way sooner than I expected. I'll take it
Cant believe my luck. Book it · why not. book it
"""


@line_by_line("text", each(SETTLED))
def test_a_text_that_ends_on_a_plain_booking_books(text: str) -> None:
    assert said(text)[0] is DecisionKind.ACCEPT


NOT_SETTLED = """
I can't do 3. book me in · no. book it · I'm off Thursdays. book it · if my boss agrees. book it
I wanted Thursday instead. book it · cancel mine. book it · my other doctor had nothing. book it
I don't want the afternoon. I'll take it · wait. book it · I'm off Thursdays so that works
"""


@line_by_line("text", each(NOT_SETTLED))
def test_a_booking_after_a_no_a_condition_or_another_time_books_nothing(text: str) -> None:
    assert said(text)[0] is not DecisionKind.ACCEPT


@pytest.mark.parametrize(
    "text",
    each(
        """yes. I have been trying to cancel · yes. I have been waiting for another time
        yes. ive been looking for thursday · ok. that's all · ok. I don't need anything else
        yes. I'm all set · that works. I don't need it · that works. I don't need any appointments
        yes. that's all I need to move · book it. that's all wrong
        I want it but my back hurts · la quiero pero me duele la espalda · sí voy tarde · yes my mom cancelled"""
    ),
)
def test_a_remark_that_could_change_the_answer_books_nothing(text: str) -> None:
    assert said(text)[0] is not DecisionKind.ACCEPT


@pytest.mark.parametrize(
    "text", each("yes please. thank you! · Yes. Thanks so much · yes, book it. thank you")
)
def test_a_yes_and_thanks_is_a_yes(text: str) -> None:
    assert said(text)[0] is DecisionKind.ACCEPT


BREATHS = (
    "sure, what's the number? · ok where do i park · great, what do I bring? · yeah, can i have the number"
)


@pytest.mark.parametrize("text", each(BREATHS))
def test_a_breath_before_a_question_books_nothing(text: str) -> None:
    assert said(text)[0] is not DecisionKind.ACCEPT


@pytest.mark.parametrize(
    "text", each("ok where do i park · great, what do I bring? · alright. can i have the number")
)
def test_a_breath_before_a_question_leaves_it_a_question(text: str) -> None:
    assert said(text) == (DecisionKind.QUESTION, [])


def test_half_a_yes_before_a_question_is_asked_back_and_the_question_is_answered() -> None:
    assert said("sounds good, do you take my insurance?") == (DecisionKind.CHECK, [DecisionKind.QUESTION])


def test_half_a_yes_before_a_question_that_only_somebody_asks_who_comes_books() -> None:
    assert said("sounds good, what do I bring?") == (DecisionKind.ACCEPT, [DecisionKind.QUESTION])


def test_a_breath_before_a_question_does_answer_just_checking() -> None:
    assert said("ok. where do I park?", OFFER, CHECKED) == (DecisionKind.ACCEPT, [DecisionKind.QUESTION])


MET = """
I'll take it if it's with Dr Lee otherwise no · yes if it's after 2 · yes but not before 3
yes, if it's on tuesday · yes as long as it's in the afternoon · yes but only with dr lee
"""


@pytest.mark.parametrize("text", each(MET))
def test_a_condition_that_the_offer_meets_leaves_it_a_yes(text: str) -> None:
    assert said(text)[0] is DecisionKind.ACCEPT


NOT_MET = """
yes if it's after 4 · yes but not before 4 · yes if it's with Dr Kim · yes as long as it's in the morning
sure, can you make it 3:30 instead · yes but can it be after 4? · yes but thursday
yes, but I need something later
"""


@pytest.mark.parametrize("text", each(NOT_MET))
def test_a_condition_or_a_wish_that_the_offer_does_not_meet_is_a_counter(text: str) -> None:
    assert said(text)[0] is DecisionKind.COUNTER


def test_a_condition_that_is_not_met_with_a_no_otherwise_declines() -> None:
    assert said("I'll take it if it's with Dr Kim otherwise no")[0] is DecisionKind.DECLINE


@pytest.mark.parametrize(
    "text",
    each("yes but after 3 · yes if my insurance covers it · yes unless it's a tuesday · yes if i get a ride"),
)
def test_a_condition_nobody_can_check_is_asked_back(text: str) -> None:
    assert said(text)[0] is DecisionKind.CHECK


@pytest.mark.parametrize(
    "text", each("yes. no · yes. no sorry · no. yes book it · yes. Actually no · I'll take it, but no")
)
def test_a_yes_and_a_no_in_one_text_are_asked_back(text: str) -> None:
    assert said(text)[0] is DecisionKind.CHECK


@pytest.mark.parametrize(
    "text",
    each("yes. flibber gibbet · yes. is Dr Kim there? · yes. can we do it later? · yes. cancel my other one"),
)
def test_a_yes_with_anything_that_is_not_plainly_harmless_books_nothing(text: str) -> None:
    assert said(text)[0] is not DecisionKind.ACCEPT


# No yes in it


@pytest.mark.parametrize("text", ["no sorry, but anything thursday pm?", "No. can you do it on thursday"])
def test_a_no_with_another_time_is_a_counter(text: str) -> None:
    assert said(text)[0] is DecisionKind.COUNTER


@pytest.mark.parametrize(
    "text",
    each(
        "No, with Susan Hill · no. the name is Fairview Dental · No. I want to go to Fairview · no i said the 8th"
    ),
)
def test_a_no_with_another_name_or_place_is_a_counter(text: str) -> None:
    assert said(text)[0] is DecisionKind.COUNTER


def test_a_no_with_a_question_declines_and_the_question_is_answered() -> None:
    assert said("no. where do I park next time?") == (DecisionKind.DECLINE, [DecisionKind.QUESTION])


def test_a_no_beside_a_wish_and_a_question_is_a_no_and_the_wish_is_kept() -> None:
    decision = decided("no thanks, not mondays. where do I park?", OFFER, model=READS)
    assert (decision.kind, [other.kind for other in decision.also]) == (
        DecisionKind.DECLINE,
        [DecisionKind.QUESTION],
    )
    assert decision.read is not None
    assert decision.read.preferences.excluded_weekdays == {0}


def test_a_cancel_with_a_question_does_both() -> None:
    assert said("I need to cancel. what number do I call?") == (DecisionKind.CANCEL, [DecisionKind.QUESTION])


def test_moving_a_visit_is_not_cancelling_it() -> None:
    assert said("I can't come. can you move it?", CANCELLING)[0] is DecisionKind.RESCHEDULE


def test_each_clause_keeps_its_own_reading() -> None:
    decision = decided("yes. where do I park?", OFFER, model=READS)
    assert [other.read.text for other in decision.also if other.read] == ["where do I park?"]


def test_with_two_offers_open_a_compound_yes_is_asked_back() -> None:
    assert said("yes. where do I park?", OFFER, OTHER_OFFER)[0] is DecisionKind.CHECK


# Whatever is said


@settings(deadline=None)  # the first text of a run waits for the phrase lists
@given(
    st.lists(
        st.sampled_from(
            [
                "no",
                "not tuesday",
                "after 4",
                "thursday instead",
                "cancel it",
                "maybe",
                "if i can",
                "wait",
                "dr kim",
            ]
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([". ", ", but ", " but ", "! ", "\n", ". also "]),
    st.booleans(),
)
def test_a_yes_never_books_beside_a_no_another_wish_or_a_doubt(
    rest: list[str], glue: str, first: bool
) -> None:
    parts = ["yes", *rest] if first else [*rest, "yes"]
    assert said(glue.join(parts))[0] is not DecisionKind.ACCEPT


def test_a_question_with_a_bare_no_in_it_is_not_harmless_beside_a_yes() -> None:
    assert decided("yes which no", OFFER).kind is DecisionKind.CHECK
