"""Which openings suit an entry and which entries an opening, with scores and reasons; offering and booking."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field

from bot.api import offers, refs
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.offers import OfferMade
from bot.api.problems import conflict
from bot.api.refs import PatientRef, Ref
from bot.api.waitlist import waiting
from clinic import by_hand, desk_booking, openings, suiting
from clinic.suiting import Suiting
from rules.priority import PRIORITY_TOP, priority_score
from rules.states import Channel
from storage.queries import today as queries
from storage.queries import waitlist as waitlist_rows
from storage.tables import Opening, Provider, WaitlistEntry
from storage.transaction import Tx


class Match(Shape):
    """An opening against an entry: a score, or why it is not offered."""

    opening_id: UUID
    provider: Ref
    start: datetime
    minutes: int
    score: float | None
    parts: dict[str, float] = Field(description="The score by factor; they add up to it.")
    reasons: list[str]
    refusal: str | None = Field(description="Why it must not be offered to them; none where it may.")


class Matches(Shape):
    items: list[Match]


class Ahead(Shape):
    days_ahead: int = Field(default=14, ge=1, le=365)


class Candidate(Shape):
    """An entry that could take an opening."""

    entry_id: UUID
    patient: PatientRef
    type: Ref
    urgent: bool
    score: float
    parts: dict[str, float]
    reasons: list[str]


class Candidates(Shape):
    items: list[Candidate]


class Best(Shape):
    limit: int = Field(default=20, ge=1, le=200)


class PriorityScore(Shape):
    """`0.4 × wait + 0.3 × urgency + 0.2 × referral − 0.1 × declines`, kept within 0–1; the most there can be is
    0.9."""

    score: float
    share: float = Field(description="Of the most there can be.")
    parts: dict[str, float]
    reasons: list[str]


class Notified(Shape):
    opening: UUID
    also: list[UUID] = Field(
        default_factory=list,
        max_length=4,
        description="Further openings, offered in the same text with numbers to choose by.",
    )
    channel: Channel | None = Field(
        default=None, description="How they are asked; left out: by the first of their channels that works."
    )


class BookInto(Shape):
    opening: UUID
    tell: bool = Field(default=True, description="Text the patient that they are booked.")


class Booked(Shape):
    appointment_id: UUID


def of_entry(tx: Tx, call: Call[Ahead, Nothing]) -> Matches:
    """Openings of the next days for one entry, best first, and those that must not be offered with the reason."""
    found = suiting.of_entry(tx, call.id, days=call.query.days_ahead)
    return Matches(items=[_match(tx, call, each) for each in found])


def _match(tx: Tx, call: Call[Ahead, Nothing], suits: Suiting) -> Match:
    opening, score = suits.opening, suits.score
    return Match(
        opening_id=opening.id,
        provider=refs.ref(tx.session.get_one(Provider, opening.provider_id)),
        start=call.local(opening.starts_at),
        minutes=int((opening.ends_at - opening.starts_at) / timedelta(minutes=1)),
        score=score.total if score else None,
        parts=score.parts if score else {},
        reasons=list(score.reasons) if score else [],
        refusal=suits.refusal,
    )


def for_opening(tx: Tx, call: Call[Best, Nothing]) -> Candidates:
    """Who could take an opening, best first, those below the automatic threshold too."""
    opening = tx.session.get_one(Opening, call.id)
    ranked = by_hand.ranked_for_staff(tx, opening.id)[: call.query.limit]
    rows = queries.entries(tx.session, [each.entry_id for each in ranked])
    items = []
    for each in ranked:
        _, patient, kind = rows[each.entry_id]
        items.append(
            Candidate(
                entry_id=each.entry_id,
                patient=refs.patient(patient),
                type=refs.ref(kind),
                urgent=each.urgent,
                score=each.score,
                parts=each.parts,
                reasons=list(each.reasons),
            )
        )
    return Candidates(items=items)


def priority(tx: Tx, call: Call[Nothing, Nothing]) -> PriorityScore:
    """How pressing an entry is now, whatever the opening."""
    return _priority(tx, tx.session.get_one(WaitlistEntry, call.id))


def refresh(tx: Tx, call: Call[Nothing, Nothing]) -> PriorityScore:
    """Write an entry's stored score anew. It only sorts lists: at use it is always worked out afresh."""
    entry = waiting(tx, call.id)
    found = _priority(tx, entry)
    entry.priority_score, entry.scored_at = found.score, tx.now
    return found


def _priority(tx: Tx, entry: WaitlistEntry) -> PriorityScore:
    score = priority_score(waitlist_rows.facts(entry), tx.now)
    return PriorityScore(
        score=score.total,
        share=score.total / PRIORITY_TOP,
        parts=score.parts,
        reasons=list(score.reasons),
    )


def notify(tx: Tx, call: Call[Nothing, Notified]) -> OfferMade:
    """Offer an opening to an entry now, or several in one text, whatever its score. The hard rules hold: what they
    forbid is left out, and of two at the same time the sooner is offered."""
    entry = waiting(tx, call.id)
    wanted = {call.body.opening, *call.body.also}
    for opening_id in sorted(wanted):
        openings.lock(tx, opening_id)
    return offers.made_together(tx, call, wanted, entry.id, call.body.channel)


def book(tx: Tx, call: Call[Nothing, BookInto]) -> Booked:
    """Book an entry into an opening without asking; the later visit it replaces is given up."""
    entry = waiting(tx, call.id)
    visit = desk_booking.book_entry(tx, call.body.opening, entry.id, call.by, tell=call.body.tell)
    if visit is None:
        raise conflict("The slot is gone, the visit does not fit, or the patient is busy then.")
    return Booked(appointment_id=visit.id)
