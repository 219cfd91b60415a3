"""Patients, the number that reaches each, and what they agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clinic import consent, waitlist
from clinic.audit import record
from clinic.imports.batch import Batch
from clinic.imports.reading import Row
from rules.states import ConsentKind, ConsentSource
from storage.tables import Consent, ContactPoint, Patient, PatientContact, Sender, new_id
from storage.transaction import Tx

SAME_NAME = (
    "external_id",
    "first_name",
    "last_name",
    "birth_date",
    "language",
    "zone",
    "state",
    "sex",
    "insurance",
    "email",
    "stage",
    "tags",
    "payment_status",
    "travel_minutes",
    "street",
    "city",
    "postcode",
    "no_text",
)
CONSENTS = {
    "sms_consent": ConsentKind.CARE_TEXT,
    "marketing_consent": ConsentKind.MARKETING_TEXT,
    "voice_consent": ConsentKind.VOICE,
}
BEHIND_NUMBERS = 100
BY_EMAIL = "email_consent"
"""What was agreed to for the file's `email`, not for its number."""


def load(batch: Batch) -> None:
    batch.refuse_repeats("external_id")
    _refuse_own_numbers(batch)
    batch.stop_if_refused()
    to_do = batch.to_do(Patient)
    points = _points(batch.tx, {row["phone"] for row, _ in to_do})
    known = _known(batch.tx, [found.id for _, found in to_do if found is not None])
    loaded: list[tuple[Row, Patient, list[str]]] = []
    for row, found in to_do:
        also = known.differs(found, row, points[row["phone"]]) if found is not None else []
        values = row.only(*SAME_NAME) | ({} if found is not None else {"created_at": batch.tx.now})
        loaded.append((row, batch.save(row, Patient, found, values, also=also), also))
    batch.tx.session.flush()
    for row, patient, also in loaded:
        _reach(batch, row, patient, points[row["phone"]], known)
        _reach_by_email(batch, row, patient)
        if also:  # perhaps they can be asked now who could not be before
            batch.tx.session.flush()
            waitlist.wake_openings_for(batch.tx, patient.id)


def _refuse_own_numbers(batch: Batch) -> None:
    ours = set(batch.tx.session.scalars(select(Sender.address)))
    for row in batch.rows:
        if row["phone"] in ours:
            batch.refuse(row, "phone", "write the patient's number: this one is the clinic's own")


def _points(tx: Tx, addresses: set[str]) -> dict[str, ContactPoint]:
    """The numbers as this clinic knows them; made where they are new."""
    found = {point.address: point for point in tx.session.scalars(select(ContactPoint))}
    for address in sorted(addresses - found.keys()):
        found[address] = ContactPoint(id=new_id(), clinic_id=tx.clinic_id, address=address)
        tx.session.add(found[address])
    tx.session.flush()
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """How patients are reached, and what they agreed to so far."""

    first: dict[UUID, PatientContact]
    links: dict[tuple[UUID, UUID], PatientContact]
    consents: dict[tuple[UUID, UUID, ConsentKind], Consent]

    def differs(self, patient: Patient, row: Row, point: ContactPoint) -> list[str]:
        """Columns beside the patient's own record that the row changes."""
        first = self.first.get(patient.id)
        columns = ["phone"] if first is None or first.contact_point_id != point.id else []
        return columns + [
            column
            for column, kind in CONSENTS.items()
            if row.get(column) is not None
            and self.may_say(self.consents.get((patient.id, point.id, kind)), row[column])
        ]

    @staticmethod
    def may_say(earlier: Consent | None, granted: bool) -> bool:
        """Whether an import's word counts. A no that the patient or staff said stands against its yes."""
        if earlier is None:
            return True
        return earlier.granted != granted and (not granted or earlier.source is ConsentSource.IMPORT)


def _known(tx: Tx, patient_ids: Sequence[UUID]) -> Known:
    wanted = set(patient_ids)
    numbers = select(PatientContact).join(ContactPoint).where(ContactPoint.address.startswith("+"))
    links = [link for link in tx.session.scalars(numbers) if link.patient_id in wanted]
    links.sort(key=lambda link: link.position, reverse=True)
    current = tx.session.scalars(select(Consent).where(Consent.superseded_at.is_(None)))
    return Known(
        first={link.patient_id: link for link in links},
        links={(link.patient_id, link.contact_point_id): link for link in links},
        consents={
            (each.patient_id, each.contact_point_id, each.kind): each
            for each in current
            if each.patient_id in wanted
        },
    )


def _reach(batch: Batch, row: Row, patient: Patient, point: ContactPoint, known: Known) -> None:
    """Tie the patient to the number and note what they agreed to."""
    first = known.first.get(patient.id)
    if first is None or first.contact_point_id != point.id:
        _move_to(batch.tx, patient, point, first, known.links.get((patient.id, point.id)))
    for column, kind in CONSENTS.items():
        granted = row.get(column)
        earlier = known.consents.get((patient.id, point.id, kind))
        if granted is None or not known.may_say(earlier, granted):
            continue
        if earlier is None:
            _first_word(batch, patient, point, kind, granted)
        else:
            consent.grant(
                batch.tx, patient.id, point, kind, granted=granted, source=ConsentSource.IMPORT, by=batch.by
            )


def _move_to(
    tx: Tx, patient: Patient, point: ContactPoint, first: PatientContact | None, link: PatientContact | None
) -> None:
    """The file's number is the one to use; the one before is no longer theirs, and must not hear of them."""
    if first is not None:
        tx.session.delete(first)
    if link is not None:
        link.position = 0
        return
    tx.session.add(
        PatientContact(
            id=new_id(), clinic_id=tx.clinic_id, patient_id=patient.id, contact_point_id=point.id, position=0
        )
    )


def _reach_by_email(batch: Batch, row: Row, patient: Patient) -> None:
    """Tie the patient to their mailbox once they agreed to emails, and note what they said. A no that they or
    staff said stands against a file's yes."""
    granted, address = row.get(BY_EMAIL), (row.get("email") or patient.email or "").lower()
    if granted is None or not address:
        return
    tx = batch.tx
    _leave_mailboxes(tx, patient, but=address)
    point = consent.contact_point(tx, address)
    said = tx.session.scalar(
        select(Consent).where(
            Consent.patient_id == patient.id,
            Consent.contact_point_id == point.id,
            Consent.kind == ConsentKind.EMAIL,
            Consent.superseded_at.is_(None),
        )
    )
    if not Known.may_say(said, granted):
        return
    reached = select(PatientContact.id).where(
        PatientContact.patient_id == patient.id, PatientContact.contact_point_id == point.id
    )
    if tx.session.scalar(reached) is None:
        tx.session.add(
            PatientContact(patient_id=patient.id, contact_point_id=point.id, position=BEHIND_NUMBERS)
        )
    consent.grant(
        tx, patient.id, point, ConsentKind.EMAIL, granted=granted, source=ConsentSource.IMPORT, by=batch.by
    )


def _leave_mailboxes(tx: Tx, patient: Patient, *, but: str) -> None:
    """A mailbox that the file names no longer must not hear of them."""
    others = (
        select(PatientContact)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .where(
            PatientContact.patient_id == patient.id,
            ContactPoint.address.contains("@"),
            ContactPoint.address != but,
        )
    )
    for link in tx.session.scalars(others):
        tx.session.delete(link)


def _first_word(
    batch: Batch, patient: Patient, point: ContactPoint, kind: ConsentKind, granted: bool
) -> None:
    """`consent.grant` where nothing was said before. It asks the database each time; thousands cannot wait."""
    said = Consent(
        id=new_id(),
        clinic_id=batch.tx.clinic_id,
        patient_id=patient.id,
        contact_point_id=point.id,
        kind=kind,
        granted=granted,
        source=ConsentSource.IMPORT,
        at=batch.tx.now,
    )
    batch.tx.session.add(said)
    record(batch.tx, batch.by, "consent.recorded", said, after={"kind": kind, "granted": granted})
