"""From what was read and what is awaited to a decision: pure, and the only place that can say "accept".

An accept needs exactly one offer in question and every guard of `handlers.guards` out of the way. Anything
less is asked back (`check`), read as something else, or left unclear. Which question a text answers is settled
in `handlers.binding`, what several thoughts in one text come to in `handlers.compound`.
"""

from dataclasses import replace
from zoneinfo import ZoneInfo

from handlers.alarms import means_the_same_always
from handlers.answering import answer, wish_instead
from handlers.asking import SETTLED, put_as_question
from handlers.binding import INVITED, WANTED, YES_OR_NO, asked_about, question_of
from handlers.compound import combine
from handlers.decision import Decision, DecisionKind
from handlers.guards import OFFERED, Awaited, in_the_way
from handlers.intents import ALWAYS, LEAST_SURE, decision_on, reading, says_they_came, share_of
from handlers.narrower import beside_a_visit, ends_offers
from handlers.pointing import pointed_at
from nlu.beforehand import may_want_auto_book
from nlu.campaigns import asks_who_writes
from nlu.choices import accepted_number, refused_number
from nlu.optout import may_want_stop, speaks_of_texts
from nlu.understanding import Intent, Understanding
from nlu.words import plain
from rules.states import PromptKind

__all__ = ["Awaited", "Decision", "DecisionKind", "decide"]

LIKELY_STOP = 0.3
"""What the model must give a stop, in a text that speaks of texts, before it is asked back."""

PERSON_ENOUGH = (
    DecisionKind.HUMAN,
    DecisionKind.EMERGENCY,
    DecisionKind.STOP,
    DecisionKind.WRONG_NUMBER,
    DecisionKind.IGNORE,
)
"""Beside one of these nobody need be called for: a person has been, or none may be (an opt-out)."""

WITHOUT_A_PERSON = (
    DecisionKind.ACCEPT,
    DecisionKind.CONFIRM,
    DecisionKind.DECLINE,
    DecisionKind.CANCEL,
    DecisionKind.UNASKED_NO,
    DecisionKind.RESCHEDULE,
    DecisionKind.LATE,
    DecisionKind.ARRIVED,
)
"""What is done first where a person is asked for beside it ("yes, and can the nurse call me?")."""

GIVES_WAY = (
    DecisionKind.UNCLEAR,
    DecisionKind.UNASKED_NO,
    DecisionKind.CANCEL,
    DecisionKind.LATE,
    DecisionKind.LEAVING,
    DecisionKind.REASON,
)
"""Readings of a text that is more likely the answer to "May I ask why?"."""


def decide(
    understanding: Understanding,
    awaited: tuple[Awaited, ...],
    *,
    zone: ZoneInfo,
    undoable: bool = False,
    missed: bool = False,
) -> Decision:
    """Decide one text against the questions still open (in any order). `zone` is the clinic's;
    `undoable` says that something was done here by text which can still be taken back, `missed` that a visit of
    theirs counts as missed since some days at most."""
    if missed and not means_the_same_always(understanding) and says_they_came(understanding):
        return decision_on(DecisionKind.WAS_THERE, understanding, None, ("says they came",))
    numbered = _newest_of_offers(awaited)
    if numbered is not None and refused_number(understanding.text) is not None:
        return decision_on(DecisionKind.CHECK, understanding, None, ("no to one of a list",))
    if numbered is not None and accepted_number(understanding.text) is not None:
        return decision_on(DecisionKind.CHOICE, understanding, numbered, ("yes to one of a list",))
    whole = _one(understanding, awaited, zone, undoable)
    parts = [_one(clause, awaited, zone, undoable) for clause in understanding.clauses]
    if parts and ends_offers(whole):
        decision = beside_a_visit(whole, parts)
    else:
        decision = combine(whole, parts, zone) if parts and _may_be_combined(whole) else whole
    decision = _perhaps_a_reason(_perhaps_asked_again(decision), understanding, awaited)
    if missed and decision.kind is DecisionKind.UNCLEAR and understanding.reason is not None:
        decision = replace(decision, kind=DecisionKind.REASON, why=("says why they missed it",))
    return _perhaps_a_stop(_perhaps_a_person(decision, understanding), understanding)


def _may_be_combined(whole: Decision) -> bool:
    if whole.why in SETTLED:
        return False
    return whole.kind not in (*ALWAYS.values(), DecisionKind.CHOICE) or whole.kind is DecisionKind.UNCLEAR


def _one(
    understanding: Understanding, awaited: tuple[Awaited, ...], zone: ZoneInfo, undoable: bool
) -> Decision:
    """The decision on one thought."""
    news = _who_writes(understanding, awaited)
    if news is not None:
        return decision_on(DecisionKind.QUESTION, understanding, news, ("asks who has texted them",))
    if means_the_same_always(understanding):
        kind = ALWAYS[understanding.intent]
        return decision_on(kind, understanding, None, (f"said {understanding.intent}",))
    asked = question_of(understanding, awaited, zone)
    if understanding.intent is Intent.TAPBACK_LIKE:
        return _tapback(understanding, awaited, asked)
    if understanding.intent is Intent.CHOICE:
        return _choice(understanding, awaited)
    if undoable and understanding.intent is Intent.UNDO and understanding.confidence >= LEAST_SURE:
        return decision_on(DecisionKind.UNDO, understanding, asked, ("takes back what was done last",))
    asking = put_as_question(understanding, asked, zone)
    if asking is not None:
        return asking
    if not any(one.kind in YES_OR_NO for one in awaited):
        return _nothing_asked(understanding, awaited, zone)
    decision = answer(understanding, asked, zone) if asked else _several_asked(understanding)
    pointed = pointed_at(understanding, awaited, zone) if decision.kind is not DecisionKind.ACCEPT else None
    return decision_on(DecisionKind.CHECK, understanding, pointed, ("points at it",)) if pointed else decision


def _who_writes(understanding: Understanding, awaited: tuple[Awaited, ...]) -> Awaited | None:
    """ "Who is this?" to an invitation: not a word of a wrong number, they were texted out of the blue."""
    news = max((one for one in awaited if one.kind in INVITED), key=lambda one: one.asked_at, default=None)
    return news if news is not None and asks_who_writes(plain(understanding.text)) else None


def _perhaps_asked_again(decision: Decision) -> Decision:
    """We asked directly ("Just to check: book ...?") and got a question instead of an answer: it is answered, and
    ours is asked again."""
    if decision.kind is not DecisionKind.QUESTION or decision.awaited is None:
        return decision
    if decision.awaited.kind is not PromptKind.CONFIRM:
        return decision
    question = replace(decision, also=())
    also = (question, *decision.also)
    return replace(decision, kind=DecisionKind.CHECK, why=("a question instead of an answer",), also=also)


def _perhaps_a_person(decision: Decision, understanding: Understanding) -> Decision:
    """A person who is asked for in any words is called, whatever else was read: one too many does no harm."""
    heard = (decision, *decision.also)
    if not understanding.signals.person or any(one.kind in PERSON_ENOUGH for one in heard):
        return decision
    person = Decision(DecisionKind.HUMAN, None, ("asks for a person",), read=understanding)
    if decision.kind in WITHOUT_A_PERSON:
        return replace(decision, also=(*decision.also, person))
    beside = tuple(one for one in heard if one.kind not in (DecisionKind.UNCLEAR, DecisionKind.CHECK))
    return replace(person, times=decision.times, also=tuple(replace(one, also=()) for one in beside))


def _perhaps_a_stop(decision: Decision, understanding: Understanding) -> Decision:
    """What nobody could read may be a STOP: curt words for one ("last text please"), or likely to the model."""
    if decision.kind is not DecisionKind.UNCLEAR or understanding.intent is Intent.EMPTY:
        return decision
    flat = plain(understanding.text)
    likely = share_of(understanding, Intent.STOP) >= LIKELY_STOP and speaks_of_texts(flat)
    if not likely and not may_want_stop(flat):
        return decision
    return replace(decision, kind=DecisionKind.PERHAPS_STOP, awaited=None, why=("may be a stop",))


def _perhaps_a_reason(
    decision: Decision, understanding: Understanding, awaited: tuple[Awaited, ...]
) -> Decision:
    """We asked why a visit was given up: words that mean nothing stronger are the answer to that."""
    why = max(
        (one for one in awaited if one.kind is PromptKind.REASON), key=lambda one: one.asked_at, default=None
    )
    if why is None:
        return _unasked_reason(decision, understanding)
    if decision.kind in GIVES_WAY:
        return replace(decision, kind=DecisionKind.REASON, awaited=why, why=("answers why",), also=())
    gives_one = understanding.reason is not None or understanding.intent is Intent.REASON
    if decision.kind in (DecisionKind.DECLINE, DecisionKind.CHECK) and gives_one:
        return replace(decision, kind=DecisionKind.REASON, awaited=why, why=("gives a reason",), also=())
    return decision


def _unasked_reason(decision: Decision, understanding: Understanding) -> Decision:
    """Nobody asked why: with a day or a visit named ("no ride tomorrow"), they cannot come to it."""
    names_one = bool(understanding.times) or understanding.signals.visit or understanding.signals.cancel
    if decision.kind is DecisionKind.REASON and (names_one or _may_cancel(understanding)):
        return replace(decision, kind=DecisionKind.CANCEL, why=(*decision.why, "a reason not to come"))
    return decision


def _tapback(understanding: Understanding, awaited: tuple[Awaited, ...], asked: Awaited | None) -> Decision:
    """A liked message of ours may mean yes; it is asked back, never booked. A liked invitation is only liked."""
    invited = asked is not None and asked.kind in WANTED
    kind = DecisionKind.CHECK if awaited and not invited else DecisionKind.IGNORE
    return decision_on(kind, understanding, asked, ("only a tapback",))


def _choice(understanding: Understanding, awaited: tuple[Awaited, ...]) -> Decision:
    """A digit belongs to the newest list or reminder, and is asked back where an offer is open too; but a list
    that was asked last ("Which one? 1) … 2) …") is what it answers."""
    lists = [one for one in awaited if one.kind in (PromptKind.LIST, PromptKind.REMINDER)]
    offers = [one for one in awaited if one.kind in (*OFFERED, PromptKind.CANCEL_CONFIRM)]
    newest = max(lists, key=lambda one: one.asked_at, default=None)
    if newest and newest.kind is PromptKind.REMINDER and asked_about(awaited) is None:
        return decision_on(DecisionKind.CHECK, understanding, None, ("a number, and several questions open",))
    if newest and (not offers or _list_asked_last(newest, offers)):
        return decision_on(DecisionKind.CHOICE, understanding, newest, ("a number",))
    if offers:
        about = asked_about(awaited) if not lists else None
        return decision_on(DecisionKind.CHECK, understanding, about, ("a number to an offer",))
    return decision_on(DecisionKind.UNCLEAR, understanding, None, ("a number, nothing to choose from",))


def _list_asked_last(newest: Awaited, offers: list[Awaited]) -> bool:
    """A text that makes several offers asks for their numbers in the same moment."""
    return newest.kind is PromptKind.LIST and all(one.asked_at <= newest.asked_at for one in offers)


def _newest_of_offers(awaited: tuple[Awaited, ...]) -> Awaited | None:
    """The list that numbers the offers which are open."""
    lists = [one for one in awaited if one.kind is PromptKind.LIST]
    offers = [one for one in awaited if one.kind in OFFERED]
    newest = max(lists, key=lambda one: one.asked_at, default=None)
    return newest if newest and offers and _list_asked_last(newest, offers) else None


def _nothing_asked(understanding: Understanding, awaited: tuple[Awaited, ...], zone: ZoneInfo) -> Decision:
    """No yes or no is awaited. A list, reason or code may be: those handlers read the text themselves."""
    other = max(awaited, key=lambda one: one.asked_at, default=None)
    if other is None and may_want_auto_book(plain(understanding.text)):
        why = ("takes anything, and nothing is offered",)
        return decision_on(DecisionKind.AUTO_BOOK, understanding, None, why)
    obstacles = in_the_way(understanding, None, zone)
    if not obstacles:
        kind = DecisionKind.CHECK if other else DecisionKind.UNASKED_YES
        return decision_on(kind, understanding, other, ("yes, but no yes is awaited",))
    if understanding.signals.polite and other is None:
        return decision_on(DecisionKind.IGNORE, understanding, None, ("only thanks",))
    kind = wish_instead(reading(understanding), understanding)
    if kind is DecisionKind.DECLINE:
        kind = DecisionKind.CANCEL if _may_cancel(understanding) else DecisionKind.UNASKED_NO
    return decision_on(kind, understanding, other, obstacles)


def _several_asked(understanding: Understanding) -> Decision:
    """Two things are open: a yes or no could be about either, so we ask which. The rest is as it reads."""
    kind = reading(understanding)
    answers = (Intent.ACCEPT, Intent.DECLINE, Intent.CONFIRM, Intent.REASON)
    yes_or_no = understanding.signals.yes or understanding.intent in answers
    gives_way = (DecisionKind.DECLINE, DecisionKind.UNCLEAR, DecisionKind.CONFIRM, DecisionKind.REASON)
    if yes_or_no and kind in gives_way:
        kind = DecisionKind.CHECK
    return decision_on(kind, understanding, None, ("more than one thing is asked",))


def _may_cancel(understanding: Understanding) -> bool:
    return share_of(understanding, Intent.CANCEL) >= 0.1
