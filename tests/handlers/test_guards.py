"""Every guard alone keeps a text from booking, with a model that is wrong and sure of it (`Certain`)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.decide import DecisionKind
from handlers.guards import GUARDS, in_the_way
from nlu.understanding import Intent
from tests.handlers.texts import NOW, OFFER, ZONE, Certain, each, kind, understood

NOT_SURE = """
not Tuesdays · any day but Friday · yes but after 4 · can you do monday instead · ok who is this
Liked “Reply YES to book” · 👍 to “Reply YES” · CANCEL · yes if it's free · maybe yes · not sure · yes?
is it yes · ok thanks · sure, what time · I said yes to the wrong one · yes to monday · yes at 4
yes 3:30 · yes 2 · yes option 2 · yes the second one · yes dr smith · yes for 2 people · yes no
no yes · yes or no · yes... · yes 🤔 · 👍👎 · yes tomorrow · yes dec 2 · yes mornings · yes after 2
yes before 5 · yes cancel · yes stop · yes for my son · both · either works · I already said yes
yes next week · yes not then · 1 · 3 · yes, any time but tuesday · yes 'til you cancel
YES takes it NO passes · thanks! · got it · wait no · oops · yes any tuesday except the 1st
let me check · I think so · i guess · if nothing sooner yes · sure unless it rains
"""


@pytest.mark.parametrize("text", each(NOT_SURE))
def test_less_than_all_the_evidence_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


ANOTHER_TIME_IN_SPANISH = """
sí a las 4 · sí, el miércoles · sí pero el martes no · sí puedo pero el martes no · sí, mejor a las 5
si, después de las 4 · sí cualquier día menos el martes · ok el martes no puedo · sí, el lunes · sí mañana
yes pero no el martes · yes el miércoles · si por la mañana · sí la próxima semana · sí el 2 de diciembre
yes a las 3 y media · yes el martes 8 · yes los martes no · yes hasta las 2 · yes entre 4 y 5 · yes en enero
yes dentro de dos semanas · yes un cuarto para las 3 · yes nunca en martes · yes pasado mañana
yes no a las 3 · yes antes de las 3 · yes este viernes · yes por la noche
"""


@pytest.mark.parametrize("text", each(ANOTHER_TIME_IN_SPANISH))
def test_a_yes_with_another_time_in_spanish_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


@pytest.mark.parametrize(
    "text", each("yes el martes a las 3 · yes, martes 3pm · yes el 1 de diciembre · yes a las tres")
)
def test_a_yes_with_the_offered_time_in_spanish_books(text: str) -> None:
    assert kind(text) is DecisionKind.ACCEPT


@given(st.text(max_size=60))
def test_a_text_of_anything_with_a_no_in_it_never_books(text: str) -> None:
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


@given(
    st.sampled_from(YESES),
    st.sampled_from(NEGATIONS),
    st.sampled_from(["", "that", "tuesday", "then", "really"]),
)
def test_a_yes_with_a_negation_never_books(yes: str, negation: str, rest: str) -> None:
    for text in (f"{yes} {negation} {rest}", f"{negation} {rest} {yes}", f"{yes}, {negation} {rest}"):
        assert kind(text) is not DecisionKind.ACCEPT


@given(st.sampled_from(YESES), st.integers(1, 12), st.sampled_from(["", "am", "pm", ":15", ":30", ":45"]))
def test_a_yes_with_another_clock_time_never_books(yes: str, hour: int, rest: str) -> None:
    if hour == 3 and rest in ("", "pm"):
        return  # the time offered
    assert kind(f"{yes} at {hour}{rest}") is not DecisionKind.ACCEPT


@given(st.sampled_from(YESES[:-1]), st.integers(1, 400))
def test_a_yes_with_another_date_never_books(yes: str, ahead: int) -> None:
    day = NOW.date() + timedelta(days=ahead)
    if OFFER.start and (day.month, day.day) == (OFFER.start.month, OFFER.start.day):
        return  # without its year it is the day offered
    for said in (f"{day:%B} {day.day}", f"{day.month}/{day.day}", f"{day:%A} {day:%b} {day.day}"):
        assert kind(f"{yes} {said}") is not DecisionKind.ACCEPT


@given(
    st.sampled_from(YESES), st.sampled_from(["?", " right?", " what time", " where is it", " how much is it"])
)
def test_a_yes_that_asks_never_books(yes: str, question: str) -> None:
    assert kind(yes + question) is not DecisionKind.ACCEPT


@given(
    st.sampled_from(YESES), st.sampled_from(["maybe", "if I can", "probably", "but", "or", "instead", "hmm"])
)
def test_a_yes_with_a_hedge_or_a_change_never_books(yes: str, word: str) -> None:
    assert kind(f"{word} {yes}") is not DecisionKind.ACCEPT
    assert kind(f"{yes} {word}") is not DecisionKind.ACCEPT


@given(st.lists(st.text("bcdfghjklmnpqrstvwxz", min_size=4, max_size=9), min_size=2, max_size=12))
def test_a_yes_among_unknown_words_never_books(unknown: list[str]) -> None:
    assert kind(f"yes {' '.join(unknown)}") is not DecisionKind.ACCEPT


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
    assert kind("yes that works for me", model=Certain(Intent.ACCEPT, confidence)) is DecisionKind.CHECK


def test_a_very_long_text_is_never_a_plain_yes() -> None:
    assert kind("yes please " * 12) is not DecisionKind.ACCEPT


@pytest.mark.parametrize("name", GUARDS)
def test_each_guard_lets_a_plain_yes_pass(name: str) -> None:
    assert name not in in_the_way(understood("yes please"), OFFER, ZONE)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("no_word_for_yes", "thursdayish vibes"),
        ("negation", "yes not"),
        ("hedge", "maybe yes"),
        ("change", "yes but"),
        ("cancelling", "yes cancel"),
        ("question", "yes?"),
        ("only_polite", "ok thanks"),
        ("quoted", "“Reply YES to book it” yes"),
        ("other_time", "yes at 4"),
        ("too_much_unknown", "yes flibber gibbet"),
        ("too_long", "yes " * 19),
    ],
)
def test_each_guard_stands_in_the_way_of_what_it_is_for(name: str, text: str) -> None:
    assert name in in_the_way(understood(text), OFFER, ZONE)
