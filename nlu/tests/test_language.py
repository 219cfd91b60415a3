"""Which language a text is written in."""

from hypothesis import given
from hypothesis import strategies as st

from nlu.language import language_of
from nlu.tests.examples import examples
from nlu.tests.lines import line_by_line

TEXTS = [
    ("yes please, that works for me", "en"),
    ("can i come in the morning?", "en"),
    ("sure, book it", "en"),
    ("cnt make it sry somethin came up at work", "en"),
    ("wut tym u opn", "en"),
    ("sí por favor", "es"),
    ("si", "es"),
    ("no puedo ese dia, tengo que trabajar", "es"),
    ("gracias, la tomo", "es"),
    ("perdon no entiendo ingles", "es"),
    ("si, el tuesday is fine para mi", None),
    ("sim, pode marcar para terça de manhã", "pt"),
    ("je ne peux pas venir mardi, désolé", "fr"),
    ("mwen pa kapab vini madi", "ht"),
    ("tôi không thể đến vào thứ ba", "vi"),
    ("hindi ako makakapunta sa martes, salamat po", "tl"),
    ("nie mogę przyjść we wtorek", "pl"),
    ("здравствуйте, мы опоздаем на час, это возможно", "ru"),
    ("لا أستطيع الحضور يوم الثلاثاء", "ar"),
    ("화요일에는 갈 수 없습니다", "ko"),
    ("我星期二不能来", "zh"),
    ("火曜日は行けません", "ja"),
    ("yes", None),
    ("yes thanks", None),
    ("ok", None),
    ("no", None),
    ("y", None),
    ("n", None),
    ("3pm", None),
    ("dr kowalczyk", None),
    ("👍", None),
    ("", None),
]


@line_by_line(("text", "language"), TEXTS)
def test_a_text_tells_its_language_or_says_nothing_of_it(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_no_english_example_of_ours_is_taken_for_a_language_we_do_not_answer_in() -> None:
    told = {language_of(example) for texts in examples().values() for example in texts}
    assert told <= {"en", "es", None}


@given(st.text(max_size=80))
def test_any_text_whatever_has_a_language_or_none(text: str) -> None:
    assert language_of(text) is None or len(language_of(text) or "") in (2, 3)
