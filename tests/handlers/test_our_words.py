"""What our own text named is known in an answer to it, and its names stand for what was offered."""

from dataclasses import replace

from handlers.decide import DecisionKind
from handlers.our_words import with_it_for_names
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent
from nlu.words import plain
from tests.handlers.texts import OFFER, Certain, each, kind

SAID = "Hazel & Thyme has an opening Tue Dec 1 3:00pm with Dr Lee, at Fernhill Dental. Reply YES, or STOP to end."
ASKED = replace(OFFER, said=SAID)

TAKEN = """
Fernhill Dental sounds good to me · Fernhill is fine · yes, put me in at Fernhill Dental
I like Hazel & Thyme, yes · let's go with Fernhill Dental · Hazel & Thyme will do nicely, thanks · Fernhill it is
Dr. Lee at Fernhill works
"""
NOT_TAKEN = """
Fernhill is too far · not Fernhill · Fernhill on Monday · anywhere but Fernhill · is it Fernhill · stop · no
Fernhill or somewhere else · Fernhill called me yesterday · with Dr Kim at Fernhill · Fernhill is great for my mom
yes to Rosewood · put me in at Rosewood Dental Arts
"""


@line_by_line("text", each(TAKEN))
def test_the_name_of_what_was_offered_is_no_unknown_word_of_a_yes(text: str) -> None:
    assert kind(text, ASKED) is DecisionKind.ACCEPT


@line_by_line(
    "text", each("Fernhill Dental sounds good to me · Hazel & Thyme will do nicely · Fernhill it is")
)
def test_that_it_suits_by_its_name_is_a_yes_whatever_the_model_makes_of_names(text: str) -> None:
    assert kind(text, ASKED, model=Certain(Intent.OUT_OF_SCOPE, 0.6)) is DecisionKind.ACCEPT


@line_by_line("text", each(NOT_TAKEN))
def test_what_else_is_said_of_it_or_of_another_takes_nothing(text: str) -> None:
    assert kind(text, ASKED) is not DecisionKind.ACCEPT


def test_names_are_unknown_where_our_text_named_none() -> None:
    assert kind("Fernhill Dental sounds good to me", OFFER) is DecisionKind.CHECK


def test_a_name_is_found_whole_or_in_part_and_words_of_any_yes_are_none() -> None:
    assert with_it_for_names(plain("Thyme at Fernhill Dental, yes tuesday"), SAID) == "IT , yes tuesday"
