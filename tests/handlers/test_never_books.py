"""Whatever is put beside a yes, by chance or of all that there is: it never books, with a model sure of a yes."""

from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from handlers.decide import DecisionKind
from handlers.guards import in_the_way
from nlu.understanding import Intent
from tests.handlers.texts import NOW, OFFER, ZONE, Certain, kind, understood

unhurried = settings(deadline=None)
"""The first text of all waits for the lists to be read."""


@unhurried
@given(st.text(max_size=60))
def test_a_text_of_anything_with_a_no_in_it_never_books(text: str) -> None:
    assume(">" not in text)  # a line quoted like that is our own text, which says NO too
    assert kind(f"yes {text} no") is not DecisionKind.ACCEPT


NEGATIONS = ("not", "don't", "can't", "cannot", "never", "nope", "won't", "unable", "except")
YESES = (
    "yes",
    "yes please",
    "sure",
    "ok book it",
    "sounds good",
    "I'll take it",
    "works for me",
    "yes tuesday at 3",
)


@unhurried
@given(
    st.sampled_from(YESES),
    st.sampled_from(NEGATIONS),
    st.sampled_from(["", "that", "tuesday", "then", "really"]),
)
def test_a_yes_with_a_negation_never_books(yes: str, negation: str, rest: str) -> None:
    for text in (f"{yes} {negation} {rest}", f"{negation} {rest} {yes}", f"{yes}, {negation} {rest}"):
        assert kind(text) is not DecisionKind.ACCEPT


@unhurried
@given(st.sampled_from(YESES), st.integers(1, 12), st.sampled_from(["", "am", "pm", ":15", ":30", ":45"]))
def test_a_yes_with_another_clock_time_never_books(yes: str, hour: int, rest: str) -> None:
    if hour == 3 and rest in ("", "pm"):
        return  # the time offered
    assert kind(f"{yes} at {hour}{rest}") is not DecisionKind.ACCEPT


@unhurried
@given(st.sampled_from(YESES[:-1]), st.integers(1, 400))
def test_a_yes_with_another_date_never_books(yes: str, ahead: int) -> None:
    day = NOW.date() + timedelta(days=ahead)
    if OFFER.start and (day.month, day.day) == (OFFER.start.month, OFFER.start.day):
        return  # without its year it is the day offered
    for said in (f"{day:%B} {day.day}", f"{day.month}/{day.day}", f"{day:%A} {day:%b} {day.day}"):
        assert kind(f"{yes} {said}") is not DecisionKind.ACCEPT


@unhurried
@given(
    st.sampled_from(YESES), st.sampled_from(["?", " right?", " what time", " where is it", " how much is it"])
)
def test_a_yes_that_asks_never_books(yes: str, question: str) -> None:
    assert kind(yes + question) is not DecisionKind.ACCEPT


@unhurried
@given(
    st.sampled_from(YESES), st.sampled_from(["maybe", "if I can", "probably", "but", "or", "instead", "hmm"])
)
def test_a_yes_with_a_hedge_or_a_change_never_books(yes: str, word: str) -> None:
    assert kind(f"{word} {yes}") is not DecisionKind.ACCEPT
    assert kind(f"{yes} {word}") is not DecisionKind.ACCEPT


@unhurried
@given(st.lists(st.text("bcdfghjklmnpqrstvwxz", min_size=4, max_size=9), min_size=2, max_size=12))
def test_a_yes_among_unknown_words_never_books(unknown: list[str]) -> None:
    assert kind(f"yes {' '.join(unknown)}") is not DecisionKind.ACCEPT


@unhurried
@given(st.text(max_size=120), st.sampled_from(list(Intent)[:7]))
def test_only_a_text_with_every_guard_out_of_the_way_books(text: str, intent: Intent) -> None:
    model = Certain(intent)
    booked = kind(text, model=model) is DecisionKind.ACCEPT
    assert not booked or in_the_way(understood(text, model), OFFER, ZONE) == ()


@pytest.mark.parametrize("intent", [intent for intent in list(Intent)[:7] if intent is not Intent.ACCEPT])
def test_a_yes_the_model_reads_as_something_else_never_books(intent: Intent) -> None:
    assert kind("yes that works for me", model=Certain(intent)) is not DecisionKind.ACCEPT


@pytest.mark.parametrize("confidence", [0.2, 0.49, 0.6])
def test_a_yes_the_model_is_unsure_of_is_asked_back(confidence: float) -> None:
    unsure = Certain(Intent.ACCEPT, confidence)
    assert kind("yes that works for me and the kids", model=unsure) is DecisionKind.CHECK


def test_a_very_long_text_is_never_a_plain_yes() -> None:
    assert kind("yes please " * 16) is not DecisionKind.ACCEPT


@unhurried
@given(
    st.sampled_from(YESES),
    st.sampled_from(["with", "from", "but with", "if it's with", "and can it be with"]),
    st.sampled_from(["dr kim", "Dr. Patel", "doctor kim", "dra ortiz"]),
)
def test_a_yes_with_another_provider_never_books(yes: str, glue: str, provider: str) -> None:
    assert kind(f"{yes} {glue} {provider}") is not DecisionKind.ACCEPT
    assert kind(f"{yes}, {glue} {provider}") is not DecisionKind.ACCEPT


@unhurried
@given(st.sampled_from(YESES), st.sampled_from(["wednesday", "thursday", "friday", "saturday", "monday"]))
def test_a_yes_with_another_weekday_never_books(yes: str, day: str) -> None:
    for text in (f"{yes} {day}", f"{day} {yes}", f"{yes} on {day} please", f"{yes}. {day}", f"{yes}, {day}?"):
        assert kind(text) is not DecisionKind.ACCEPT


@pytest.mark.parametrize(
    "text",
    [
        "yes when my leg is out of plaster",
        "sure, once I get paid",
        "yes whenever we are back home",
        "si pero hasta el lunes",
        "sí, hasta enero",
    ],
)
def test_a_yes_for_when_something_has_happened_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT
