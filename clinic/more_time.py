"""A provider works more on one day, as the desk or a program says: what is free of it is offered to the waitlist.
As a practice system says: clinic/feed/hours.py."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, select

from clinic import new_time
from clinic.audit import By, record
from clinic.new_time import Windows
from rules.facts import Span
from rules.openings import subtract
from rules.states import FreedBy
from storage.tables import Availability, Provider, TimeOff
from storage.transaction import Tx


class TimeRefused(Exception):
    """It cannot be so. The text is a sentence for people."""


def add(tx: Tx, provider_id: UUID, span: Span, by: By) -> int:
    """They work then besides the hours they have on that day; gives how many openings that makes. The day's hours
    are its own from now on, whatever becomes of the weekday's. May raise `TimeRefused`."""
    provider = tx.session.get_one(Provider, provider_id, with_for_update={"key_share": True})
    zone = ZoneInfo(tx.clinic().timezone)
    starts, ends = span.start.astimezone(zone), span.end.astimezone(zone)
    if span.end <= span.start or span.end <= tx.now:
        raise TimeRefused("It has to end after it starts, and not in the past.")
    if starts.date() != ends.date():
        raise TimeRefused("It has to begin and end on the same day.")
    if _away(tx, provider, span):
        raise TimeRefused(f"{provider.name} is away then. Open that time again instead.")
    day = starts.date()
    before = new_time.worked(tx, provider, [day])[day]
    new = subtract(span, new_time.on_the_wall(tx, day, before))
    if not new:
        raise TimeRefused(
            f"{provider.name} works then already. Free time in their hours is offered by Choose times…."
        )
    _keep(tx, provider, day, joined([*before, (starts.time(), ends.time())]))
    said = {"from": span.start.isoformat(), "until": span.end.isoformat()}
    record(tx, by, "provider.works_more", provider, after=said)
    return new_time.offer(tx, provider, new, FreedBy.NEW_AVAILABILITY, by)


def joined(windows: Windows) -> Windows:
    """Hours of a day in order, those that touch or overlap as one."""
    found: Windows = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _away(tx: Tx, provider: Provider, span: Span) -> bool:
    off = (
        TimeOff.provider_id == provider.id,
        TimeOff.starts_at < span.end,
        TimeOff.ends_at > span.start,
    )
    return bool(tx.session.scalar(select(exists().where(*off))))


def _keep(tx: Tx, provider: Provider, day: date, windows: Windows) -> None:
    own = (Availability.provider_id == provider.id, Availability.on_date == day)
    tx.session.execute(delete(Availability).where(*own))
    for start, end in windows:
        tx.session.add(
            Availability(
                clinic_id=tx.clinic_id, provider_id=provider.id, on_date=day, from_time=start, until_time=end
            )
        )
    tx.session.flush()
