"""From what was read and what is awaited to a decision: pure, and the only place that can say "accept".

An accept needs exactly one offer in question and every guard of `handlers.guards` out of the way. Anything
less is asked back (`check`), read as something else, or left unclear.
"""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from handlers.guards import Awaited, covers, in_the_way
from nlu.understanding import Intent, TimeSpan, Understanding
from nlu.words import words
from rules.states import PromptKind

__all__ = ["Awaited", "Decision", "DecisionKind", "decide"]

LEAST_SURE = 0.45
"""The share the model must give its first reading before we act on it. Nothing is booked by this alone."""


class DecisionKind(StrEnum):
    """What to do about a text. `standby read` prints these words."""

    ACCEPT = "accept"  # book the offer now
    CHECK = "check"  # ask back; `awaited` is None where we must ask which of several was meant
    CONFIRM = "confirm"  # a sure yes to "Cancel your visit?" or to a reminder
    DECLINE = "decline"
    NOT_NOW = "not_now"  # not this time, or not until a date
    UNDO = "undo"  # takes back what was done last
    COUNTER = "counter"  # wants another time
    PREFERENCES = "preferences"  # a standing wish
    QUESTION = "question"
    CANCEL = "cancel"  # wants to give up a visit
    REASON = "reason"  # why a visit was given up
    RESCHEDULE = "reschedule"
    BOOK = "book"  # wants a new visit
    STATUS = "status"
    EARLIER = "earlier"  # wants something sooner, or a place on the waitlist
    LEAVE_LIST = "leave_list"
    FEWER_TEXTS = "fewer_texts"
    NO_OFFERS = "no_offers"
    ARRIVED = "arrived"
    LATE = "late"
    THANKS = "thanks"
    COMPLAINT = "complaint"
    CHOICE = "choice"  # a number out of a list; the number is in the understanding
    HUMAN = "human"
    WRONG_NUMBER = "wrong_number"
    STOP = "stop"
    START = "start"
    HELP = "help"
    EMERGENCY = "emergency"
    UNASKED_YES = "unasked_yes"  # as sure as an accept, but nothing is awaited: a late yes may be honoured
    UNASKED_NO = "unasked_no"
    IGNORE = "ignore"  # a machine's reply, a tapback or thanks where nothing is asked
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, about which open question, and why.

    `why` names the guards that stood in the way of a yes, or the rule that settled it. `also` holds further
    things said in the same text, each a decision of its own. `times` are the dates and times said, exclusions
    included. `read` is what it was decided from: the whole text, or one clause of it.
    """

    kind: DecisionKind
    awaited: Awaited | None = None
    why: tuple[str, ...] = ()
    times: tuple[TimeSpan, ...] = ()
    also: tuple["Decision", ...] = ()
    read: Understanding | None = None


ALWAYS = {
    Intent.EMERGENCY: DecisionKind.EMERGENCY,
    Intent.STOP: DecisionKind.STOP,
    Intent.START: DecisionKind.START,
    Intent.HELP: DecisionKind.HELP,
    Intent.WRONG_NUMBER: DecisionKind.WRONG_NUMBER,
    Intent.AUTO_REPLY: DecisionKind.IGNORE,
    Intent.TAPBACK_OTHER: DecisionKind.IGNORE,
    Intent.EMPTY: DecisionKind.UNCLEAR,
}
"""Intents of the exact rules that mean the same whatever is awaited."""

READ = {
    Intent.DECLINE: DecisionKind.DECLINE,
    Intent.NOT_NOW: DecisionKind.NOT_NOW,
    Intent.UNDO: DecisionKind.UNDO,
    Intent.COUNTER: DecisionKind.COUNTER,
    Intent.PREFERENCES: DecisionKind.PREFERENCES,
    Intent.QUESTION: DecisionKind.QUESTION,
    Intent.CANCEL: DecisionKind.CANCEL,
    Intent.RESCHEDULE: DecisionKind.RESCHEDULE,
    Intent.BOOK: DecisionKind.BOOK,
    Intent.STATUS: DecisionKind.STATUS,
    Intent.EARLIER: DecisionKind.EARLIER,
    Intent.LEAVE_LIST: DecisionKind.LEAVE_LIST,
    Intent.FEWER_TEXTS: DecisionKind.FEWER_TEXTS,
    Intent.NO_OFFERS: DecisionKind.NO_OFFERS,
    Intent.ARRIVED: DecisionKind.ARRIVED,
    Intent.LATE: DecisionKind.LATE,
    Intent.THANKS: DecisionKind.THANKS,
    Intent.COMPLAINT: DecisionKind.COMPLAINT,
    Intent.HUMAN: DecisionKind.HUMAN,
}

OFFERED = (PromptKind.OFFER, PromptKind.CONFIRM)
DIRECT = (PromptKind.CONFIRM, PromptKind.CANCEL_CONFIRM, PromptKind.JOIN)
YES_OR_NO = (*OFFERED, PromptKind.CANCEL_CONFIRM, PromptKind.REMINDER, PromptKind.JOIN)


def decide(understanding: Understanding, awaited: tuple[Awaited, ...], *, zone: ZoneInfo) -> Decision:
    """Decide one text against the questions still open (in any order). `zone` is the clinic's."""
    kind = ALWAYS.get(understanding.intent)
    if kind is not None:
        return _decision(kind, understanding, None, (f"said {understanding.intent}",))
    asked = asked_about(awaited)
    if understanding.intent is Intent.TAPBACK_LIKE:
        return _tapback(understanding, awaited, asked)
    if understanding.intent is Intent.CHOICE:
        return _choice(understanding, awaited)
    if not any(one.kind in YES_OR_NO for one in awaited):
        return _nothing_asked(understanding, awaited, zone)
    if asked is None:
        return _several_asked(understanding)
    return _answer(understanding, asked, zone)


def asked_about(awaited: tuple[Awaited, ...]) -> Awaited | None:
    """The one question a bare yes or no answers; None where there is none, or where it could be several.

    The question asked last and directly ("Just to check: book Tue 3:00pm?") is unambiguous beside older
    ones, since it names what it asks. Anything else must be alone; an offer and its own check are one.
    """
    asked = sorted((one for one in awaited if one.kind in YES_OR_NO), key=lambda one: one.asked_at)
    if not asked:
        return None
    newest = asked[-1]
    alone = all(_subject(one) == _subject(newest) for one in asked)
    strictly_last = all(one.asked_at < newest.asked_at for one in asked[:-1])
    return newest if alone or (newest.kind in DIRECT and strictly_last) else None


def _subject(one: Awaited) -> tuple[bool, object]:
    return one.kind in OFFERED, one.subject_id or one.id


def _tapback(understanding: Understanding, awaited: tuple[Awaited, ...], asked: Awaited | None) -> Decision:
    """A liked message of ours may mean yes; it is asked back, never booked."""
    kind = DecisionKind.CHECK if awaited else DecisionKind.IGNORE
    return _decision(kind, understanding, asked, ("only a tapback",))


def _choice(understanding: Understanding, awaited: tuple[Awaited, ...]) -> Decision:
    """A digit belongs to the newest list or reminder, and is asked back where an offer is open too; but a list
    that was asked last ("Which one? 1) … 2) …") is what it answers."""
    lists = [one for one in awaited if one.kind in (PromptKind.LIST, PromptKind.REMINDER, PromptKind.REASON)]
    offers = [one for one in awaited if one.kind in (*OFFERED, PromptKind.CANCEL_CONFIRM)]
    newest = max(lists, key=lambda one: one.asked_at, default=None)
    if newest and (not offers or _list_asked_last(newest, offers)):
        return _decision(DecisionKind.CHOICE, understanding, newest, ("a number",))
    if offers:
        about = asked_about(awaited) if not lists else None
        return _decision(DecisionKind.CHECK, understanding, about, ("a number to an offer",))
    return _decision(DecisionKind.UNCLEAR, understanding, None, ("a number, nothing to choose from",))


def _list_asked_last(newest: Awaited, offers: list[Awaited]) -> bool:
    return newest.kind is PromptKind.LIST and all(one.asked_at < newest.asked_at for one in offers)


def _nothing_asked(understanding: Understanding, awaited: tuple[Awaited, ...], zone: ZoneInfo) -> Decision:
    """No yes or no is awaited. A list, reason or code may be: those handlers read the text themselves."""
    other = max(awaited, key=lambda one: one.asked_at, default=None)
    obstacles = in_the_way(understanding, None, zone)
    if not obstacles:
        kind = DecisionKind.CHECK if other else DecisionKind.UNASKED_YES
        return _decision(kind, understanding, other, ("yes, but no yes is awaited",))
    if understanding.signals.polite and other is None:
        return _decision(DecisionKind.IGNORE, understanding, None, ("only thanks",))
    kind = _reading(understanding)
    if kind is DecisionKind.DECLINE:
        kind = DecisionKind.CANCEL if _may_cancel(understanding) else DecisionKind.UNASKED_NO
    return _decision(kind, understanding, other, obstacles)


def _several_asked(understanding: Understanding) -> Decision:
    """Two things are open: a yes or no could be about either, so we ask which. The rest is as it reads."""
    kind = _reading(understanding)
    yes_or_no = understanding.signals.yes or understanding.intent in (Intent.ACCEPT, Intent.DECLINE)
    if yes_or_no and kind in (DecisionKind.DECLINE, DecisionKind.UNCLEAR):
        kind = DecisionKind.CHECK
    return _decision(kind, understanding, None, ("more than one thing is asked",))


def _answer(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> Decision:
    obstacles = in_the_way(understanding, asked, zone)
    if not obstacles:
        kind = DecisionKind.ACCEPT if asked.kind in OFFERED else DecisionKind.CONFIRM
        return _decision(kind, understanding, asked, ("every guard agrees",))
    if _half_a_yes(understanding) or _only_names_it(understanding, asked, zone):
        return _decision(DecisionKind.CHECK, understanding, asked, obstacles, also=_beside(understanding))
    kind = _other_time_wanted(understanding, asked, zone) or _reading(understanding)
    if kind is DecisionKind.CANCEL and _refuses(understanding, asked, zone):
        kind = DecisionKind.DECLINE
    return _decision(kind, understanding, asked, obstacles)


def _half_a_yes(understanding: Understanding) -> bool:
    """Some of the evidence for a yes: worth asking back. A word for no tips it to what the model read."""
    signals = understanding.signals
    if understanding.exact:
        return understanding.intent is Intent.ACCEPT
    if signals.yes and not signals.no:
        return True
    return understanding.intent is Intent.ACCEPT and understanding.confidence >= LEAST_SURE and not signals.no


def _only_names_it(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """Nothing but the time in question ("tuesday 3pm"): likely a yes."""
    return _only_a_time(understanding) and all(_offered(span, asked, zone) for span in understanding.times)


def _only_a_time(understanding: Understanding) -> bool:
    said, signals = sum(len(words(span.text)) for span in understanding.times), understanding.signals
    settled = understanding.exact or signals.question or signals.no
    return bool(understanding.times) and not settled and signals.words - said <= 1


def _refuses(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """ "cant make it" to an offer refuses the offer, unless it names a visit or another time."""
    if asked.kind not in OFFERED or understanding.exact:
        return False
    if understanding.signals.cancel or understanding.signals.visit:
        return False
    return all(_offered(span, asked, zone) for span in understanding.times)


def _beside(understanding: Understanding) -> tuple[DecisionKind, ...]:
    """What a half yes also says: a question, a wish for another time."""
    found = []
    if understanding.signals.question:
        found.append(DecisionKind.QUESTION)
    if understanding.signals.change and understanding.times:
        found.append(DecisionKind.COUNTER)
    return tuple(found)


def _other_time_wanted(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> DecisionKind | None:
    """Where a no or another time was read, the times themselves tell which of the two it is.

    A time wished for that is not the offered one is a counter. Where times are only ruled out, the offered
    one among them is a decline ("not Tuesdays" to a Tuesday) and otherwise a counter.
    """
    if asked.kind not in OFFERED or not understanding.times or not _speaks_of_change(understanding):
        return None
    if any(not span.excluded and not _offered(span, asked, zone) for span in understanding.times):
        return DecisionKind.COUNTER
    ruled_out = [span for span in understanding.times if span.excluded]
    if ruled_out and asked.start is not None:
        refused = any(_offered(span, asked, zone) for span in ruled_out)
        return DecisionKind.DECLINE if refused else DecisionKind.COUNTER
    return None


def _speaks_of_change(understanding: Understanding) -> bool:
    """A no or a wish for another time was read; or nothing but a time was said; or the model is unsure and the
    words speak of change."""
    if understanding.exact:
        return False
    if understanding.intent in (Intent.DECLINE, Intent.COUNTER):
        return True
    unsure = understanding.confidence < LEAST_SURE and understanding.signals.change
    return unsure or _only_a_time(understanding)


def _offered(span: TimeSpan, asked: Awaited, zone: ZoneInfo) -> bool:
    return asked.start is not None and covers(span, asked.start, zone)


def _reading(understanding: Understanding) -> DecisionKind:
    """What the model (or an exact rule) read, where it is sure enough to act on."""
    if understanding.confidence < LEAST_SURE:
        return DecisionKind.UNCLEAR
    return READ.get(understanding.intent, DecisionKind.UNCLEAR)


def _may_cancel(understanding: Understanding) -> bool:
    return _share(understanding, Intent.CANCEL) >= 0.1


def _share(understanding: Understanding, wanted: Intent) -> float:
    return next((share for intent, share in understanding.ranking if intent is wanted), 0.0)


def _decision(
    kind: DecisionKind,
    understanding: Understanding,
    awaited: Awaited | None,
    why: tuple[str, ...],
    *,
    also: tuple[DecisionKind, ...] = (),
) -> Decision:
    beside = tuple(ALWAYS[intent] for intent in understanding.also if intent in ALWAYS)
    others = tuple(Decision(each, read=understanding) for each in (*beside, *also))
    return Decision(kind, awaited, why, understanding.times, others, understanding)
