"""Free times that staff choose from for somebody who waits; one that is offered becomes an opening."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from clinic import by_hand, openings, slots
from clinic.audit import By
from clinic.openings import Freed
from clinic.slots import Search
from clinic.suiting import DAYS_AHEAD
from clinic.wishes import wishes_of
from rules.slot_choice import Slot
from rules.states import Channel, FreedBy
from rules.wanted import Wanted
from storage.tables import Appointment, Offer, Opening, WaitlistEntry
from storage.transaction import Tx

SHOWN = 30
"""Free times put on a page beside the openings."""


def free_for(tx: Tx, entry: WaitlistEntry) -> list[Slot]:
    """The free times of the next days that suit an entry best, best first; earlier than the visit it gives up."""
    return slots.find(tx, _search(tx, entry), limit=SHOWN)


def free_at(tx: Tx, entry: WaitlistEntry, provider_id: UUID, start: datetime) -> Slot | None:
    """One such time, if it still can be had."""
    return time_at(tx, _search(tx, entry), provider_id, start)


def time_at(tx: Tx, search: Search, provider_id: UUID, start: datetime) -> Slot | None:
    """The free time of a provider that begins then, if it is one that the search finds."""
    moment = replace(
        search.wanted,
        after=start - timedelta(minutes=1),
        before=start + timedelta(minutes=1),
        provider_ids=frozenset({provider_id}),
    )
    found = slots.find(tx, replace(search, wanted=moment), limit=5)
    return next((slot for slot in found if slot.span.start == start), None)


def offer(
    tx: Tx,
    entry_id: UUID,
    opening_ids: Collection[UUID],
    free: Collection[Slot],
    by: By,
    *,
    channel: Channel | None = None,
) -> list[Offer]:
    """Offer an entry openings and free times, as one decision of staff. A free time becomes an opening about which
    the bot asks nobody else unless staff let it; where the offer of it is refused, it is as free as before."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    made_for_them = [opening for slot in free if (opening := _open(tx, slot, entry, by)) is not None]
    chosen = [*opening_ids, *(opening.id for opening in made_for_them)]
    made = by_hand.offer_several(tx, chosen, entry.id, by, channel=channel)
    offered = {each.opening_id for each in made}
    for opening in made_for_them:
        if opening.id not in offered:
            by_hand.withdraw(tx, opening.id, by)
    return made


def _open(tx: Tx, slot: Slot, entry: WaitlistEntry, by: By) -> Opening | None:
    freed = Freed(
        provider_id=slot.provider_id,
        span=slot.span,
        by=FreedBy.NEW_AVAILABILITY,
        room_id=slot.room_id,
        location_id=slot.location_id,
        type_id=entry.type_id,
    )
    opening = openings.open_slot(tx, freed, by)
    if opening is not None:
        opening.automatic = False
    return opening


def _search(tx: Tx, entry: WaitlistEntry) -> Search:
    later = tx.session.get(Appointment, entry.replaces_id) if entry.replaces_id else None
    until = tx.now + timedelta(days=DAYS_AHEAD)
    before = min(until, later.starts_at) if later is not None else until
    wanted = Wanted(before=before, wishes=wishes_of(entry))
    return Search(entry.patient_id, entry.type_id, wanted, replaces_id=entry.replaces_id)
