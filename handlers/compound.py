"""One decision out of several thoughts in a text: "yes. where do I park?", "no sorry, but anything thursday?".

Pure. The rule of safety: a yes inside a longer text books only where everything beside it is harmless: a plain
question, a wish or a condition that the offer meets. A yes and a no in one text are asked back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from handlers.clause import (
    YES,
    asks_how_to_come,
    concedes,
    half_agrees,
    has_firm_word,
    is_breath,
    is_condition,
    is_firm,
    is_glad,
    is_harmless,
    is_remark,
    plainer,
    says_nothing,
    wants_another,
    wants_no_more,
    wishes_for_another,
)
from handlers.decision import Decision
from handlers.decision import DecisionKind as Kind
from handlers.fitting import meets
from handlers.settling import books, settled_by
from nlu.understanding import Understanding
from nlu.words import pattern, plain

NO = (Kind.DECLINE, Kind.UNASKED_NO)
LEAST_BESIDE = 0.7
"""The share the model must give a clause that is acted on beside what the whole text says."""

AGAINST_A_YES = (
    *NO,
    Kind.NOT_NOW,
    Kind.COUNTER,
    Kind.CANCEL,
    Kind.RESCHEDULE,
    Kind.REASON,
    Kind.UNDO,
    Kind.HUMAN,
)
"""A thought that speaks against a yes beside it."""

UNSURE = (Kind.UNCLEAR, Kind.UNASKED_NO, Kind.IGNORE, Kind.THANKS, Kind.GREETING)
WEIGHTIER = {
    Kind.CANCEL: (Kind.RESCHEDULE, Kind.UNDO),
    Kind.QUESTION: (
        Kind.CHECK,
        Kind.CANCEL,
        Kind.RESCHEDULE,
        Kind.DECLINE,
        Kind.COUNTER,
        Kind.LATE,
        Kind.ARRIVED,
    ),
    Kind.STATUS: (Kind.CANCEL, Kind.RESCHEDULE),
    Kind.PREFERENCES: (Kind.DECLINE, Kind.CANCEL, Kind.RESCHEDULE),
}
"""A clause that says one of these outweighs what the whole text seemed to say."""

KEEPS_WISHES = (Kind.DECLINE, Kind.COUNTER, Kind.NOT_NOW)
"""Whoever handles these also keeps the wishes said anywhere in the text."""

FIRST = (
    Kind.HUMAN,
    Kind.UNDO,
    Kind.COMPLAINT,
    Kind.RESCHEDULE,
    Kind.CANCEL,
    Kind.NO_OFFERS,
    Kind.LEAVE_LIST,
    Kind.FEWER_TEXTS,
    Kind.COUNTER,
    Kind.NOT_NOW,
    Kind.DECLINE,
    Kind.EARLIER,
    Kind.BOOK,
    Kind.PREFERENCES,
    Kind.REASON,
    Kind.LEAVING,
    Kind.LATE,
    Kind.ARRIVED,
    Kind.CHECK,
    Kind.STATUS,
    Kind.QUESTION,
    Kind.UNASKED_NO,
)
"""Which of several things said is the main one; the others are acted on beside it."""


def combine(whole: Decision, parts: Sequence[Decision], zone: ZoneInfo) -> Decision:
    """The decision on a text of several clauses. `whole` is how it reads as one, `parts` clause by clause."""
    if _stands_alone(whole, parts):
        return whole
    conceding = whole.read is not None and _puts_up_with_it(whole.read)
    said = [plainer(part) for part in parts if not says_nothing(part) and not (conceding and concedes(part))]
    if len(said) < 2 and not _a_yes_and_remarks(whole, said, parts):
        return _only(whole, said[0]) if said else whole
    booking = settled_by(whole, said, zone)
    if booking is not None:
        asks = _answerable([part for part in said if part.kind in (Kind.QUESTION, Kind.STATUS)])
        return replace(booking, why=("a plain booking amid talk",), also=asks)
    yeses = [part for part in said if part.kind in YES]
    yes = next((part for part in yeses if is_firm(part)), yeses[0] if yeses else None)
    if yes is None or yes.awaited is None:  # a yes to nothing adds nothing
        return _without_yes(whole, [part for part in said if part is not yes], zone)
    return _with_yes(whole, yes, _sorted(parts, [part for part in said if part.kind not in YES]), zone)


def _stands_alone(whole: Decision, parts: Sequence[Decision]) -> bool:
    """Whether the text is decided as one: what is quoted, and a yes. Not where one of its thoughts speaks against
    the yes and a word of it is unknown ("perfect, the one day that I have court"), unless it plainly books."""
    signals = whole.read.signals if whole.read else None
    if whole.kind not in YES:
        return signals is not None and signals.quoted
    doubted = signals is not None and signals.unknown and not books(whole)
    return not (doubted and any(part.kind in AGAINST_A_YES for part in parts))


def _a_yes_and_remarks(whole: Decision, said: Sequence[Decision], parts: Sequence[Decision]) -> bool:
    """Whether all but a yes are remarks; what the model alone takes for thanks is none, nor what stands behind a
    "but"."""
    if whole.read is None:
        return False
    left = pattern("clauses", "concession").sub(",", plain(whole.read.text))
    if pattern("clauses", "contrast").search(left):
        return False
    remarks = sum(is_remark(part) or (part.kind not in YES and concedes(part)) for part in parts)
    return bool(said) and said[0].kind in YES and len(said) + remarks == len(parts)


def _puts_up_with_it(read: Understanding) -> bool:
    """ "Not my favorite hour, but ..."."""
    return pattern("clauses", "concession").search(plain(read.text)) is not None


def _only(whole: Decision, part: Decision) -> Decision:
    """Only one clause says anything: it stands for a text that is unsure as a whole, but never books it."""
    return part if whole.kind is Kind.UNCLEAR and part.kind not in YES else whole


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a yes, sorted: conditions of it ("if it's with Dr Lee"), what is to happen otherwise
    ("otherwise no"), and the rest; `done` where they say that nothing more is wanted."""

    conditions: list[Decision]
    otherwise: list[Decision]
    rest: list[Decision]
    done: bool


def _sorted(parts: Sequence[Decision], said: Sequence[Decision]) -> Beside:
    found = Beside([], [], [], any(wants_no_more(part) for part in parts))
    for part in said:
        flat = plain(part.read.text) if part.read else ""
        if pattern("clauses", "otherwise_no").match(flat):
            found.otherwise.append(part)
        elif is_condition(part, flat):
            found.conditions.append(part)
        else:
            found.rest.append(part)
    return found


def _with_yes(whole: Decision, yes: Decision, beside: Beside, zone: ZoneInfo) -> Decision:
    """A yes and something beside it, worst first:

    1. a condition that is not met: they want something else, or nothing ("otherwise no");
    2. a plain no: asked back;
    3. another time: that is what they want;
    4. what they want to know before they decide ("yes but how much is it?"): answered, and asked back;
    5. only harmless things: it is a yes, and they are answered too; but a breath ("ok", "great") before a
       question is only that, and the question is answered;
    6. anything else: asked back.
    """
    asked = yes.awaited
    met = [meets(part.read, asked, zone) if part.read and asked else None for part in beside.conditions]
    if asked is not None and False in met:
        kind = Kind.DECLINE if beside.otherwise else Kind.COUNTER
        unmet = beside.conditions[met.index(False)]
        why = ("a condition that the offer does not meet",)
        return replace(unmet, kind=kind, awaited=asked, why=why, read=whole.read)
    if any(part.kind in NO for part in beside.rest) or (beside.otherwise and not beside.conditions):
        return replace(_ask_back(whole, yes, beside), why=("a yes and a no in one text",))
    if whole.read is not None and pattern("clauses", "before_deciding").search(plain(whole.read.text)):
        return _ask_back(whole, yes, beside)
    other = next((part for part in beside.rest if wants_another(part, asked, zone)), None)
    if other is not None and asked is not None:
        why = ("a yes to another time than the one offered",)
        return replace(other, kind=Kind.COUNTER, awaited=asked, why=why, also=(), read=whole.read)
    if None in met or not all(is_harmless(part, asked, zone) for part in beside.rest):
        return _ask_back(whole, yes, beside)
    if _is_sure(yes, beside) or not (beside.rest or (is_breath(yes) and not (beside.done and is_glad(yes)))):
        return replace(yes, why=("every guard agrees, clause by clause",), also=_answerable(beside.rest))
    if is_breath(yes) and beside.rest and not met:
        first, *others = _others(beside.rest)
        return replace(first, why=("a breath before a question",), also=tuple(others))
    return _ask_back(whole, yes, beside)


def _is_sure(yes: Decision, beside: Beside) -> bool:
    """Whether a yes beside a question is one: in firm words, or more than an "ok" where they ask how to come."""
    says_so = has_firm_word(yes) or not is_breath(yes)
    return is_firm(yes) or (
        says_so and bool(beside.rest) and all(asks_how_to_come(part) for part in beside.rest)
    )


def _ask_back(whole: Decision, yes: Decision, beside: Beside) -> Decision:
    """Asked back, and a question beside the yes is answered."""
    if whole.kind is Kind.CHECK:
        return whole
    asks = _others([part for part in beside.rest if part.kind is Kind.QUESTION])
    why = ("a yes with something beside it",)
    return replace(whole, kind=Kind.CHECK, awaited=yes.awaited, why=why, also=asks)


def _answerable(parts: Sequence[Decision]) -> tuple[Decision, ...]:
    """What is answered beside a booking. A wish that the booked visit meets has been met."""
    return tuple(part for part in _others(parts) if part.kind is not Kind.PREFERENCES)


def _without_yes(whole: Decision, said: Sequence[Decision], zone: ZoneInfo) -> Decision:
    """No yes in it: what the whole says, and beside it what its clauses surely add."""
    no = next((part for part in said if part.kind in NO), None)
    if no is not None and no.awaited is not None:
        wish = next((part for part in said if wishes_for_another(part, no.awaited, zone)), None)
        if wish is not None:
            why = ("a no, and a wish for another time",)
            return replace(wish, kind=Kind.COUNTER, awaited=no.awaited, why=why, also=(), read=whole.read)
        if any(half_agrees(part) for part in said):
            return replace(whole, kind=Kind.CHECK, awaited=no.awaited, why=("a yes and a no in one text",))
    sure = [part for part in said if _surely_says(part)]
    main = _main(whole, sure)
    others = tuple(part for part in _others(sure) if part.kind not in (main.kind, *_implied_by(main.kind)))
    if main.kind in KEEPS_WISHES:
        main = replace(main, read=whole.read, times=whole.times)
    return replace(main, also=(*whole.also, *others))


def _surely_says(part: Decision) -> bool:
    if part.kind is Kind.CHECK:
        return half_agrees(part)
    return part.kind in FIRST and part.read is not None and part.read.confidence >= LEAST_BESIDE


def _main(whole: Decision, sure: Sequence[Decision]) -> Decision:
    """The whole as it reads, unless it is unsure, or a clause says something weightier of the same matter."""
    first = min(sure, key=lambda part: FIRST.index(part.kind), default=None)
    if first is None or (whole.kind not in UNSURE and first.kind not in WEIGHTIER.get(whole.kind, ())):
        return whole
    return first


def _implied_by(kind: Kind) -> tuple[Kind, ...]:
    """What needs no answer of its own beside the main thing, which covers it."""
    return (Kind.PREFERENCES,) if kind in KEEPS_WISHES else ()


def _others(parts: Sequence[Decision]) -> tuple[Decision, ...]:
    """What is acted on beside the main thing, each kind once, in the order said."""
    once: dict[Kind, Decision] = {}
    for part in parts:
        once.setdefault(part.kind, part)
    return tuple(once.values())
