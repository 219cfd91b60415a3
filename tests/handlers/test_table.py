"""The table of everything the bot can do: whole, reachable, and each line of it explained."""

import inspect
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import handlers
from handlers.decide import Awaited, Decision, DecisionKind, decide
from nlu.reading import read
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent, Ranked
from rules.states import PromptKind

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
SLOT = datetime(2026, 12, 1, 20, tzinfo=UTC)
OFFER, VISIT = uuid4(), uuid4()

Pair = tuple[DecisionKind, PromptKind | None]


class Always:
    """Reads one intent in every text that no exact rule settles."""

    def __init__(self, intent: Intent) -> None:
        self._intent = intent

    def parse(self, _text: str) -> Ranked:
        return Ranked(((self._intent, 1.0),))


def asked(kind: PromptKind, subject: UUID = OFFER, *, minutes_ago: int = 5) -> Awaited:
    at = NOW - timedelta(minutes=minutes_ago)
    return Awaited(kind, uuid4(), subject, at, start=SLOT, minutes=30, provider="Dr Lee", options=2)


NOTHING: tuple[Awaited, ...] = ()
ONE_OFFER = (asked(PromptKind.OFFER),)
CHECKED = (asked(PromptKind.OFFER), asked(PromptKind.CONFIRM, minutes_ago=1))
TWO_OFFERS = (asked(PromptKind.OFFER), asked(PromptKind.OFFER, uuid4()))
CANCELLING = (asked(PromptKind.CANCEL_CONFIRM, VISIT),)
REMINDED = (asked(PromptKind.REMINDER, VISIT),)
WHY = (asked(PromptKind.REASON, VISIT),)
INVITED = (asked(PromptKind.JOIN, VISIT),)
STILL_WANTED = (asked(PromptKind.KEEP_PLACE, VISIT),)
LEAVES_OUT = (asked(PromptKind.LEAVE_OUT, VISIT),)
INVITED_BACK = (asked(PromptKind.CAMPAIGN, VISIT),)
MISSED_US = (asked(PromptKind.RECOVERY, VISIT),)
AGREES = (asked(PromptKind.AUTO_BOOK, VISIT),)
LISTED = (asked(PromptKind.LIST, uuid4()),)

TEXTS: dict[Pair, tuple[str, Intent, tuple[Awaited, ...]]] = {
    (DecisionKind.ACCEPT, PromptKind.OFFER): ("yes, book it", Intent.ACCEPT, ONE_OFFER),
    (DecisionKind.ACCEPT, PromptKind.CONFIRM): ("yes", Intent.ACCEPT, CHECKED),
    (DecisionKind.CHECK, PromptKind.OFFER): ("yes i guess", Intent.ACCEPT, ONE_OFFER),
    (DecisionKind.CHECK, PromptKind.CONFIRM): ("yes i guess", Intent.ACCEPT, CHECKED),
    (DecisionKind.DECLINE, PromptKind.OFFER): ("no", Intent.DECLINE, ONE_OFFER),
    (DecisionKind.DECLINE, PromptKind.CONFIRM): ("no", Intent.DECLINE, CHECKED),
    (DecisionKind.COUNTER, PromptKind.OFFER): ("do you have thursday", Intent.COUNTER, ONE_OFFER),
    (DecisionKind.COUNTER, PromptKind.CONFIRM): ("do you have thursday", Intent.COUNTER, CHECKED),
    (DecisionKind.CHECK, None): ("yes", Intent.ACCEPT, TWO_OFFERS),
    (DecisionKind.UNASKED_YES, None): ("yes", Intent.ACCEPT, NOTHING),
    (DecisionKind.UNASKED_NO, None): ("no", Intent.DECLINE, NOTHING),
    (DecisionKind.CANCEL, None): ("I need to cancel my appointment", Intent.CANCEL, NOTHING),
    (DecisionKind.CONFIRM, PromptKind.CANCEL_CONFIRM): ("yes", Intent.ACCEPT, CANCELLING),
    (DecisionKind.CHECK, PromptKind.CANCEL_CONFIRM): ("yes i guess", Intent.ACCEPT, CANCELLING),
    (DecisionKind.CANCEL, PromptKind.CANCEL_CONFIRM): (
        "I can't make Friday either",
        Intent.CANCEL,
        CANCELLING,
    ),
    (DecisionKind.UNCLEAR, PromptKind.CANCEL_CONFIRM): ("blue", Intent.OUT_OF_SCOPE, CANCELLING),
    (DecisionKind.DECLINE, PromptKind.CANCEL_CONFIRM): ("no", Intent.DECLINE, CANCELLING),
    (DecisionKind.CHOICE, PromptKind.LIST): ("2", Intent.CHOICE, LISTED),
    (DecisionKind.CHECK, PromptKind.LIST): ("yes", Intent.ACCEPT, LISTED),
    (DecisionKind.STOP, None): ("please stop texting me", Intent.STOP, ONE_OFFER),
    (DecisionKind.START, None): ("start", Intent.START, NOTHING),
    (DecisionKind.HELP, None): ("help", Intent.HELP, NOTHING),
    (DecisionKind.HUMAN, None): ("can I talk to somebody", Intent.HUMAN, ONE_OFFER),
    (DecisionKind.QUESTION, None): ("where do I park", Intent.QUESTION, ONE_OFFER),
    (DecisionKind.COUNTER, None): ("anything on thursday", Intent.COUNTER, NOTHING),
    (DecisionKind.EMERGENCY, None): ("I have chest pain", Intent.EMERGENCY, ONE_OFFER),
    (DecisionKind.WRONG_NUMBER, None): ("wrong number", Intent.WRONG_NUMBER, ONE_OFFER),
    (DecisionKind.NOT_NOW, PromptKind.OFFER): ("not right now", Intent.NOT_NOW, ONE_OFFER),
    (DecisionKind.NOT_NOW, PromptKind.CONFIRM): ("not right now", Intent.NOT_NOW, CHECKED),
    (DecisionKind.NOT_NOW, None): ("maybe in spring", Intent.NOT_NOW, NOTHING),
    (DecisionKind.REASON, PromptKind.REASON): ("my car broke down", Intent.OUT_OF_SCOPE, WHY),
    (DecisionKind.RESCHEDULE, None): ("can I move my visit", Intent.RESCHEDULE, NOTHING),
    (DecisionKind.BOOK, None): ("I would like an appointment", Intent.BOOK, NOTHING),
    (DecisionKind.CONFIRM, PromptKind.REMINDER): ("yes", Intent.ACCEPT, REMINDED),
    (DecisionKind.DECLINE, PromptKind.REMINDER): ("no", Intent.DECLINE, REMINDED),
    (DecisionKind.CANCEL, PromptKind.REMINDER): ("can't make it after all", Intent.CANCEL, REMINDED),
    (DecisionKind.CHOICE, PromptKind.REMINDER): ("3", Intent.CHOICE, REMINDED),
    (DecisionKind.UNDO, None): ("oops, take that back", Intent.UNDO, NOTHING),
    (DecisionKind.PREFERENCES, None): ("mornings only please", Intent.PREFERENCES, NOTHING),
    (DecisionKind.STATUS, None): ("when is my visit", Intent.STATUS, NOTHING),
    (DecisionKind.EARLIER, None): ("anything sooner", Intent.EARLIER, NOTHING),
    (DecisionKind.CONFIRM, PromptKind.JOIN): ("yes", Intent.ACCEPT, INVITED),
    (DecisionKind.CHECK, PromptKind.JOIN): ("yes i guess", Intent.ACCEPT, INVITED),
    (DecisionKind.DECLINE, PromptKind.JOIN): ("no", Intent.DECLINE, INVITED),
    (DecisionKind.CONFIRM, PromptKind.KEEP_PLACE): ("yes", Intent.ACCEPT, STILL_WANTED),
    (DecisionKind.CHECK, PromptKind.KEEP_PLACE): ("yes i guess", Intent.ACCEPT, STILL_WANTED),
    (DecisionKind.DECLINE, PromptKind.KEEP_PLACE): ("no", Intent.DECLINE, STILL_WANTED),
    (DecisionKind.CONFIRM, PromptKind.LEAVE_OUT): ("yes", Intent.ACCEPT, LEAVES_OUT),
    (DecisionKind.CHECK, PromptKind.LEAVE_OUT): ("yes i guess", Intent.ACCEPT, LEAVES_OUT),
    (DecisionKind.DECLINE, PromptKind.LEAVE_OUT): ("no", Intent.DECLINE, LEAVES_OUT),
    (DecisionKind.CONFIRM, PromptKind.CAMPAIGN): ("yes", Intent.ACCEPT, INVITED_BACK),
    (DecisionKind.CHECK, PromptKind.CAMPAIGN): ("sure when", Intent.OUT_OF_SCOPE, INVITED_BACK),
    (DecisionKind.DECLINE, PromptKind.CAMPAIGN): ("not interested", Intent.DECLINE, INVITED_BACK),
    (DecisionKind.QUESTION, PromptKind.CAMPAIGN): ("who is this", Intent.WRONG_NUMBER, INVITED_BACK),
    (DecisionKind.CONFIRM, PromptKind.RECOVERY): ("yes", Intent.ACCEPT, MISSED_US),
    (DecisionKind.CHECK, PromptKind.RECOVERY): ("sure when", Intent.OUT_OF_SCOPE, MISSED_US),
    (DecisionKind.COUNTER, PromptKind.RECOVERY): ("next week sometime", Intent.COUNTER, MISSED_US),
    (DecisionKind.UNCLEAR, PromptKind.RECOVERY): ("asdf", Intent.OUT_OF_SCOPE, MISSED_US),
    (DecisionKind.REASON, PromptKind.RECOVERY): ("sorry my car broke down", Intent.REASON, MISSED_US),
    (DecisionKind.NOT_NOW, PromptKind.RECOVERY): ("maybe after the 15th", Intent.NOT_NOW, MISSED_US),
    (DecisionKind.DECLINE, PromptKind.RECOVERY): ("not interested", Intent.DECLINE, MISSED_US),
    (DecisionKind.QUESTION, PromptKind.RECOVERY): ("who is this", Intent.WRONG_NUMBER, MISSED_US),
    (DecisionKind.CONFIRM, PromptKind.AUTO_BOOK): ("yes", Intent.ACCEPT, AGREES),
    (DecisionKind.CHECK, PromptKind.AUTO_BOOK): ("yes i guess", Intent.ACCEPT, AGREES),
    (DecisionKind.DECLINE, PromptKind.AUTO_BOOK): ("no", Intent.DECLINE, AGREES),
    (DecisionKind.AUTO_BOOK, None): ("book me automatically", Intent.AUTO_BOOK, NOTHING),
    (DecisionKind.ASK_FIRST, None): ("ask me first", Intent.OUT_OF_SCOPE, NOTHING),
    (DecisionKind.LEAVE_LIST, None): ("I don't need the waitlist now", Intent.LEAVE_LIST, NOTHING),
    (DecisionKind.FEWER_TEXTS, None): ("that is a lot of texts", Intent.FEWER_TEXTS, NOTHING),
    (DecisionKind.NO_OFFERS, None): ("no openings for me", Intent.NO_OFFERS, NOTHING),
    (DecisionKind.COMPLAINT, None): ("I had to wait for two hours", Intent.COMPLAINT, NOTHING),
    (DecisionKind.ARRIVED, None): ("I'm in the lot", Intent.ARRIVED, NOTHING),
    (DecisionKind.WAS_THERE, None): ("but I was there!", Intent.COMPLAINT, NOTHING),
    (DecisionKind.LATE, None): ("running behind", Intent.LATE, NOTHING),
    (DecisionKind.LEAVING, None): ("I couldn't wait any longer", Intent.LEAVING, NOTHING),
    (DecisionKind.CONFIRM, None): ("I'll be at my appointment", Intent.CONFIRM, NOTHING),
    (DecisionKind.GREETING, None): ("hello there", Intent.GREETING, NOTHING),
    (DecisionKind.REASON, None): ("my kid is sick", Intent.REASON, NOTHING),
    (DecisionKind.THANKS, None): ("you people are lovely", Intent.THANKS, NOTHING),
    (DecisionKind.COUNTER, PromptKind.LIST): ("can i have thursday", Intent.COUNTER, LISTED),
    (DecisionKind.EARLIER, PromptKind.LIST): ("anything sooner", Intent.EARLIER, LISTED),
    (DecisionKind.BOOK, PromptKind.LIST): ("I would like an appointment", Intent.BOOK, LISTED),
    (DecisionKind.RESCHEDULE, PromptKind.LIST): ("can I move my visit", Intent.RESCHEDULE, LISTED),
    (DecisionKind.PREFERENCES, PromptKind.LIST): ("mornings only please", Intent.PREFERENCES, LISTED),
    (DecisionKind.UNASKED_NO, PromptKind.LIST): ("no", Intent.DECLINE, LISTED),
    (DecisionKind.UNCLEAR, PromptKind.LIST): ("asdf", Intent.OUT_OF_SCOPE, LISTED),
    (DecisionKind.IGNORE, None): ("Laughed at “Lakeside: Maria, Dr Lee has”", Intent.ACCEPT, ONE_OFFER),
    (DecisionKind.UNDECIDED, None): ("let me ask my husband", Intent.OUT_OF_SCOPE, ONE_OFFER),
    (DecisionKind.PERHAPS_STOP, None): ("last text please", Intent.OUT_OF_SCOPE, ONE_OFFER),
    (DecisionKind.UNCLEAR, None): ("asdf", Intent.OUT_OF_SCOPE, ONE_OFFER),
}
"""A text for every line of the table: what is said, what the model would read in it, what is awaited."""


@line_by_line("pair", handlers.TABLE)
def test_every_line_of_the_table_is_reached_by_some_text(pair: Pair) -> None:
    text, intent, awaited = TEXTS[pair]
    decision = decide(read(text, Always(intent), now=NOW, zone=ZONE), awaited, zone=ZONE, missed=True)
    assert (decision.kind, handlers.route(decision)) == (pair[0], handlers.TABLE[pair]), decision


@line_by_line("kind", DecisionKind)
def test_every_decision_has_a_line_in_the_table(kind: DecisionKind) -> None:
    assert kind in {decided for decided, _ in handlers.TABLE}


@line_by_line(("kind", "asked_kind"), product(DecisionKind, PromptKind))
def test_a_decision_always_finds_a_handler(kind: DecisionKind, asked_kind: PromptKind) -> None:
    assert callable(handlers.route(Decision(kind, asked(asked_kind))))


@line_by_line("handler", dict.fromkeys(handlers.TABLE.values()))
def test_every_handler_says_what_it_does(handler: handlers.Handler) -> None:
    assert inspect.getdoc(handler)
    assert inspect.getdoc(inspect.getmodule(handler))
    assert handler.__module__.startswith("handlers.")


def test_a_number_answers_the_list_that_was_asked_last() -> None:
    """Two of a family were asked, "yes" could mean either, and the list of both was sent: "2" is no riddle."""
    awaited = (*TWO_OFFERS, asked(PromptKind.LIST, uuid4(), minutes_ago=1))
    decision = decide(read("2", Always(Intent.CHOICE), now=NOW, zone=ZONE), awaited, zone=ZONE)
    assert decision.kind is DecisionKind.CHOICE


def test_a_number_is_asked_back_where_an_offer_came_after_the_list() -> None:
    awaited = (asked(PromptKind.LIST, uuid4()), asked(PromptKind.OFFER, minutes_ago=1))
    decision = decide(read("2", Always(Intent.CHOICE), now=NOW, zone=ZONE), awaited, zone=ZONE)
    assert decision.kind is DecisionKind.CHECK
