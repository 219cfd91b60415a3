"""Words on which much hangs, with one slip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.spelling import LEAST, respelt
from nlu.words import plain, word_set

WEIGHTY = sorted(word_set("spelling", "weighty"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stop texing me", "stop texting me"),
        ("no more messges", "no more messages"),
        ("need an ambulence", "need an ambulance"),
        ("humna please", "human please"),
        ("no more mensages", "no more mensajes"),
        ("blood tests", "blood tests"),
        ("a massage", "a massage"),
        ("i removed it", "i removed it"),
        ("it took my breath away", "it took my breath away"),
        ("txt me", "txt me"),
    ],
)
def test_one_slip_is_read_through(typed: str, meant: str) -> None:
    assert respelt(typed) == meant


@given(st.sampled_from(WEIGHTY), st.data())
def test_any_letter_may_be_missing(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    typed = word[:at] + word[at + 1 :]
    if len(typed) >= LEAST and typed not in word_set("spelling", "not_misspelt") | set(WEIGHTY):
        assert respelt(typed) in WEIGHTY


@given(st.text(max_size=60))
def test_no_other_word_changes_and_none_is_lost(text: str) -> None:
    flat = plain(text)
    pairs = zip(flat.split(), respelt(flat).split(), strict=True)
    assert all(was == now or now in WEIGHTY for was, now in pairs)
