"""Texts without what tells who wrote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.words import words
from rules.anonymous import anonymised

NAMES = {"maria", "lopez", "will", "lee", "sam"}
FAMILIAR = set(
    words("i will you take it can my husband come yes call me at see dr this is hi there on tuesday")
)

TEXTS = [
    ("hi this is maria", "hi this is [name]"),
    ("MARIA LOPEZ here", "[name] [name] here"),
    ("will you call me", "will you call me"),
    ("can Will take it", "can [name] take it"),
    ("my husband Carlos can come", "my husband [name] can come"),
    ("Tuesday is fine", "Tuesday is fine"),
    ("yes, on Tuesday with dr lee's office", "yes, on Tuesday with dr [name] office"),
    ("call me at 212-555-0199", "call me at [number]"),
    ("my number is (212) 555 0199 now", "my number is [number] now"),
    ("member id 88421970", "member id [number]"),
    ("born 3/4/1982", "born [date]"),
    ("see you 12/1 at 3:30", "see you 12/1 at 3:30"),
    ("write to maria.l@example.com", "write to [email]"),
    ("is it www.example.com/x?", "is it [link]"),
    ("i live at 12 Harbor Street", "i live at [address]"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_what_is_personal_is_taken_out_and_the_rest_stands(text: str, expected: str) -> None:
    assert anonymised(text, names=NAMES, familiar=FAMILIAR) == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_or_number_survives_whatever_stands_around_it(before: str, after: str) -> None:
    text = f"{before} maria 212-555-0199 {after}"
    told = anonymised(text, names=NAMES, familiar=FAMILIAR)
    assert ("maria" in told.lower(), "555-0199" in told) == (False, False)
