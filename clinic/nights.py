"""When work that is done every night comes round again."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.transaction import Tx


def next_night(tx: Tx, at: time) -> datetime:
    """That time on the clinic's clock, of the next day. Between three and five nobody is texted, and no clock
    change skips it."""
    zone = ZoneInfo(tx.clinic().timezone)
    tomorrow = tx.now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, at, zone).astimezone(UTC)
