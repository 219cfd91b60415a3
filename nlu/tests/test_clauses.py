"""A compound reply is cut where a new thought begins, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.clauses import MOST_CLAUSES, split
from nlu.remarks import speaks_for_it
from nlu.tests.lines import line_by_line
from nlu.words import plain, words

CUT = {
    "yes. where do I park?": ["yes.", "where do I park?"],
    "yes, and where do I park?": ["yes", "where do I park?"],
    "yes where do i park": ["yes", "where do i park"],
    "Yes\nwhat should I bring": ["Yes", "what should I bring"],
    "Yes, Pine Street isn't far from me": ["Yes,", "Pine Street isn't far from me"],
    "it's close to my job, so yes": ["it's close to my job,", "so yes"],
    "no sorry, but anything thursday pm?": ["no sorry", "anything thursday pm?"],
    "yes 👍 also can my son come the same day": ["yes", "can my son come the same day"],
    "sure, can you make it 3:30 instead": ["sure", "can you make it 3:30 instead"],
    "I'll take it if it's with Dr Lee otherwise no": [
        "I'll take it",
        "if it's with Dr Lee",
        "otherwise no",
    ],
    "not tuesdays, otherwise I'm easy": ["not tuesdays", "otherwise I'm easy"],
    "no, I work Tuesdays": ["no", "I work Tuesdays"],
    "yes but not before 3": ["yes", "not before 3"],
    "No,Change it to March 4th at 11:00.": ["No", "Change it to March 4th at 11:00."],
    "I can't come. Can we move it to Friday?": ["I can't come.", "Can we move it to Friday?"],
    "tuesday is my long day so no": ["tuesday is my long day", "so no"],
    "sí, ¿dónde queda?": ["sí", "¿dónde queda?"],
    "si por favor donde me estaciono": ["si por favor", "donde me estaciono"],
    "no gracias, mejor el viernes": ["no gracias", "mejor el viernes"],
    "sí, pero solo si es en la tarde": ["sí", "solo si es en la tarde"],
    "la quiero si es con la doctora, si no, no": ["la quiero", "si es con la doctora", "si no, no"],
    "gracias pero no puedo": ["gracias", "no puedo"],
    "yes that works can you tell me the address": ["yes that works", "can you tell me the address"],
    "I'll take the slot what should i bring": ["I'll take the slot", "what should i bring"],
    "sounds good to me I have a question": ["sounds good to me", "I have a question"],
    "fine with me is there parking": ["fine with me", "is there parking"],
    "i like that one tell me the price": ["i like that one", "tell me the price"],
    "yeah, oh, and does Fairview take Aetna?": ["yeah", "does Fairview take Aetna?"],
    "that's ok, they take kids too?": ["that's ok", "they take kids too?"],
    "yes then book it": ["yes", "book it"],
    "no, with Susan Hill": ["no", "with Susan Hill"],
    "no the name is Fairview Dental": ["no", "the name is Fairview Dental"],
}

WHOLE = [
    "yes, Tuesday, Dec 1, 3:00pm",
    "yes please book it, thanks!",
    "yes!! 😀 thank you",
    "can't make it tomorrow, my kid is sick",
    "3.30 works",
    "3 p.m. works",
    "I can do 2 or 3, not 4",
    "not sure if I can make it",
    "let me know if anything opens up",
    "what number should I call if I want to change it?",
    "I also want to know the address",
    "sí con la dra. Lee por favor",
    "sí, quiero la cita del martes",
    "si quiero la cita, muchas gracias",
    "yes that is the one",
    "yes please do that",
    "yes you can do it",
    "yes what i wanted",
    "yes, with Dr Lee",
    "let me know what works",
    "i do not know what is on that day",
    "",
    "?!",
]


@line_by_line("text", CUT)
def test_a_text_is_cut_where_a_new_thought_begins(text: str) -> None:
    assert list(split(text)) == CUT[text]


@pytest.mark.parametrize("text", WHOLE)
def test_a_text_of_one_thought_stays_whole(text: str) -> None:
    assert len(split(text)) <= 1 or all(not words(part) for part in split(text)[1:])


def test_more_thoughts_than_anybody_means_are_left_together() -> None:
    assert len(split(". ".join(["yes"] * 50))) == MOST_CLAUSES


@given(st.text(max_size=300))
def test_any_text_can_be_cut_and_no_clause_holds_a_word_that_was_not_said(text: str) -> None:
    said = set(words(text))
    assert all(set(words(part)) <= said | set(words(part.lower())) for part in split(text))


FAVOUR = """
it isn't far · not far at all from us · it is right by my job · I live close by there · my cousin goes there
they did a great job on my aunt · I have heard nice things about him · he was recommended to me · a good rating
I wrote it in my planner · my teeth are overdue · thanks for double checking
"""
DO_NOT_FAVOUR = """
it is too far · my cousin goes there so I would rather not · I heard good things but not about him
do you have one close to my job · is it near the bus · my sister likes another one · if it is close to my house
they did a great job and I am done, no · something nearby instead · I have class then
"""


@line_by_line(
    "text", [text.strip() for line in FAVOUR.split("\n") for text in line.split("·") if text.strip()]
)
def test_what_speaks_for_the_offer_is_only_a_remark(text: str) -> None:
    assert speaks_for_it(plain(text))


@line_by_line(
    "text", [text.strip() for line in DO_NOT_FAVOUR.split("\n") for text in line.split("·") if text.strip()]
)
def test_a_doubt_a_no_a_question_or_a_wish_is_no_remark_whatever_it_praises(text: str) -> None:
    assert not speaks_for_it(plain(text))
