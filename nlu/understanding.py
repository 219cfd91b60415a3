"""What was read in a text: frozen value types, nothing else."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Intent(StrEnum):
    """What a text is about. The first block is what the model can say; the second only exact rules say."""

    ACCEPT = "accept"
    DECLINE = "decline"
    COUNTER = "counter"
    QUESTION = "question"
    CANCEL = "cancel"
    HUMAN = "human"
    OUT_OF_SCOPE = "out_of_scope"

    STOP = "stop"
    START = "start"
    HELP = "help"
    EMERGENCY = "emergency"
    WRONG_NUMBER = "wrong_number"
    CHOICE = "choice"  # a bare digit 1–9
    TAPBACK_LIKE = "tapback_like"  # a liked / loved / thumbed message of ours: never a yes by itself
    TAPBACK_OTHER = "tapback_other"
    AUTO_REPLY = "auto_reply"
    EMPTY = "empty"  # nothing left to read: picture only, blank, unknown script only


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A date or time that was said. `grain`: minute, hour, part, day, week or month. Aware datetimes.

    `excluded` says the person ruled it out ("not Tuesdays"). `dated` is false where only a time of day was
    said ("at 3", "mornings"): the day of `start` is then a guess. `weekly` is true where every such day of the
    week was meant ("Tuesdays"): `start` is the next of them. A moment has `end` equal to `start`; an open end
    ("after 3") is None. `exact` is false where something clearly
    speaks of time but could not be placed ("in a fortnight or so"): it equals nothing.
    """

    start: datetime
    end: datetime | None
    grain: str
    excluded: bool
    text: str
    dated: bool = True
    weekly: bool = False
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Signals:
    """What single words of a text say, whatever the model makes of the whole.

    `visit`: names a visit ("my appointment", "my cleaning"). `polite`: nothing but thanks and taking note ("ok
    thanks"), which is neither yes nor no. `quoted`: words were cut out that may be ours. `unknown` holds the
    words that none of our own examples of a yes uses; `words` counts all of them.
    """

    yes: bool = False
    no: bool = False
    hedge: bool = False
    change: bool = False
    cancel: bool = False
    visit: bool = False
    question: bool = False
    polite: bool = False
    quoted: bool = False
    unknown: tuple[str, ...] = ()
    words: int = 0


@dataclass(frozen=True, slots=True)
class Understanding:
    """One text, read.

    `text` is what was left after tapbacks, quotes and zero-width characters were taken off. `exact` is true
    where an exact rule settled the intent (confidence 1.0, the model was not asked). `ranking` holds the
    model's intents, likeliest first. `also` holds what else an exact rule found, such as a STOP beside an
    emergency. `flags` may hold "crisis": an emergency of the mind rather than the body.
    """

    text: str
    intent: Intent
    confidence: float
    exact: bool = False
    ranking: tuple[tuple[Intent, float], ...] = ()
    times: tuple[TimeSpan, ...] = ()
    choice: int | None = None
    language: str = "en"
    flags: frozenset[str] = field(default_factory=frozenset)
    signals: Signals = Signals()
    also: tuple[Intent, ...] = ()


class NluUnavailable(Exception):
    """The language model did not answer in time, or not at all. Exact rules still work."""
