"""A cancel by text is taken back, while nobody has the time."""

from datetime import timedelta
from uuid import UUID

import pytest

from clinic import appointments
from rules.states import OfferState, PromptKind
from storage.tables import Appointment, Cancellation, Opening, Prompt, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.clinic.second_thoughts.conftest import Office


def talks(office: Office, who: UUID) -> None:
    office.do(lambda tx: factories.conversation(tx, office.phones[who]))


def cancels(office: Office, who: UUID, visit: UUID) -> None:
    office.do(lambda tx: appointments.cancel_by_text(tx, office.conversation(tx, who), visit))
    office.settle()


@pytest.fixture
def tom(office: Office) -> UUID:
    who = office.patient("Tom Reed")
    talks(office, who)
    return who


def test_the_same_visit_stands_again(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancels(office, tom, visit)
    assert office.takes_back(tom)
    assert office.get(Appointment, visit).state == "booked"
    assert office.all(Cancellation) == []
    assert office.texts(tom) == ["Undone: Tom is booked with Dr Lee Tue Dec 1, 10:00am as before."]


def test_a_confirmed_visit_is_confirmed_again(office: Office, tom: UUID) -> None:
    visit = office.visit(tom, state="confirmed")
    cancels(office, tom, visit)
    office.takes_back(tom)
    assert office.get(Appointment, visit).state == "confirmed"


def test_an_entry_that_was_to_replace_the_visit_is_to_replace_it_again(office: Office, tom: UUID) -> None:
    visit = office.visit(tom, hours=24 * 30)
    entry = office.waits(tom, replaces_id=visit)
    cancels(office, tom, visit)
    assert office.get(WaitlistEntry, entry).replaces_id is None
    office.takes_back(tom)
    assert office.get(WaitlistEntry, entry).replaces_id == visit


def test_whoever_was_asked_about_the_slot_meanwhile_is_told(office: Office, tom: UUID) -> None:
    ana = office.patient("Ana Ruiz")
    office.waits(ana)
    cancels(office, tom, office.visit(tom))
    office.takes_back(tom)
    assert office.offer_to(ana).state is OfferState.WITHDRAWN
    assert "no longer free" in office.texts(ana)[-1]
    assert [state for _, state in office.openings()] == ["withdrawn"]


def test_once_somebody_has_the_slot_a_person_takes_over(office: Office, tom: UUID) -> None:
    ana = office.patient("Ana Ruiz")
    office.waits(ana)
    visit = office.visit(tom)
    cancels(office, tom, visit)
    office.accepts(ana)
    assert office.takes_back(tom)
    assert office.get(Appointment, visit).state == "cancelled"
    assert "is no longer free" in office.texts(tom)[-1]
    assert office.do(lambda tx: office.conversation(tx, tom).holder) == "person"


def test_nobody_is_asked_why_they_cancelled_any_more(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancels(office, tom, visit)

    def asked(tx: Tx) -> None:
        asked_at, talk = tx.now, office.conversation(tx, tom)
        tx.session.add(
            Prompt(conversation_id=talk.id, kind=PromptKind.REASON, subject_id=visit, asked_at=asked_at)
        )

    office.do(asked)
    office.takes_back(tom)
    (prompt,) = office.all(Prompt)
    assert prompt.answered_at is not None


def test_a_visit_whose_time_has_begun_stays_cancelled(office: Office, tom: UUID) -> None:
    visit = office.visit(tom, hours=0.1)
    cancels(office, tom, visit)
    office.clock.forward(timedelta(minutes=7))
    assert not office.takes_back(tom)
    assert office.get(Appointment, visit).state == "cancelled"


def test_cancelled_again_after_being_taken_back_it_is_free_again(office: Office, tom: UUID) -> None:
    visit = office.visit(tom)
    cancels(office, tom, visit)
    office.takes_back(tom)
    cancels(office, tom, visit)
    assert len(office.all(Cancellation)) == 1
    assert [opening.state.value for opening in office.all(Opening)] == ["withdrawn", "open"]
