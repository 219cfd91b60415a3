"""How long an entry of the waitlist lasts, and when it is next to be looked at for it."""

from datetime import datetime, timedelta

from rules.states import DueKind
from storage.queries.due import set_due
from storage.tables import Appointment, WaitlistEntry
from storage.transaction import Tx

ASKED_BEFORE = timedelta(days=7)


def watch(tx: Tx, entry: WaitlistEntry) -> None:
    """Have an entry looked at when its time draws near."""
    begins = replaced_begins(tx, entry)
    first = min(filter(None, (begins, asked_from(entry))))
    set_due(tx.session, tx.clinic_id, DueKind.ENTRY_EXPIRY, entry.id, max(first, tx.now))


def asked_from(entry: WaitlistEntry) -> datetime:
    """When they are asked whether they want to stay. Who came on the list with a visit is not asked: the entry
    ends with that."""
    return entry.expires_at if entry.enrolled else entry.expires_at - ASKED_BEFORE


def replaced_begins(tx: Tx, entry: WaitlistEntry) -> datetime | None:
    """When the later visit begins for which something sooner is wanted."""
    visit = tx.session.get(Appointment, entry.replaces_id) if entry.replaces_id else None
    return visit.starts_at if visit is not None else None
