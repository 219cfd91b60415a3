"""Which language a text is written in."""

import pytest

from nlu.language import language_of

TEXTS = [
    ("yes please, that works for me", "en"),
    ("can i come in the morning?", "en"),
    ("sí por favor", "es"),
    ("no puedo ese dia, tengo que trabajar", "es"),
    ("gracias, la tomo", "es"),
    ("ok", None),
    ("no", None),
    ("3pm", None),
    ("👍", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
def test_a_text_tells_its_language_or_says_nothing_of_it(text: str, language: str | None) -> None:
    assert language_of(text) == language
