"""A made-up clinic with one provider and one type of visit, whose patients and their past are written in bulk."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text

from clinic import clinics
from clinic.clinics import NewClinic
from storage.tables import AppointmentType, Provider, Sender
from storage.transaction import Store, Tx

LINE = "+17165550100"


def furnished(store: Store, statements: Sequence[str], **given: object) -> UUID:
    """The clinic's id. The SQL may name the ids `clinic`, `provider`, `type`, `sender`, and what else is given."""
    new = NewClinic("bench", "Bench Clinic", "+17165550199", "America/New_York", sender=LINE)
    clinic_id = clinics.create(store, new).id
    store.run(clinic_id, lambda tx: _fill(tx, statements, given))
    with store.unscoped() as session:
        session.execute(text("ANALYZE"))
    return clinic_id


def _fill(tx: Tx, statements: Sequence[str], given: dict[str, object]) -> None:
    kind = AppointmentType(external_id="check-up", name="Check-up", minutes=30)
    lee = Provider(external_id="lee", name="Dr Lee")
    tx.session.add_all([kind, lee])
    tx.session.flush()
    sender_id = tx.session.scalars(select(Sender.id)).one()
    ids = {"clinic": tx.clinic_id, "provider": lee.id, "type": kind.id, "sender": sender_id}
    for rows in statements:
        tx.session.execute(text(rows), {**given, **ids})
