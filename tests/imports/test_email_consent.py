"""`email_consent` of a patients file: to which mailbox, and whose word stands."""

from sqlalchemy import select

from clinic import consent
from clinic.audit import PATIENT
from rules.states import ConsentKind, ConsentSource
from storage.tables import ContactPoint, Patient, PatientContact
from storage.transaction import Tx
from tests.imports.conftest import Desk
from tests.imports.test_kinds import PATIENT_COLUMNS

COLUMNS = f"{PATIENT_COLUMNS},email,email_consent"


def mailboxes(tx: Tx) -> list[str]:
    """The mailboxes that reach p1."""
    reached = (
        select(ContactPoint.address)
        .join(PatientContact, PatientContact.contact_point_id == ContactPoint.id)
        .join(Patient, Patient.id == PatientContact.patient_id)
        .where(Patient.external_id == "p1", ContactPoint.address.contains("@"))
    )
    return list(tx.session.scalars(reached))


def agreed(tx: Tx, address: str) -> bool:
    patient = tx.session.scalars(select(Patient).filter_by(external_id="p1")).one()
    return consent.has_agreed(tx, patient.id, address)


def loaded(desk: Desk, email: str, said: str) -> None:
    desk.load("patients", f"{COLUMNS}\np1,Maria,Lopez,716 555 0101,yes,{email},{said}\n")


def test_an_email_alone_is_kept_and_reaches_nobody(desk: Desk) -> None:
    loaded(desk, "Maria@Example.com", "")
    assert desk.run(mailboxes) == []


def test_a_yes_is_for_the_files_mailbox(desk: Desk) -> None:
    loaded(desk, "Maria@Example.com", "yes")
    assert desk.run(mailboxes) == ["maria@example.com"]
    assert desk.run(lambda tx: agreed(tx, "maria@example.com"))


def test_a_mailbox_that_the_file_names_no_longer_hears_nothing_more(desk: Desk) -> None:
    loaded(desk, "old@example.com", "yes")
    loaded(desk, "new@example.com", "yes")
    assert desk.run(mailboxes) == ["new@example.com"]
    assert not desk.run(lambda tx: agreed(tx, "old@example.com"))


def test_a_no_of_the_patients_own_stands_against_the_file(desk: Desk) -> None:
    loaded(desk, "maria@example.com", "yes")

    def refuses(tx: Tx) -> None:
        patient = tx.session.scalars(select(Patient).filter_by(external_id="p1")).one()
        point = consent.contact_point(tx, "maria@example.com")
        source = ConsentSource.TEXT
        consent.grant(tx, patient.id, point, ConsentKind.EMAIL, granted=False, source=source, by=PATIENT)

    desk.run(refuses)
    loaded(desk, "maria@example.com", "yes")
    assert not desk.run(lambda tx: agreed(tx, "maria@example.com"))


def test_the_number_stays_the_one_to_text(desk: Desk) -> None:
    loaded(desk, "maria@example.com", "yes")
    loaded(desk, "maria@example.com", "yes")
    assert desk.run(lambda tx: agreed(tx, "+17165550101"))
