"""The schedule feed: what a practice system told us is taken in, one subject at a time.

A subject is one visit, or one provider's hours of one day. All its events are looked at together, in the order in
which they happened, so that copies, late ones and ones out of order come to the same as the clean row of them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from clinic.audit import SYSTEM, record
from clinic.feed import hours, problems, visits
from clinic.feed.problems import Problem
from clinic.feed.visits import Change
from rules import feed as rules
from rules.feed import Happening, VisitPart
from rules.states import FeedEventState, FeedEventType
from storage.queries import feed as queries
from storage.tables import Feed, FeedEvent
from storage.transaction import Tx

TRY_EVERY = timedelta(hours=1)
TRY_FOR = timedelta(days=1)
"""What cannot be taken in is tried again for so long: what it names may be imported meanwhile."""


def take_in(tx: Tx, event_id: UUID) -> datetime | None:
    """Take in an event, with whatever else of its subject waits. Gives when to try again; None when it is done.

    A feed is worked by one at a time: its lock comes before all others.
    """
    event = tx.session.get_one(FeedEvent, event_id)
    feed = _lock(tx, event.feed_id)
    if _take_in(tx, feed, event.subject):
        _retry_clashed(tx, feed)
    _change_places(tx, feed)
    tx.session.refresh(event)
    over = event.state is FeedEventState.DONE or tx.now - event.received_at >= TRY_FOR
    return None if over else tx.now + TRY_EVERY


def _lock(tx: Tx, feed_id: UUID) -> Feed:
    return tx.session.get_one(Feed, feed_id, with_for_update={"key_share": True}, populate_existing=True)


def _retry_clashed(tx: Tx, feed: Feed) -> None:
    """Time may have come free for what clashed; each that finds its place may make place for another.

    In the same transaction, before anybody is offered that time. (It takes openings after visits, against the
    order of locks: a deadlock with a yes at that moment is repeated by the store.)
    """
    while any([_take_in(tx, feed, subject) for subject in queries.clashed(tx.session, feed.id)]):
        pass


def _take_in(tx: Tx, feed: Feed, subject: str) -> bool:
    """Bring a subject up to what all of its events say; False where that cannot be, which they then say."""
    events = queries.of_subject(tx.session, feed.id, subject)
    if all(event.state is FeedEventState.DONE for event in events):
        return False
    change = _due(tx, events)
    problem = visits.write(tx, [change]) if isinstance(change, Change) else change
    _mark(tx, events, problem)
    return problem is None


def _change_places(tx: Tx, feed: Feed) -> None:
    """Visits that only are in each other's way, as when two patients swap, find their places together."""
    clashed = [
        queries.of_subject(tx.session, feed.id, subject) for subject in queries.clashed(tx.session, feed.id)
    ]
    if len(clashed) < 2:
        return
    due = [(events, _due(tx, events)) for events in clashed]
    ring = visits.in_each_others_way(tx, [change for _, change in due if isinstance(change, Change)])
    if len(ring) > 1 and visits.write(tx, ring) is None:
        for events, change in due:
            if change in ring:
                _mark(tx, events, None)


def _due(tx: Tx, events: Sequence[FeedEvent]) -> Change | Problem | None:
    """What is still to be written, if anything. Hours are written at once: they clash with nothing."""
    newest = events[-1]
    if newest.type is FeedEventType.AVAILABILITY:
        return hours.bring_up(tx, newest) if newest.state is not FeedEventState.DONE else None
    known = rules.told(_happening(event) for event in events if event.state is FeedEventState.DONE)
    told = rules.told(map(_happening, events))
    if told == known:
        return None  # nothing new: what was changed here since stays as it is
    return visits.prepare(tx, newest, told, known)


def _happening(event: FeedEvent) -> Happening:
    return Happening(event.at, event.type, event.event_id, VisitPart.model_validate(event.payload))


def _mark(tx: Tx, events: Sequence[FeedEvent], problem: Problem | None) -> None:
    """Write on every event that was not done what has become of it, and see to the tasks for staff."""
    for event in events:
        if event.state is FeedEventState.DONE:
            continue
        before, said_before = event.state, event.problem
        event.problem = problem.sentence if problem else ""
        event.state = problem.state if problem else FeedEventState.DONE
        event.done_at = None if problem else tx.now
        if event.state is not before:
            record(tx, SYSTEM, f"feed_event.{event.state}", event, before={"state": before})
        if problem is not None and problem.sentence != said_before:
            problems.tell_staff(tx, problem.sentence)
    tx.session.flush()
    problems.close_settled(tx)
