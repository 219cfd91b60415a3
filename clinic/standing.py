"""Where an entry stands in line, and how long the wait is: worked out when asked, never stored."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from clinic import policies
from rules import pace
from storage.queries import standing as queries
from storage.tables import WaitlistEntry
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Standing:
    """`place`: 1 is next. `days`: at the usual pace; None where there is too little to go by. `provider_id`: the
    only provider they would see, where they said so; the line is then of those whom that provider could see."""

    place: int
    days: int | None
    provider_id: UUID | None


def of(tx: Tx, entry: WaitlistEntry) -> Standing:
    """Where a waiting entry stands now."""
    wanted = entry.preferred_provider_id or entry.requested_provider_id
    provider_id = wanted if entry.only_provider else None
    since = tx.now - timedelta(days=pace.PACE_DAYS)
    filled = queries.filled_from_the_list(tx.session, entry.type_id, provider_id, since)
    first_come = policies.current(tx).first_come
    place = queries.place_of(tx.session, entry, provider_id, tx.now, first_come=first_come)
    return Standing(place, pace.wait_days(place, filled), provider_id)
