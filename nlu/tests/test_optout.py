"""Wording that stops and starts texts, and the look-alikes."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.exact import read_exact
from nlu.optout import offers_a_week
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent

TABLE = yaml.load((Path(__file__).parent / "optout.yml").read_text("utf-8"), yaml.CBaseLoader)
"""Texts by what they do. Read as plain strings: `no` alone is a text, not a truth value."""

STARTS = """
start · START · start please · unstop · UNSTOP · resume · you can text me again
please start texting me again · opt me back in · opt in · sign me back up · resubscribe
turn the texts back on · i want texts again
"""
NOT_STARTS = """
yes · YES · can we start at 3 · start of the week · put me in · sign me up · put me down
when do we start · ok
"""


def each(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("·")]


def test_any_reasonable_wording_stops_texts() -> None:
    assert [text for text in TABLE["stop"] if read_exact(text).intent is not Intent.STOP] == []


def test_words_that_only_sound_like_it_do_not_stop_texts() -> None:
    read = {text: read_exact(text) for text in TABLE["others"]}
    assert [text for text, each in read.items() if Intent.STOP in (each.intent, *each.also)] == []


@pytest.mark.parametrize("text", each(STARTS))
def test_start_and_plain_words_start_texts_again(text: str) -> None:
    assert read_exact(text).intent is Intent.START


@pytest.mark.parametrize("text", each(NOT_STARTS))
def test_a_yes_never_starts_texts_again(text: str) -> None:
    assert read_exact(text).intent is not Intent.START


@pytest.mark.parametrize("text", ["help", "HELP!", "info", "ayuda", "help please"])
def test_help_is_asked_for_by_its_keywords(text: str) -> None:
    assert read_exact(text).intent is Intent.HELP


def test_a_stop_in_our_own_quoted_words_is_not_theirs() -> None:
    assert read_exact("Liked “Reply STOP to opt out”").intent is Intent.TAPBACK_LIKE


def test_a_stop_beside_an_emergency_is_kept() -> None:
    read = read_exact("stop texting me, I have chest pain")
    assert (read.intent, read.also) == (Intent.EMERGENCY, (Intent.STOP,))


@given(st.sampled_from(TABLE["stop"]), st.sampled_from(TABLE["others"]), st.sampled_from([". ", "! ", "\n"]))
def test_a_stop_beside_anything_else_still_stops(stop: str, other: str, between: str) -> None:
    read = read_exact(f"{other}{between}STOP{between}{stop}")
    assert Intent.STOP in (read.intent, *read.also)


@given(
    st.sampled_from(TABLE["stop"]), st.sampled_from(["please", "pls", "por favor", "hi", "thanks", "gracias"])
)
def test_politeness_takes_nothing_from_a_stop(stop: str, polite: str) -> None:
    assert read_exact(f"{stop.rstrip('.!')} {polite}").intent is Intent.STOP


@given(st.sampled_from(TABLE["others"]), st.sampled_from(["please", "thanks", "gracias"]))
def test_politeness_makes_no_stop_of_anything(other: str, polite: str) -> None:
    read = read_exact(f"{other}, {polite}")
    assert Intent.STOP not in (read.intent, *read.also)


@line_by_line(
    ("text", "count"),
    [
        ("no more than 2 a week", 2),
        ("too many texts , at most three a week please", 3),
        ("no mas de dos ofertas por semana", 2),
        ("too many texts", None),
        ("no more than 2 visits a week", None),
    ],
)
def test_how_many_offers_a_week_are_welcome_is_read(text: str, count: int | None) -> None:
    assert offers_a_week(text) == count
