"""Openings that come free together are given out as a whole: a provider adds a half-day, a closed day opens again.

Each is still worked by itself, in its own transaction. What it asks is worked out for all of them at once, and as
the best for the whole stays the best for what is left of it, one after the other they come to just that.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from rules import matching
from rules.assignment import assign
from rules.facts import OpeningFacts, Ranked
from rules.policy import Policy
from rules.states import DueKind, OpeningState
from storage.queries import matching as loading
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
    if loading.said_yes_too_late(tx.session, opening.id) or not _due_beside(tx, opening):
        return ()
    name = f"matching {tx.clinic_id}"
    tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    return _due_beside(tx, opening)


def _due_beside(tx: Tx, opening: Opening) -> Sequence[Opening]:
    return tx.session.scalars(
        select(Opening)
        .join(DueWork, DueWork.subject_id == Opening.id)
        .join(Provider, Provider.id == Opening.provider_id)
        .where(
            Opening.id != opening.id,
            Opening.state == OpeningState.OPEN,
            Opening.automatic,
            Opening.offer_from <= tx.now,
            Opening.give_up_at > tx.now,
            Provider.paused_at.is_(None),
            DueWork.kind == DueKind.OPENING,
            DueWork.done_at.is_(None),
            DueWork.due_at <= tx.now + WITHIN,
            DueWork.attempts <= TRIES,
        )
        .order_by(Opening.starts_at, Opening.id)
        .limit(MOST)
    ).all()


def line(
    tx: Tx, opening: OpeningFacts, beside: Sequence[Opening], policy: Policy, limit: int
) -> list[Ranked]:
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
    return [*first, *(each for each in ranked if each.entry_id not in given)][:limit]
