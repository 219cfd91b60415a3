"""Spanish spelt by ear, and what is left as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.by_ear import by_ear


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ci por fabor", "si por favor"),
        ("tanbien boy", "tambien boy"),
        ("ay nos bemos", "ay nos vemos"),
        ("kedamos asi", "quedamos asi"),
        ("mi esposo esta combulsionando", "mi esposo esta convulsionando"),
        ("se esta aogando", "se esta ahogando"),
        ("se le incho la cavesa", "se le hincho la cabeza"),
        ("no la puedo canviar", "no la puedo cambiar"),
    ],
)
def test_a_word_that_sounds_like_one_of_ours_is_read_as_it(typed: str, meant: str) -> None:
    assert by_ear(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["sí, yo voy", "yes, that works for me", "I'll be at the vet, sorry", "5pm", "soy Yessica Vázquez"],
)
def test_what_we_know_and_what_is_english_stays_as_it_was_typed(text: str) -> None:
    assert by_ear(text) == text


@given(st.text(max_size=200))
def test_any_text_comes_out_the_same_the_second_time(text: str) -> None:
    assert by_ear(by_ear(text)) == by_ear(text)


def test_a_name_inside_a_sentence_stays_as_it_is() -> None:
    assert by_ear("sí, Ben") == "sí, Ben"
    assert by_ear("Ci por fabor") == "si por favor"
