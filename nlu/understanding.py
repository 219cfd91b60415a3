"""What was read in a text: frozen value types, nothing else."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum


class Intent(StrEnum):
    """What a text is about. The first two blocks are what the model can say, one data file each; the second
    is also read by exact rules, and the third only by them."""

    ACCEPT = "accept"
    DECLINE = "decline"
    NOT_NOW = "not_now"  # not this time, or not until a date
    UNDO = "undo"  # takes back what was just said or done
    COUNTER = "counter"  # another time than the one offered
    PREFERENCES = "preferences"  # a standing wish: "mornings only", "not Tuesdays"
    QUESTION = "question"
    CANCEL = "cancel"  # gives up a visit
    RESCHEDULE = "reschedule"  # moves a visit
    BOOK = "book"  # wants a new visit
    STATUS = "status"  # where do I stand, when is my visit
    EARLIER = "earlier"  # wants something sooner, or a place on the waitlist
    AUTO_BOOK = "auto_book"  # "just put me in": to be booked without being asked
    LEAVE_LIST = "leave_list"
    FEWER_TEXTS = "fewer_texts"
    NO_OFFERS = "no_offers"
    ARRIVED = "arrived"
    LATE = "late"
    LEAVING = "leaving"  # was here, and goes or went before being seen
    CONFIRM = "confirm"  # will come to a visit they have
    THANKS = "thanks"
    GREETING = "greeting"
    COMPLAINT = "complaint"
    HUMAN = "human"
    REASON = "reason"  # why they cannot come; which of the reasons stands beside it
    OUT_OF_SCOPE = "out_of_scope"

    STOP = "stop"
    START = "start"
    HELP = "help"
    EMERGENCY = "emergency"
    WRONG_NUMBER = "wrong_number"

    CHOICE = "choice"  # a bare digit 1–9
    ASK_FIRST = "ask_first"  # "ask me first": no more booking without being asked
    TAPBACK_LIKE = "tapback_like"  # a liked / loved / thumbed message of ours: never a yes by itself
    TAPBACK_OTHER = "tapback_other"
    AUTO_REPLY = "auto_reply"
    EMPTY = "empty"  # nothing left to read: picture only, blank, unknown script only


class Reason(StrEnum):
    """Why a visit is given up."""

    SCHEDULE_CONFLICT = "schedule_conflict"
    ILLNESS = "illness"
    TRANSPORTATION = "transportation"
    FORGOT = "forgot"
    FINANCIAL = "financial"
    WEATHER = "weather"
    FAMILY_EMERGENCY = "family_emergency"
    CHANGED_PROVIDER = "changed_provider"
    PRACTICE_CLOSURE = "practice_closure"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    OTHER = "other"  # said, but none of these; the words are kept


class Topic(StrEnum):
    """What a question is about, where the clinic may have an answer of its own."""

    HOURS = "hours"
    ADDRESS = "address"
    PARKING = "parking"
    BRING = "bring"  # what to bring, how to prepare
    INSURANCE = "insurance"
    FEES = "fees"  # what a visit costs, or a missed one


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a model makes of a text: its intents, likeliest first, the shares of the reasons for giving up a visit
    (likeliest first; they add up to at most the share of `Intent.REASON`), and which model it was."""

    intents: tuple[tuple[Intent, float], ...]
    reasons: tuple[tuple[Reason, float], ...] = ()
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Daily:
    """A time of day on each of some days, the last included: "after 3 next week". `until` is not included; None:
    to the end of the day. A moment has `until` equal to `start`. `weekdays`: only those days of the week
    (0 = Monday) are meant ("a saturday in january"); empty: all."""

    first: date
    last: date
    start: time
    until: time | None
    weekdays: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A date or time that was said. `grain`: minute, hour, part, day, week or month. Aware datetimes.

    `excluded` says the person ruled it out ("not Tuesdays"). `dated` is false where only a time of day was
    said ("at 3", "mornings"): the day of `start` is then a guess. `weekly` is true where every such day of the
    week was meant ("Tuesdays"): `start` is the next of them. `weekday` is true where a day was named by its
    weekday alone ("Tuesday", "Tuesday at 3"): of a few that are known it may be a later one. A moment has `end`
    equal to `start`; an open end ("after 3") is None. `exact` is false where something clearly speaks of time but
    could not be placed ("in a fortnight or so"): it equals nothing. `or_start` is the other day that may be meant
    where one of two is ("next Friday" said on a Thursday); `exact` is false then too. `daily` is what was meant
    where a time of day was said of several days ("after 3 next week"), or a weekday of a month ("a saturday in
    january"): `exact` is false, and `start` to `end` only say where that begins.
    """

    start: datetime
    end: datetime | None
    grain: str
    excluded: bool
    text: str
    dated: bool = True
    weekly: bool = False
    weekday: bool = False
    exact: bool = True
    or_start: datetime | None = None
    daily: Daily | None = None


Walls = tuple[time, time]
"""From, until (not included), on the clinic's clock."""

DayWalls = tuple[int, Walls]
"""The same on one day of the week only."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Standing wishes that a text states. Empty where it states none.

    Weekdays are 0 = Monday … 6 = Sunday. What is excluded is hard, the rest is a wish: "mornings only" has the
    mornings in `times` and the rest of the day in `excluded_times`; "not Tuesday mornings" has those of that one
    day in `excluded_day_times`. `excluded_dates` are stretches of days, the last included. `provider` is the name
    as said ("lee"), `or_provider` another who will do as well ("Dr Lee or Dr Kim"). `again_*` take back what was
    ruled out before ("Tuesdays are fine again"); `any_*` drop every wish of that kind ("any day works now").
    """

    weekdays: frozenset[int] = frozenset()
    excluded_weekdays: frozenset[int] = frozenset()
    times: tuple[Walls, ...] = ()
    excluded_times: tuple[Walls, ...] = ()
    excluded_day_times: tuple[DayWalls, ...] = ()
    excluded_dates: tuple[tuple[date, date], ...] = ()
    earliest: date | None = None
    latest: date | None = None
    provider: str | None = None
    or_provider: str | None = None
    only_provider: bool = False
    excluded_provider: str | None = None
    notice_hours: int | None = None
    again_weekdays: frozenset[int] = frozenset()
    again_times: tuple[Walls, ...] = ()
    again_day_times: tuple[DayWalls, ...] = ()
    again_provider: str | None = None
    any_day: bool = False
    any_time: bool = False
    any_provider: bool = False

    def __bool__(self) -> bool:
        return self != NO_PREFERENCES


NO_PREFERENCES = Preferences()


@dataclass(frozen=True, slots=True)
class Signals:
    """What single words of a text say, whatever the model makes of the whole.

    `visit`: names a visit ("my appointment", "my cleaning"). `polite`: nothing but thanks and taking note ("ok
    thanks"), which is neither yes nor no. `person`: asks, beside whatever else, to talk to somebody. `only_yes`:
    phrases for yes and nothing else. `quoted`: words were cut out that may be ours. `unknown` holds the words
    that none of our own examples of a yes uses; `words` counts all of them.
    """

    yes: bool = False
    no: bool = False
    hedge: bool = False
    change: bool = False
    cancel: bool = False
    visit: bool = False
    question: bool = False
    polite: bool = False
    person: bool = False
    only_yes: bool = False
    quoted: bool = False
    unknown: tuple[str, ...] = ()
    words: int = 0


@dataclass(frozen=True, slots=True)
class Understanding:
    """One text, read.

    `text` is what was left after tapbacks, quotes and zero-width characters were taken off. `exact` is true
    where an exact rule settled the intent (confidence 1.0, the model was not asked). `ranking` holds the
    model's intents, likeliest first. `also` holds what else an exact rule found, such as a STOP beside an
    emergency. `flags` may hold "crisis": an emergency of the mind rather than the body. `reason`, `topic` and
    `preferences` are read in every text, whatever its intent. `language` is the one it is written in, by its two
    letters; None where it does not tell ("ok"). `model` names the model that was asked, if any. `clauses` are the
    parts of a compound reply ("yes. where do I park?"), each read by itself, in order; empty where the text is
    one thought.
    """

    text: str
    intent: Intent
    confidence: float
    exact: bool = False
    ranking: tuple[tuple[Intent, float], ...] = ()
    times: tuple[TimeSpan, ...] = ()
    choice: int | None = None
    language: str | None = None
    flags: frozenset[str] = field(default_factory=frozenset)
    signals: Signals = Signals()
    also: tuple[Intent, ...] = ()
    reason: Reason | None = None
    topic: Topic | None = None
    preferences: Preferences = NO_PREFERENCES
    clauses: tuple["Understanding", ...] = ()
    model: str | None = None


class NluUnavailable(Exception):
    """The language model did not answer in time, or not at all. Exact rules still work."""
