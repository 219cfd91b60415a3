"""Segments as carriers count them."""

import pytest

from rules.segments import affordable, is_gsm7, segments

OFFER = (
    "Lakeside: Maria, Dr Lee has Tue Dec 1, 3:00pm (30 min). YES takes it (replaces Jan 12), NO passes. "
    "First YES gets it. Answer by 11:40am. STOP to opt out"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param(OFFER, 1, id="our offer"),
        pytest.param("a" * 160, 1, id="160 letters"),
        pytest.param("a" * 161, 2, id="161 letters"),
        pytest.param("a" * 306, 2, id="twice 153"),
        pytest.param("a" * 307, 3, id="one more"),
        pytest.param("€" * 80, 1, id="80 euro signs take two places each"),
        pytest.param("€" * 81, 2, id="81 do not"),
        pytest.param("a" * 152 + "€" + "a" * 152, 3, id="a euro sign is not split"),
        pytest.param("a" * 151 + "€" + "a" * 153, 2, id="a euro sign that just fits"),
        pytest.param("í" * 70, 1, id="70 accented letters"),
        pytest.param("í" * 71, 2, id="71 accented letters"),
        pytest.param("í" * 134, 2, id="twice 67"),
        pytest.param("í" * 135, 3, id="one more accented"),
        pytest.param("👍" * 35, 1, id="35 emoji take two places each"),
        pytest.param("👍" * 36, 2, id="36 do not"),
        pytest.param("👍" * 67, 3, id="an emoji is not split"),
        pytest.param("a" * 70 + "’", 2, id="a curly quote turns the whole text"),
        pytest.param("a" * 159 + "’", 3, id="and makes three of one"),
        pytest.param("é" * 160, 1, id="160 of an accent that GSM-7 has"),
        pytest.param("a" * 152 + "€" + "a" * 10, 2, id="a euro sign at the edge"),
    ],
)
def test_a_text_takes_so_many_segments(text: str, expected: int) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Yes, 3:00pm!", True, id="plain English"),
        pytest.param("¿Mañana? Sí", False, id="an accented i"),
        pytest.param("¿Mañana? SÉ", True, id="ñ, É and the turned question mark"),
        pytest.param("à è é ì ò ù ü ö ä ñ Ñ ß", True, id="the accents it has"),
        pytest.param("ç", False, id="only the large cedilla"),
        pytest.param("[a] {b} ~ ^ | \\ €", True, id="the extension"),
        pytest.param("it’s", False, id="a curly quote"),
        pytest.param("a – b", False, id="a dash"),
        pytest.param("`", False, id="a backtick"),
        pytest.param("two\nlines", True, id="a new line"),
        pytest.param("a\tb", False, id="a tab"),
    ],
)
def test_the_cheap_alphabet_is_enough(text: str, expected: bool) -> None:
    assert is_gsm7(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Responda SÍ o NO.", "Responda SÍ o NO.", id="a short text keeps its accents"),
        pytest.param("está " * 26, "está " * 26, id="two segments are not too many"),
        pytest.param("está, mañana sé. " * 8, "esta, mañana sé. " * 8, id="three are: the dear accents go"),
        pytest.param("á’" * 70, "á’" * 70, id="where that saves nothing they stay"),
        pytest.param("plain " * 60, "plain " * 60, id="a long text without accents"),
    ],
)
def test_accents_go_only_where_they_make_a_text_too_dear(text: str, expected: str) -> None:
    assert affordable(text) == expected
