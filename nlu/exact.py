"""Exact rules, read before any model: whole words and whole texts, never substrings.

What they settle needs no model, so it works while the model is away: STOP, START, HELP, emergencies, wrong
numbers, machines' replies, tapbacks, bare answers such as "yes", "k", "👍" or "2", and bare words such as
"undo", "status", "waitlist" or "no offers".
"""

import re
from dataclasses import dataclass

from nlu import emergencies, optout, persons
from nlu.beforehand import wants_asking, wants_auto_book
from nlu.choices import number_in, pointing, refuses_all
from nlu.clean import Tapback, clean
from nlu.emergencies import Emergency, find_emergency
from nlu.optout import (
    STOP_SIGN,
    wants_back_on,
    wants_help,
    wants_it_ended,
    wants_no_offers,
    wants_off_list,
    wants_offers_again,
    wants_so_many_a_week,
    wants_start,
    wants_stop,
)
from nlu.signals import DATA, DOUBT_EMOJI, NO_EMOJI, YES_EMOJI, signals, words_of_examples
from nlu.spelling import respelt
from nlu.understanding import Intent
from nlu.words import pattern, plain, word_set

_OTHER_TOPICS = tuple(file.stem for file in sorted(DATA.glob("*.yml")) if file.stem != "wrong_number")
_BARE = {
    "cancel": Intent.CANCEL,
    "undo": Intent.UNDO,
    "status": Intent.STATUS,
    "earlier": Intent.EARLIER,
    "thanks": Intent.THANKS,
}
"""Lists of answers.yml whose words mean this where nothing stands beside them."""


@dataclass(frozen=True, slots=True)
class ExactReading:
    """`text`: the patient's own words. `intent` is None where the model has to read them. `unmeant`: what they
    name without meaning it ("no chest pain"), each with the rest of the text, in plain words."""

    text: str
    intent: Intent | None = None
    choice: int | None = None
    flags: frozenset[str] = frozenset()
    also: tuple[Intent, ...] = ()
    quoted: bool = False
    unmeant: tuple[tuple[Intent, str], ...] = ()


def read_exact(text: str) -> ExactReading:
    """Read what needs no model. Never raises, whatever the text."""
    cleaned = clean(text)
    flat = plain(cleaned.text)
    found = _loud(cleaned.text, flat)
    if not found:
        quiet = _tapped(cleaned.tapback) if not cleaned.text else _quiet(cleaned.text, flat)
        found = [quiet] if quiet else []
    return ExactReading(
        text=cleaned.text,
        intent=found[0] if found else None,
        choice=_choice(flat) if found == [Intent.CHOICE] else None,
        flags=frozenset({"crisis"} if find_emergency(respelt(flat)) is Emergency.CRISIS else ()),
        also=tuple(found[1:]),
        quoted=cleaned.quoted,
        unmeant=_unmeant(respelt(flat)),
    )


def _unmeant(flat: str) -> tuple[tuple[Intent, str], ...]:
    rests = (
        (Intent.EMERGENCY, emergencies.without_unmeant(flat)),
        (Intent.STOP, optout.without_unmeant(flat)),
        (Intent.HUMAN, persons.without_unmeant(flat)),
    )
    return tuple((intent, rest) for intent, rest in rests if rest is not None)


def _loud(text: str, flat: str) -> list[Intent]:
    """What is acted upon wherever in a text it stands, gravest first."""
    tests = (
        (Intent.EMERGENCY, find_emergency(respelt(flat)) is not None),
        (Intent.STOP, wants_stop(respelt(flat)) or (_not_theirs(flat) and wants_it_ended(flat))),
        (Intent.WRONG_NUMBER, _wrong_number(flat)),
        (Intent.HUMAN, pattern("answers", "deceased").search(flat) is not None),
        (Intent.NO_OFFERS, wants_no_offers(flat)),
        (Intent.LEAVE_LIST, wants_off_list(flat)),
        (Intent.ASK_FIRST, wants_asking(flat)),
        (Intent.AUTO_BOOK, wants_auto_book(flat)),
        (Intent.AUTO_REPLY, _automatic(text, flat)),
    )
    return [intent for intent, holds in tests if holds]


def _tapped(tapback: Tapback | None) -> Intent:
    if tapback is None:
        return Intent.EMPTY
    return Intent.TAPBACK_LIKE if tapback is Tapback.LIKE else Intent.TAPBACK_OTHER


def _quiet(text: str, flat: str) -> Intent | None:
    """What counts only as the whole text."""
    if not re.search(r"[a-z0-9]", flat):
        return _emoji_only(text)
    if wants_start(flat):
        return Intent.START
    if wants_help(flat):
        return Intent.HELP
    if wants_offers_again(flat) or wants_back_on(flat):
        return Intent.EARLIER
    if wants_so_many_a_week(flat):
        return Intent.FEWER_TEXTS
    if pattern("answers", "place").fullmatch(flat.replace(" ,", "")):
        return Intent.STATUS
    if pattern("answers", "human").fullmatch(respelt(flat).replace(" ,", "")):
        return Intent.HUMAN
    return _bare(text, flat.replace(" ,", ""))


def _bare(text: str, said: str) -> Intent | None:
    """A bare answer. A question mark or a doubtful emoji makes it something else ("yes?", "ok 🤔")."""
    if any(char in "?/" or char in DOUBT_EMOJI for char in text) or "..." in text:
        return None
    if pattern("answers", "a_yes").fullmatch(said):
        return None if any(char in NO_EMOJI for char in text) else Intent.ACCEPT
    if pattern("answers", "a_no").fullmatch(said):
        return None if any(char in YES_EMOJI for char in text) else Intent.DECLINE
    if refuses_all(said):
        return Intent.DECLINE
    if _choice(said) or pointing(said):
        return Intent.CHOICE
    return next((intent for name, intent in _BARE.items() if pattern("answers", name).fullmatch(said)), None)


def _choice(flat: str) -> int | None:
    """The number chosen, if the text is nothing but a choice."""
    found = pattern("answers", "choice").fullmatch(flat.replace(" ,", "").strip())
    return number_in(found) if found else None


def _emoji_only(text: str) -> Intent:
    """No word at all: thumbs say yes or no, a stop sign alone is a stop, anything else says nothing."""
    chars = set(text) - set(" \n.,!")
    if chars == {STOP_SIGN}:
        return Intent.STOP
    if chars & YES_EMOJI and not chars & (NO_EMOJI | DOUBT_EMOJI | {"?"}):
        return Intent.ACCEPT
    if chars & NO_EMOJI and not chars & (YES_EMOJI | DOUBT_EMOJI | {"?"}):
        return Intent.DECLINE
    return Intent.EMPTY


def _wrong_number(flat: str) -> bool:
    if pattern("answers", "wrong_number").search(flat):
        return True
    named = pattern("answers", "not_named").fullmatch(flat)
    return named is not None and _may_be_a_name(named["name"] or named["nombre"])


def _not_theirs(flat: str) -> bool:
    """Whether a text says that the number is not, or no longer, the patient's."""
    return _wrong_number(flat) or pattern("answers", "deceased").search(flat) is not None


def _may_be_a_name(word: str) -> bool:
    """No word that we use ourselves: "this isnt working" is not about somebody called Working."""
    if word in word_set("answers", "not_names"):
        return False
    return not any(word in words_of_examples(topic) for topic in _OTHER_TOPICS)


def _automatic(text: str, flat: str) -> bool:
    """A machine's reply. Somebody who says yes or asks something beside it is not a machine."""
    if not pattern("answers", "auto_reply").search(flat):
        return False
    return not (signals(text).yes or "?" in text)
