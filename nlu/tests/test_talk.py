"""What stands beside a yes: talk changes nothing where one thought plainly takes the offer, and nowhere else."""

from collections.abc import Callable

from handlers.decide import DecisionKind, decide
from nlu.tests.conftest import ZONE
from nlu.tests.lines import line_by_line
from nlu.tests.test_heldout import OFFER
from nlu.understanding import Understanding

Read = Callable[[str], Understanding]

BOOKS = [
    "apúnteme, voy en metro",
    "Resérvela por favor, mi nieta me lleva en el carro azul",
    "my back is killing me, pls book it",
    "I'll take it. The dog will be glad too",
    "Works perfectly, I get off at 2",
    "sí la tomo, ese día no hay culto",
    "I think that would be fine, please go ahead and book it",
    "Put me down please. My shoulder has been aching since the fall",
    "we'll take that slot for our father",
    "Um, yeah, that's fine",
    "That sounds lovely, so could you set it up?",
]
BOOKS_NOTHING = [
    "yes I have class then",
    "perfecto, justo el día que me operan de la rodilla",
    "I'll take it if my boss lets me go",
    "Book it. Actually no, I have court",
    "works perfectly, I get off at 5",
    "i confirm my insurance is blue cross",
    "sí sí acepto los términos, ya firmé",
    "okey dokey got it",
    "yes when my leg is out of plaster",
    "I'll take it, maybe",
    "ahí estaré si puedo",
    "book it, I will confirm later",
    "Put me down. If my boss lets me, that is",
    "That sounds lovely, could you set it up for Friday?",
    "Sí, mi fecha de nacimiento es 3/8/75",
    "si puedo llevar a mi niña de dos años?",
    "sí claro, y yo soy el papa",
    "sure Jan",
]
BOOKS_AND_ANSWERS = [
    "Sure, how early do you want me there",
    "YES please, is it okay if I bring my twins",
    "We will take it. Do I need to do all that paperwork again?",
]


@line_by_line("text", BOOKS)
def test_talk_beside_a_plain_booking_changes_nothing(text: str, reading: Read) -> None:
    assert decide(reading(text), (OFFER,), zone=ZONE).kind is DecisionKind.ACCEPT


@line_by_line("text", BOOKS_NOTHING)
def test_a_bare_yes_or_what_hangs_on_something_books_nothing(text: str, reading: Read) -> None:
    assert decide(reading(text), (OFFER,), zone=ZONE).kind is not DecisionKind.ACCEPT


@line_by_line("text", BOOKS_AND_ANSWERS)
def test_a_question_beside_a_plain_booking_is_answered_too(text: str, reading: Read) -> None:
    decision = decide(reading(text), (OFFER,), zone=ZONE)
    also = [each.kind for each in decision.also]
    assert (decision.kind, also) == (DecisionKind.ACCEPT, [DecisionKind.QUESTION])


def test_what_is_on_at_the_time_offered_is_a_reason_and_no_other_wish(reading: Read) -> None:
    said = reading("He has dialysis Tuesdays so no")
    assert decide(said, (OFFER,), zone=ZONE).kind is DecisionKind.DECLINE


def test_whether_it_is_real_is_a_question_and_no_call_for_a_person(reading: Read) -> None:
    assert decide(reading("is this real?"), (OFFER,), zone=ZONE).kind is DecisionKind.QUESTION
