"""A text that ends on a plain booking: "not ideal, put me down", "I moved my meeting around so book it".

What was said before it is then only what they put up with, unless it names another time, a condition or a no.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers.clause import is_harmless, says_nothing
from handlers.decision import Decision
from handlers.decision import DecisionKind as Kind
from handlers.guards import OFFERED, Awaited, names_other_provider
from handlers.spans import same_time
from nlu.understanding import Understanding
from nlu.words import pattern, plain, without

PUT_UP_WITH = (
    Kind.ACCEPT,
    Kind.CHECK,
    Kind.UNCLEAR,
    Kind.DECLINE,
    Kind.REASON,
    Kind.LATE,
    Kind.EARLIER,
    Kind.COUNTER,
    Kind.BOOK,
)
"""What may have been read in a clause that is only talk on the way to the booking."""


def ends_on_a_booking(said: Sequence[Decision], zone: ZoneInfo) -> bool:
    """Whether the last clause that says anything books what was offered, and none before it forbids that."""
    *before, last = said
    asked = last.awaited
    if last.kind is not Kind.ACCEPT or asked is None or asked.kind not in OFFERED or last.read is None:
        return False
    if pattern("answers", "books").search(plain(last.read.text)) is None:
        return False
    return all(_leads_to_it(part, asked, zone) for part in before)


def _leads_to_it(part: Decision, asked: Awaited, zone: ZoneInfo) -> bool:
    if says_nothing(part) or is_harmless(part, asked, zone):
        return True
    read = part.read
    if read is None or part.kind not in PUT_UP_WITH or read.signals.question:
        return False
    return not (names_other_provider(read, asked) or _forbids(read, asked, zone))


def _forbids(read: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """A no, a condition, another time or a wish for something else."""
    if any(asked.start is None or not same_time(span, asked.start, zone) for span in read.times):
        return True
    flat = without(pattern("clauses", "put_up_with"), plain(read.text))
    return any(
        words.search(flat)
        for words in (pattern("clauses", "forbids", "other_wish"), pattern("signals", "a_no"))
    )
