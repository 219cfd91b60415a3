"""What is free for somebody who has just asked, or whose yes came too late: offered in answer, so that it counts
toward no gap and no cap."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from clinic import filling, offering, offers, openings, policies, together
from clinic.offering import Chosen
from rules import matching
from rules.channels import WRITES_FIRST, channel_of
from rules.facts import Ranked
from rules.states import EntryState, OpeningState
from storage.queries import matching as loading
from storage.tables import Conversation, Offer, WaitlistEntry
from storage.transaction import Tx

LOOKED_AT = 6
"""So many openings are looked at, soonest first: nobody waits long for an answer."""


def offer(tx: Tx, conversation: Conversation, entry: WaitlistEntry) -> Offer | None:
    """Offer a locked entry the best opening about which nobody is asked. None where none suits, or they are being
    asked about another already.

    An opening on which somebody is at work right now is left to them, so that nobody waits with an entry locked.
    """
    if entry.state is not EntryState.ACTIVE:
        return None
    best = max(_fitting(tx, entry), key=lambda each: each.ranked.score, default=None)
    if best is None:
        return None
    here = channel_of(conversation.address)
    made = offering.make(tx, best.opening, best.ranked, channel=here if here in WRITES_FIRST else None)
    made = made or offering.make(tx, best.opening, best.ranked)
    if made is not None:
        made.in_reply = True
        offers.settle(tx, best.opening)
    return made


def _fitting(tx: Tx, entry: WaitlistEntry) -> Iterator[Chosen]:
    free = together.unasked(tx).limit(LOOKED_AT)
    for opening_id in [each.id for each in tx.session.scalars(free)]:
        chosen = _chosen(tx, opening_id, entry)
        if chosen is not None:
            yield chosen


def _chosen(tx: Tx, opening_id: UUID, entry: WaitlistEntry) -> Chosen | None:
    """The opening, locked, where the bot may ask this entry and nobody in line comes before it."""
    opening = openings.lock_if_free(tx, opening_id)
    if opening is None or opening.state is not OpeningState.OPEN or filling.stopped(tx, opening):
        return None
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    policy = policies.of_opening(tx, opening)
    waiting = loading.candidate(tx.session, facts, entry.id, tx.now)
    found = matching.rank([replace(each, offered_at=()) for each in waiting], facts, policy, tx.now)
    line = matching.rank(loading.candidates(tx.session, facts, tx.now), facts, policy, tx.now, limit=1)
    if not found or any(_standing(each) > _standing(found[0]) for each in line):
        return None
    return Chosen(opening, found[0], offers.next_wave(tx, opening.id))


def _standing(ranked: Ranked) -> tuple[bool, float]:
    return ranked.urgent, ranked.score
