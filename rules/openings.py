"""The geometry of openings: what fits, what is left, and when to stop asking."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from rules.facts import OpeningFacts, Span, TypeFacts
from rules.policy import Policy


def length(span: Span | OpeningFacts) -> timedelta:
    """Time that really passes, also across a clock change (subtracting local times would miss the hour)."""
    return span.end.astimezone(UTC) - span.start.astimezone(UTC)


def fits(kind: TypeFacts, span: Span) -> bool:
    """A visit of this type, and the free time after it, fit into the span."""
    return timedelta(minutes=kind.minutes + kind.buffer_minutes) <= length(span)


def subtract(span: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of the span, in order, once everything in `taken` is cut out."""
    left: list[Span] = []
    start = span.start
    for cut in sorted(taken, key=lambda each: each.start):
        if cut.start > start:
            left.append(Span(start, min(cut.start, span.end)))
        start = max(start, cut.end)
        if start >= span.end:
            return left
    left.append(Span(start, span.end))
    return left


def remainder(opening: Span, booked: Span, shortest_minutes: int) -> Span | None:
    """The longest piece a booking leaves of an opening, if the shortest visit of that provider fits in it.

    `booked` and `shortest_minutes` include the buffer.
    """
    pieces = [
        piece for piece in subtract(opening, [booked]) if length(piece) >= timedelta(minutes=shortest_minutes)
    ]
    return max(pieces, key=length, default=None)


def give_up_at(start: datetime, kind: TypeFacts | None, policy: Policy) -> datetime:
    """After this nobody is asked any more. The type's own figure counts before the clinic's."""
    own = kind.give_up_minutes if kind is not None else None
    minutes = policy.give_up_minutes if own is None else own
    return start.astimezone(UTC) - timedelta(minutes=minutes)


FIVE_MINUTES = timedelta(minutes=5)


def next_five_minutes(moment: datetime) -> datetime:
    """The next round five minutes after a moment: nobody is offered 10:03."""
    return moment + (FIVE_MINUTES - (moment - datetime.min.replace(tzinfo=UTC)) % FIVE_MINUTES)


def pieces(span: Span, minutes: int) -> list[Span]:
    """The span cut from its start into slots of so many minutes; what is left at the end belongs to the last."""
    step = timedelta(minutes=minutes)
    count = max(length(span) // step, 1)
    cuts = [span.start.astimezone(UTC) + each * step for each in range(count)]
    return [Span(start, end) for start, end in pairwise([*cuts, span.end])]
