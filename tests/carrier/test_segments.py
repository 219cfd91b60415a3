"""Segments of a text are counted as carriers charge them."""

import pytest

from bot.demo.carrier import segments


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", 1, id="empty"),
        pytest.param("a" * 160, 1, id="one full segment"),
        pytest.param("a" * 161, 2, id="one too many"),
        pytest.param("a" * 306, 2, id="two full segments of 153"),
        pytest.param("a" * 307, 3, id="three"),
        pytest.param("é" * 160, 1, id="an accent that GSM-7 has"),
        pytest.param("€" * 80, 1, id="the euro sign takes two places"),
        pytest.param("€" * 81, 2, id="81 euro signs"),
        pytest.param("a" * 152 + "€" + "a" * 10, 2, id="an escape is not cut in half"),
        pytest.param("í" * 70, 1, id="an accent that GSM-7 lacks"),
        pytest.param("í" * 71, 2, id="71 characters outside GSM-7"),
        pytest.param("a" * 159 + "’", 3, id="one curly quote flips the whole text"),
        pytest.param("👍" * 35, 1, id="an emoji takes two places"),
        pytest.param("👍" * 36, 2, id="36 emoji"),
        pytest.param("👍" * 67, 3, id="an emoji is not cut in half"),
    ],
)
def test_a_text_takes_so_many_segments(body: str, expected: int) -> None:
    assert segments.count(body) == expected
