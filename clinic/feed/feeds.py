"""Feeds: made with a secret that is shown once, looked at, and ended."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clinic.audit import By, record
from rules.states import FeedEventState
from storage.tables import Feed, FeedEvent
from storage.transaction import Tx


class FeedRefused(Exception):
    """The feed cannot be made, or is not there. The text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed does: when it was last heard, and how many of its events wait or cannot be taken in."""

    feed: Feed
    heard_at: datetime | None
    waiting: int
    stuck: int


def create(tx: Tx, name: str, by: By) -> Feed:
    """Make a feed. May raise `FeedRefused`."""
    name = " ".join(name.split())
    words = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    if not words:
        raise FeedRefused("A feed needs a name with letters or digits in it.")
    slug = f"{tx.clinic().slug}-{words}"
    feed = Feed(
        clinic_id=tx.clinic_id, slug=slug, name=name, secret=secrets.token_urlsafe(32), made_at=tx.now
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(feed)
            tx.session.flush()
    except IntegrityError:
        raise FeedRefused(f'There has been a feed "{slug}" already: take another name.') from None
    record(tx, by, "feed.created", feed, after={"slug": slug})
    return feed


def end(tx: Tx, slug: str, by: By) -> None:
    """Take nothing more from it. May raise `FeedRefused`."""
    feed = tx.session.scalar(select(Feed).where(Feed.slug == slug, Feed.ended_at.is_(None)))
    if feed is None:
        known = ", ".join(each.feed.slug for each in listed(tx)) or "none"
        raise FeedRefused(f'There is no feed "{slug}". Feeds of this clinic: {known}.')
    feed.ended_at = tx.now
    record(tx, by, "feed.ended", feed)


def listed(tx: Tx) -> Sequence[Standing]:
    """Feeds that have not ended, oldest first."""
    stuck = FeedEvent.state.in_((FeedEventState.PARKED, FeedEventState.CLASHED))
    rows = tx.session.execute(
        select(
            Feed,
            func.max(FeedEvent.received_at),
            func.count(FeedEvent.id).filter(FeedEvent.state == FeedEventState.WAITING),
            func.count(FeedEvent.id).filter(stuck),
        )
        .outerjoin(FeedEvent, FeedEvent.feed_id == Feed.id)
        .where(Feed.ended_at.is_(None))
        .group_by(Feed.id)
        .order_by(Feed.id)
    )
    return [Standing(*row) for row in rows]
