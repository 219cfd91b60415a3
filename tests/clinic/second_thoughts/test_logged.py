"""However an offer or a slot changes, the audit log has a line of its own for it."""

from uuid import UUID

from clinic import appointments, approvals, by_hand
from clinic.acceptance import Outcome
from clinic.audit import PATIENT
from rules.states import CancelledBy, ConfirmMode, OpeningState
from storage.tables import AppointmentType, AuditEvent, Opening
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office


def freed(office: Office) -> None:
    visit = office.visit(office.patient("Tom Reed"))
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()


def said_of(office: Office, subject: UUID) -> list[str]:
    return [row.action for row in office.all(AuditEvent) if row.subject_id == subject]


def test_a_yes_that_is_taken_back(office: Office) -> None:
    maria = office.patient()
    office.waits(maria)
    freed(office)
    office.accepts(maria)
    office.takes_back(maria)
    offer = office.offer_to(maria)
    assert said_of(office, offer.id)[-1] == "offer.declined"
    assert said_of(office, offer.opening_id)[-1] == "opening.withdrawn"


def test_a_yes_that_comes_too_late(office: Office) -> None:
    office.decide(dispatch="sequential", hard_holds=True)
    maria = office.patient()
    office.waits(maria)
    freed(office)
    office.later(hours=3)
    assert office.accepts(maria) is Outcome.GONE
    assert said_of(office, office.offer_to(maria).id)[-1] == "offer.withdrawn"


def test_a_request_that_staff_refuse(office: Office) -> None:
    maria = office.patient()
    office.waits(maria)

    def by_staff(tx: Tx) -> None:
        tx.session.get_one(AppointmentType, office.kind).confirm_mode = ConfirmMode.STAFF

    office.do(by_staff)
    freed(office)
    office.accepts(maria)
    offer = office.offer_to(maria)
    assert offer.appointment_id is not None
    visit_id = offer.appointment_id
    office.do(lambda tx: approvals.refuse(tx, visit_id, office.sam))
    assert said_of(office, offer.id)[-1] == "offer.withdrawn"


def test_a_slot_that_is_asked_about_again_after_it_was_given_up(office: Office) -> None:
    freed(office)
    (opening,) = office.all(Opening)
    office.later(hours=23)
    entry = office.waits(office.patient())
    assert office.all(Opening)[0].state is OpeningState.EXPIRED
    assert office.do(lambda tx: by_hand.offer_by_hand(tx, opening.id, entry, office.sam))
    assert "opening.asked_on" in said_of(office, opening.id)
