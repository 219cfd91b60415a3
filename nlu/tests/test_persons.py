"""Asking for a person anywhere in a text, and what only speaks of one."""

import pytest

from nlu.persons import wants_person
from nlu.words import plain


@pytest.mark.parametrize(
    "text",
    [
        "before I book, can I talk to somebody",
        "too hard to explain in text, please call me",
        "yes but have the nurse call me first",
        "no more bots, person",
        "quiero hablar con alguien antes de decidir",
        "que me llame la doctora",
        "i dont want to text with a machine, who can i talk to",
        "que me atienda una señorita, una de carne y hueso",
        "asesor de verdad por favor",
    ],
)
def test_a_person_is_asked_for_in_any_place(text: str) -> None:
    assert wants_person(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "the nurse called me",
        "let me talk to my husband",
        "no need to call me",
        "call me if something opens up",
        "I'll call you later",
        "no me llamen",
        "my son is a forklift operator, he needs the physical",
        "you sound like a real person haha",
        "my aide is a cousin, not someone from an agency",
        "eres una persona de carne y hueso?",
    ],
)
def test_what_only_speaks_of_talking_asks_for_nobody(text: str) -> None:
    assert not wants_person(plain(text))
