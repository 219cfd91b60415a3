"""Why no offer reaches a patient, in sentences for staff. Whether one does: clinic/reaching.py."""

from collections.abc import Iterator

from sqlalchemy import select

from clinic import reaching
from storage.tables import ContactPoint, Patient, PatientContact, WaitlistEntry
from storage.transaction import Tx

NEVER_AGREED = "They never agreed to any way that the clinic can reach them by and that this entry is for."
"""All that is left, where nothing else stands in the way."""


def why(tx: Tx, entry: WaitlistEntry) -> tuple[str, ...]:
    """Each thing that keeps offers from whoever waits; at least one sentence, where none reaches them."""
    return tuple(_each(tx, entry)) or (NEVER_AGREED,)


def _each(tx: Tx, entry: WaitlistEntry) -> Iterator[str]:
    if reaching.with_a_person(tx, entry.patient_id):
        yield "A person has their conversation: offers go on once it is closed or handed back in the inbox."
    if tx.session.get_one(Patient, entry.patient_id).no_text:
        yield "Nothing is sent about this patient: their record says so."
    points = _points(tx, entry)
    if any(point.opted_out_at or point.carrier_blocked_at for point in points):
        yield "They want no more texts (STOP); START from their phone brings them back."
    if any(point.no_offers_at for point in points):
        yield "They want no more offers; EARLIER from their phone brings them back."
    if any(point.wrong_number_at for point in points):
        yield "Their number is said to be somebody else's."
    if any(point.undeliverable_at for point in points):
        yield "What was sent to their number or mailbox did not arrive."


def _points(tx: Tx, entry: WaitlistEntry) -> list[ContactPoint]:
    """Their numbers and mailboxes."""
    theirs = select(ContactPoint).join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
    return list(tx.session.scalars(theirs.where(PatientContact.patient_id == entry.patient_id)))
