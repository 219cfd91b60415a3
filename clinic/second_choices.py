"""Openings for which nobody is left to ask go, as second choices, into the text of somebody who is asked about
another: one text, numbers to choose by, and one toward every cap."""

from collections.abc import Sequence
from itertools import islice
from uuid import UUID

from clinic import offering, offers, openings, policies, reaching, together
from clinic.offering import Chosen
from rules import matching
from rules.facts import Span
from rules.listing import MOST_LISTED, listed
from rules.states import OpeningState
from storage.queries import matching as loading
from storage.tables import Opening, WaitlistEntry
from storage.transaction import Tx

LOOKED_AT = 6
"""So many are looked at, soonest first: a text takes two of them, and nobody waits for more."""


def fitting(tx: Tx, opening: Opening, entry_id: UUID, left: Sequence[UUID]) -> list[Chosen]:
    """Which other openings an entry is asked about beside this one, locked: out of `left`, and of those that were
    worked before and found nobody. One on which somebody is at work right now is left to them; none where the text
    can make one offer only."""
    wanted = list(dict.fromkeys([*left, *together.nobody_left_for(tx, opening)]))
    if not wanted or not _may_be_listed(tx, entry_id):
        return []
    found = [_chosen(tx, opening_id, entry_id) for opening_id in islice(wanted, LOOKED_AT)]
    return listed(
        [(each, _span(each.opening)) for each in found if each is not None],
        beside=[_span(opening)],
        most=MOST_LISTED,
    )


def _may_be_listed(tx: Tx, entry_id: UUID) -> bool:
    ways = reaching.ways(tx, tx.session.get_one(WaitlistEntry, entry_id))
    return bool(ways) and offering.takes_several(tx, ways[0])


def _chosen(tx: Tx, opening_id: UUID, entry_id: UUID) -> Chosen | None:
    """The opening, where nobody is being asked about it and the bot may ask this entry."""
    opening = openings.lock_if_free(tx, opening_id)
    if opening is None or opening.state is not OpeningState.OPEN:
        return None
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    waiting = loading.candidate(tx.session, facts, entry_id, tx.now)
    ranked = matching.rank(waiting, facts, policies.of_opening(tx, opening), tx.now)
    return Chosen(opening, ranked[0], offers.next_wave(tx, opening.id)) if ranked else None


def _span(opening: Opening) -> Span:
    return Span(opening.starts_at, opening.ends_at)
