"""A text that holds a plain booking: "not ideal, put me down", "I'll take it. The dog will be glad too".

What was said before it is only what they put up with, and what is said behind it only talk, unless either names
another time, a condition or a no.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers.clause import is_harmless, says_nothing
from handlers.decision import Decision
from handlers.decision import DecisionKind as Kind
from handlers.guards import OFFERED, Awaited, Case, names_other_provider, other_time
from nlu.understanding import Intent, Understanding
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


TALK = (Kind.ACCEPT, Kind.CONFIRM, Kind.CHECK, Kind.UNCLEAR)
"""What may have been read in a clause that is only talk behind the booking, where a change of mind would stand."""


TOLD = (Intent.REASON, Intent.OUT_OF_SCOPE)
"""What tells of somebody's life: behind a booking it is talk, too ("put me down. My knee has been killing me")."""


def books(part: Decision) -> bool:
    """Whether it takes the offer in words that can do nothing else."""
    return part.read is not None and pattern("answers", "books").search(plain(part.read.text)) is not None


def settled_by(whole: Decision, said: Sequence[Decision], zone: ZoneInfo) -> Decision | None:
    """The last clause that books what was offered, if nothing before or behind it forbids that."""
    at = max((at for at, part in enumerate(said) if part.kind is Kind.ACCEPT and books(part)), default=None)
    if at is None:
        return None
    booking, asked, behind = said[at], said[at].awaited, said[at + 1 :]
    if asked is None or asked.kind not in OFFERED or (behind and _contrasts(whole)):
        return None
    leads = all(_says_nothing_of_it(part, asked, zone, PUT_UP_WITH) for part in said[:at])
    return booking if leads and all(_is_talk(part, asked, zone) for part in behind) else None


def _contrasts(whole: Decision) -> bool:
    return whole.read is None or pattern("clauses", "contrast").search(plain(whole.read.text)) is not None


def _is_talk(part: Decision, asked: Awaited, zone: ZoneInfo) -> bool:
    if part.read is not None and part.read.signals.hedge:
        return False
    told = part.read is not None and part.read.intent in TOLD
    return _says_nothing_of_it(part, asked, zone, PUT_UP_WITH if told else TALK)


def _says_nothing_of_it(part: Decision, asked: Awaited, zone: ZoneInfo, kinds: tuple[Kind, ...]) -> bool:
    if says_nothing(part) or is_harmless(part, asked, zone):
        return True
    read = part.read
    if read is None or part.kind not in kinds or read.signals.question:
        return False
    return not (names_other_provider(read, asked) or _forbids(read, asked, zone))


def _forbids(read: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """A no, a condition, another time or a wish for something else."""
    if other_time(Case(read, asked, zone)):
        return True
    flat = without(pattern("clauses", "put_up_with"), plain(read.text))
    return any(
        words.search(flat)
        for words in (pattern("clauses", "forbids", "other_wish"), pattern("signals", "a_no", "an_if"))
    )
