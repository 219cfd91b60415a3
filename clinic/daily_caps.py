"""What the carrier takes from a number in a day: set, looked at, and kept to. The rule: rules/daily_cap.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.audit import By, record
from rules import daily_cap
from rules.channels import channel_of_sender
from rules.states import PROACTIVE, Channel
from storage.queries import outbox
from storage.tables import Message, Sender
from storage.transaction import Tx

MOST = 10_000_000


class CapRefused(Exception):
    """The cap cannot be so. The text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Used:
    """How much of its day a number has used. `cap` None: it has none."""

    sender: Sender
    sent: int
    cap: int | None

    @property
    def warns(self) -> bool:
        return self.cap is not None and self.sent >= self.cap * daily_cap.WARNED_FROM

    @property
    def holds_back(self) -> bool:
        """Whether what we start waits for tomorrow."""
        return self.cap is not None and not daily_cap.has_room(self.cap, self.sent, 1)


def put(tx: Tx, sender_id: UUID, segments: int | None, by: By) -> None:
    """Say how many segments the carrier takes from a number in a day; None: as many as wanted. May raise
    `CapRefused`."""
    sender = tx.session.get_one(Sender, sender_id)
    if channel_of_sender(sender.kind) is not Channel.SMS:
        raise CapRefused("Only what is texted is counted in segments: that is no number for texts.")
    if segments is not None and not 10 <= segments <= MOST:
        raise CapRefused(f"Write a number of segments from 10 to {MOST:,}, or nothing.")
    before, sender.daily_segments = sender.daily_segments, segments
    if before != segments:
        after = {"daily_segments": segments}
        record(tx, by, "sender.changed", sender, before={"daily_segments": before}, after=after)
        tx.session.flush()
        for message in outbox.put_off(tx.session, daily_cap.next_day(tx.now)):
            if message.sender_id == sender.id:  # what waited for tomorrow may go now
                message.not_before = None
        tx.wake("outbound", sender.id)


def of_texting(tx: Tx) -> Sequence[Used]:
    """Each number that texts, with what it has sent today."""
    texting = [
        sender
        for sender in tx.session.scalars(select(Sender).order_by(Sender.id))
        if channel_of_sender(sender.kind) is Channel.SMS
    ]
    return [Used(sender, _sent_today(tx, sender.id), sender.daily_segments) for sender in texting]


def near(tx: Tx) -> Sequence[Used]:
    """The numbers that staff have to know of."""
    capped = tx.session.scalars(select(Sender).where(Sender.daily_segments.is_not(None)).order_by(Sender.id))
    used = [Used(sender, _sent_today(tx, sender.id), sender.daily_segments) for sender in capped]
    return [each for each in used if each.warns]


def held_until(tx: Tx, message: Message, cap: int | None) -> datetime | None:
    """When a text that may go now is to be asked about again, since no more of what we start is to go today.
    None: it goes. Answers always do."""
    if cap is None or message.klass not in PROACTIVE:
        return None
    if daily_cap.has_room(cap, _sent_today(tx, message.sender_id), message.segments):
        return None
    return min(filter(None, (daily_cap.next_day(tx.now), message.expires_at)))


def _sent_today(tx: Tx, sender_id: UUID) -> int:
    return outbox.segments_sent_since(tx.session, sender_id, daily_cap.day_begins(tx.now))
