"""Reading one text: exact rules first, the model only for what they leave open, the rest always: times, signals,
the reason given, the topic asked about and standing wishes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from nlu.address import without_address
from nlu.by_ear import by_ear
from nlu.clauses import split
from nlu.exact import ExactReading, read_exact
from nlu.language import language_of
from nlu.optout import without_narrower
from nlu.preferences import preferences
from nlu.reasons import reason, reason_with_model
from nlu.signals import signals
from nlu.slips import without_slips
from nlu.spanish import in_their_words
from nlu.time_places import Hours
from nlu.times import Heard, hear
from nlu.topics import topic
from nlu.understanding import Intent, Ranked, Signals, TimeSpan, Understanding
from nlu.words import plain, words


class Model(Protocol):
    """What reads a text that no exact rule settles. Raises NluUnavailable when it cannot."""

    def parse(self, text: str) -> Ranked: ...


NARROWER = (Intent.NO_OFFERS, Intent.LEAVE_LIST)
"""What an exact rule hears wherever in a text it stands, and may be said beside something else."""

IN_A_CLAUSE = (Intent.ACCEPT, Intent.DECLINE, Intent.CANCEL, Intent.EMPTY)
"""Bare answers that mean the same inside a longer text."""


def read(
    text: str, model: Model, *, now: datetime, zone: ZoneInfo, hours: Hours | None = None
) -> Understanding:
    """Read `text` as received at `now`; `zone` and `hours` are the clinic's, in which times are meant.

    Raises NluUnavailable only where the model is needed and away.
    """
    exact = _without_address(read_exact(without_slips(by_ear(text))))
    listen = partial(hear, now=now, zone=zone, hours=hours)
    whole = _understood(exact, model, listen)
    parts = _parts(exact)
    if not parts:
        return whole
    clauses = tuple(_understood(_clause(read_exact(part)), model, listen) for part in parts)
    given = whole.reason or next((clause.reason for clause in clauses if clause.reason), None)
    return replace(whole, clauses=clauses, reason=given)


def _parts(exact: ExactReading) -> Sequence[str]:
    """The thoughts of a text that holds several; of one that ends offers or leaves the list, what else it says."""
    if exact.intent in NARROWER:
        return split(without_narrower(plain(exact.text)))
    parts = split(exact.text) if exact.intent is None else ()
    return parts if len(parts) > 1 else ()


def _without_address(exact: ExactReading) -> ExactReading:
    """Names somebody is called by and blessings are none of what is said, unless an exact rule has read them."""
    said = without_address(exact.text) if exact.intent is None else exact.text
    if said == exact.text:
        return exact
    return replace(_clause(read_exact(said)), quoted=exact.quoted, unmeant=exact.unmeant)


def _clause(exact: ExactReading) -> ExactReading:
    """What only a whole text can mean ("END", "help", "who is this") is not read into a clause of one: the whole
    was looked at for that."""
    if exact.intent in (None, *IN_A_CLAUSE):
        return exact
    return replace(exact, intent=None, choice=None, also=())


def _understood(
    exact: ExactReading, model: Model, listen: Callable[[str], tuple[Heard, ...]]
) -> Understanding:
    heard = () if exact.intent is Intent.CHOICE else listen(exact.text)
    times = in_their_words(exact.text, (each.span for each in heard))
    ranked = _ranked(exact, model) if exact.intent is None else Ranked(((exact.intent, 1.0),))
    intent, confidence = ranked.intents[0]
    placed = {word for span in times for word in words(span.text)}
    return Understanding(
        text=exact.text,
        intent=intent,
        confidence=confidence,
        exact=exact.intent is not None,
        ranking=() if exact.intent else ranked.intents,
        times=times,
        choice=exact.choice,
        language=language_of(exact.text),
        flags=exact.flags,
        signals=_signals(exact, times),
        also=exact.also,
        reason=(
            reason(exact.text) if exact.intent else reason_with_model(exact.text, ranked, model.parse, placed)
        ),
        topic=topic(exact.text),
        preferences=preferences(exact.text, heard),
        model=ranked.model,
    )


def _ranked(exact: ExactReading, model: Model) -> Ranked:
    """The model's ranking. What the exact rules found named but not meant stays in it only where the rest of the
    text is read so too ("no chest pain but my lips are turning blue"); else the others share its part."""
    ranked = model.parse(exact.text)
    named = dict(exact.unmeant).get(ranked.intents[0][0])
    if named is None or (named.strip(" ,") and _first(model.parse(named)) is ranked.intents[0][0]):
        return ranked
    rest = 1 - ranked.intents[0][1]
    if not rest or len(ranked.intents) == 1:
        return ranked
    shares = tuple((intent, share / rest) for intent, share in ranked.intents[1:])
    return replace(ranked, intents=shares)


def _first(ranked: Ranked) -> Intent:
    return ranked.intents[0][0]


def _signals(exact: ExactReading, times: tuple[TimeSpan, ...]) -> Signals:
    """The signals of a text. Words of a time that was placed are known: the time itself is judged elsewhere.
    So are those of a bare answer, however they are spelt."""
    seen = signals(exact.text, quoted=exact.quoted)
    if exact.intent is Intent.ACCEPT:
        return replace(seen, yes=True, unknown=())
    placed = {word for span in times if span.exact for word in words(span.text)}
    return replace(
        seen,
        no=seen.no or exact.intent is Intent.DECLINE,
        unknown=tuple(word for word in seen.unknown if word not in placed),
    )
