"""Names somebody is called by, and blessings, beside what is said."""

import pytest

from nlu.address import without_address


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Sí, mija, Dios se lo pague", "Sí"),
        ("Está perfecto, doctorcita linda", "Está perfecto"),
        ("Primero Dios ahi estoy el martes", "ahi estoy el martes"),
        ("No, muy amable. Que Dios la bendiga", "No, muy amable."),
        ("si mija ahi llego temprano", "si, ahi llego temprano"),
        ("yes, God bless you", "yes"),
        ("gracias, dra. Ahí estaré", "gracias. Ahí estaré"),
    ],
)
def test_what_somebody_is_called_and_wished_is_taken_out(typed: str, said: str) -> None:
    assert without_address(typed) == said


@pytest.mark.parametrize(
    "text",
    [
        "Yes, Dr. Whitlow is fine",
        "mi hermano me lleva",
        "si mija me lleva voy",
        "quiero a la doctora",
        "don't book it",
        "Dios la bendiga",
        "mi amor llámame",
    ],
)
def test_somebody_spoken_of_and_a_blessing_alone_stay(text: str) -> None:
    assert without_address(text) == text
