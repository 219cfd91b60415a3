"""A booking made by text is taken back: everything is as it was, and the slot is offered on."""

from datetime import timedelta
from uuid import UUID

import pytest

from clinic import appointments, undo
from clinic.audit import PATIENT
from rules.states import CancelledBy, EntryState, FreedBy, OfferState, UndoKind
from storage.tables import Appointment, Cancellation, Offer, Opening, Undoable, WaitlistEntry
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office

DAY, LATER = 24, 24 * 40


def freed(office: Office, hours: float = DAY) -> None:
    """Somebody's visit is cancelled, and its slot offered."""
    tom = office.patient("Tom Reed")
    visit = office.visit(tom, hours=hours)
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()


@pytest.fixture
def maria(office: Office) -> UUID:
    return office.patient("Maria Lopez")


def test_the_visit_is_cancelled_but_not_as_a_patients_cancel(office: Office, maria: UUID) -> None:
    office.waits(maria)
    freed(office)
    office.accepts(maria)
    assert office.takes_back(maria)
    assert office.visits_of(maria) == [(office.ahead(DAY), "cancelled")]
    ended = [row for row in office.all(Cancellation) if row.patient_id == maria]
    assert [(row.by, row.reason) for row in ended] == [(CancelledBy.SYSTEM, "undone")]


def test_the_slot_is_offered_to_the_next_in_line_at_once(office: Office, maria: UUID) -> None:
    office.waits(maria)
    ana = office.patient("Ana Ruiz")
    office.waits(ana, added_at=office.ahead(-24))
    freed(office)
    office.accepts(maria)
    office.takes_back(maria)
    assert office.offer_to(ana).state is OfferState.OPEN
    assert office.all(Opening)[-1].freed_by is FreedBy.UNDO


def test_the_patient_waits_again_and_is_not_asked_about_the_slot_they_gave_back(
    office: Office, maria: UUID
) -> None:
    office.decide(gap_hours=0)
    entry = office.waits(maria)
    freed(office)
    office.accepts(maria)
    office.takes_back(maria)
    assert office.get(WaitlistEntry, entry).state is EntryState.ACTIVE
    assert len(office.all(Offer)) == 1


def test_a_later_visit_given_up_for_it_stands_again_without_a_word_to_anybody_else(
    office: Office, maria: UUID
) -> None:
    later = office.visit(maria, hours=LATER)
    entry = office.waits(maria, replaces_id=later)
    ana = office.patient("Ana Ruiz")
    freed(office)
    office.accepts(maria)
    office.waits(ana)
    office.takes_back(maria)
    assert office.visits_of(maria) == [(office.ahead(DAY), "cancelled"), (office.ahead(LATER), "booked")]
    assert office.get(WaitlistEntry, entry).replaces_id == later
    assert not [text for text in office.texts(ana) if "no longer free" in text]
    assert office.texts(maria)[-1] == (
        "Undone, Maria: Tue Dec 1, 10:00am with Dr Lee is not booked. Your visit on Sat Jan 9 stands."
    )


def test_a_later_visit_that_somebody_took_meanwhile_is_honestly_gone(office: Office, maria: UUID) -> None:
    later = office.visit(maria, hours=LATER)
    office.waits(maria, replaces_id=later)
    freed(office)
    office.accepts(maria)
    office.visit(office.patient("Ben Cole"), hours=LATER)
    office.takes_back(maria)
    assert office.get(Appointment, later).state == "cancelled"
    assert "Your visit on Sat Jan 9 is no longer free" in office.texts(maria)[-1]


def test_what_a_shorter_visit_left_of_a_longer_slot_is_one_with_it_again(office: Office, maria: UUID) -> None:
    tom = office.patient("Tom Reed")
    office.waits(maria)
    visit = office.visit(tom, hours=DAY)

    def longer(tx: Tx) -> None:
        row = tx.session.get_one(Appointment, visit)
        row.ends_at = row.starts_at + timedelta(hours=1)

    office.do(longer)
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()
    office.accepts(maria)
    office.takes_back(maria)
    live = [row for row in office.all(Opening) if row.state == "open"]
    assert [(row.starts_at, row.ends_at) for row in live] == [
        (office.ahead(DAY), office.ahead(DAY) + timedelta(hours=1))
    ]


def test_a_visit_that_staff_have_cancelled_since_is_not_undone(office: Office, maria: UUID) -> None:
    office.waits(maria)
    freed(office)
    office.accepts(maria)
    visit = office.offer_to(maria).appointment_id
    assert visit is not None
    office.do(lambda tx: appointments.cancel(tx, visit, office.sam, who=CancelledBy.STAFF))
    assert not office.takes_back(maria)


def test_after_the_clinics_undo_time_it_is_too_late(office: Office, maria: UUID) -> None:
    office.waits(maria)
    freed(office)
    office.accepts(maria)
    (made,) = office.all(Undoable)
    assert made.kind is UndoKind.BOOKING
    office.clock.forward(timedelta(minutes=9))
    assert office.do(lambda tx: undo.in_time(tx, made))
    office.clock.forward(timedelta(minutes=2))
    assert not office.do(lambda tx: undo.in_time(tx, made))
