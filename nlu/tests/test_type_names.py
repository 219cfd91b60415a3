"""Types of visit called by their names in a text."""

import pytest

from nlu.names import names_type

NAMED = (
    ("need a check up this week", "Check-up"),
    ("is a checkup possible", "Check-up"),
    ("two CHECK-UPS for the twins", "check-up"),
    ("flu-shot please", "Flu shot"),
    ("the yearly physical for my son", "Yearly physical"),
    ("quiero una consulta de nutricion", "Consulta de nutrición"),
)
NOT_NAMED = (
    ("i have the flu", "Flu shot"),
    ("check with her and follow up", "Check-up"),
    ("shot of flu", "Flu shot"),
    ("anything", ""),
)


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_type_is_named_however_its_words_are_parted(text: str, name: str) -> None:
    assert names_type(text, name)


@pytest.mark.parametrize(("text", "name"), NOT_NAMED)
def test_some_of_its_words_or_none_are_not_its_name(text: str, name: str) -> None:
    assert not names_type(text, name)
