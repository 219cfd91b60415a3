"""Openings that come free together are given out as a whole: a provider adds a half-day, a closed day opens again.

Each is still worked by itself, in its own transaction. What it asks is worked out for all of them at once, and as
the best for the whole stays the best for what is left of it, one after the other they come to just that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from rules import matching
from rules.assignment import assign
from rules.facts import OpeningFacts, Ranked
from rules.policy import Policy
from rules.states import DueKind, OpeningState
from storage.queries import matching as loading
from storage.queries import past
from storage.tables import DueWork, Opening, Provider
from storage.transaction import Tx

WITHIN = timedelta(seconds=30)
"""Openings that are to be looked at within so long are given out together. Due work on which a worker is right now
is set so far ahead (`bot.due.LEASE`), and belongs to them."""

MOST = 40
"""With so many others at once, the soonest."""

TRIES = 1
"""One on which work has failed before holds nobody back for itself any more."""


def others(tx: Tx, opening: Opening) -> Sequence[Opening]:
    """The other openings of the clinic that nobody is asked about and that are to be worked now.

    Where there are any, no two workers go on at the same time: the second sees whom the first has asked. None
    where somebody said yes to this very slot too late: they have a right to it, whatever the whole would want.
    """
    if past.said_yes_too_late(tx.session, opening.id):
        return ()
    take_turns(tx, opening.id)
    return _due_beside(tx, opening.id)


def take_turns(tx: Tx, opening_id: UUID) -> None:
    """Where others are to be worked now, wait for whoever works one of them. Before an opening is locked, so that
    what is left over is free to go into another's text."""
    if _due_beside(tx, opening_id):
        name = f"matching {tx.clinic_id}"
        tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _due_beside(tx: Tx, opening_id: UUID) -> Sequence[Opening]:
    return tx.session.scalars(
        unasked(tx).where(
            Opening.id != opening_id,
            DueWork.due_at <= tx.now + WITHIN,
            DueWork.attempts <= TRIES,
        )
    ).all()


def nobody_left_for(tx: Tx, opening: Opening) -> Sequence[UUID]:
    """Other openings that have been worked and for which nobody is left to ask: nothing is to be done about them
    before they are given up."""
    resting = unasked(tx).where(Opening.id != opening.id, DueWork.due_at >= Opening.give_up_at)
    return [each.id for each in tx.session.scalars(resting)]


def unasked(tx: Tx) -> Select[Opening]:
    """Openings about which the bot may ask and asks nobody, soonest first."""
    return (
        select(Opening)
        .join(DueWork, DueWork.subject_id == Opening.id)
        .join(Provider, Provider.id == Opening.provider_id)
        .where(
            Opening.state == OpeningState.OPEN,
            Opening.automatic,
            Opening.offer_from <= tx.now,
            Opening.give_up_at > tx.now,
            Provider.paused_at.is_(None),
            DueWork.kind == DueKind.OPENING,
            DueWork.done_at.is_(None),
        )
        .order_by(Opening.starts_at, Opening.id)
        .limit(MOST)
    )


@dataclass(frozen=True, slots=True)
class Line:
    """Who is asked about an opening, in order. `left`: the openings beside it that the whole gives to nobody."""

    ranked: Sequence[Ranked] = ()
    left: Sequence[UUID] = ()


def line(tx: Tx, opening: OpeningFacts, beside: Sequence[Opening], policy: Policy, limit: int) -> Line:
    """The line for an opening as the whole wants it: who is best for it there comes first, and whom another
    opening needs is left to that one."""
    zone = tx.clinic().timezone
    every = [opening, *(loading.opening_facts(tx.session, each, zone) for each in beside)]
    waiting = loading.candidates_of_all(tx.session, every, tx.now)
    asked = loading.asked_about(tx.session, every)
    found = assign(every, waiting, policy, tx.now, asked=asked)
    first = [each.ranked for each in found if each.opening_id == opening.id]
    given = asked[opening.id].union(each.ranked.entry_id for each in found)
    ranked = matching.rank(waiting, opening, policy, tx.now, limit=limit + len(given))
    filled = {each.opening_id for each in found}
    return Line(
        ranked=[*first, *(each for each in ranked if each.entry_id not in given)][:limit],
        left=[each.id for each in beside if each.id not in filled],
    )
