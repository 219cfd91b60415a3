"""No more offers, or off the list, said beside something else: "can't make it on Dec 22, no offers please".

Both are done. What ends offers is never lost, and never outweighs a visit that somebody gives up.
"""

from collections.abc import Sequence
from dataclasses import replace

from handlers.compound import LEAST_BESIDE
from handlers.decision import Decision
from handlers.decision import DecisionKind as Kind
from nlu.understanding import Understanding
from rules.states import PromptKind

NARROWER = (Kind.NO_OFFERS, Kind.LEAVE_LIST)
ABOUT_A_VISIT = (Kind.CANCEL, Kind.RESCHEDULE, Kind.LATE, Kind.ARRIVED, Kind.LEAVING)
TO_A_REMINDER = (Kind.CONFIRM, Kind.DECLINE, Kind.CANCEL)


def ends_offers(whole: Decision) -> bool:
    """Whether a text, read as one, ends offers or gives up a place on the list and nothing more."""
    return whole.kind in NARROWER


def beside_a_visit(whole: Decision, parts: Sequence[Decision]) -> Decision:
    """The decision on such a text. `parts`: what else it says, clause by clause. The surest of a visit is the main
    thing, and this beside it; else it is only that."""
    said = [part for part in parts if _of_a_visit(part) and _sure(part.read)]
    main = max(said, key=lambda part: part.read.confidence if part.read else 0, default=None)
    if main is None:
        return whole
    why = (*main.why, f"{whole.kind} beside it")
    return replace(main, why=why, also=(*main.also, replace(whole, also=())))


def _of_a_visit(part: Decision) -> bool:
    reminded = part.awaited is not None and part.awaited.kind is PromptKind.REMINDER
    unasked = (
        part.awaited is None and part.kind is Kind.COUNTER
    )  # "no puedo ir el jueves": nothing is offered
    return unasked or part.kind in ABOUT_A_VISIT or (reminded and part.kind in TO_A_REMINDER)


def _sure(read: Understanding | None) -> bool:
    return read is not None and read.confidence >= LEAST_BESIDE
