"""A no to an offer is taken back: asked back while the slot is free, and never booked unasked."""

from uuid import UUID

import pytest

from clinic import acceptance, appointments, declining
from clinic.acceptance import Outcome
from clinic.audit import PATIENT
from rules.states import CancelledBy, EntryState, OfferState, PromptKind
from storage.tables import Offer, Prompt, WaitlistEntry
from tests.clinic.second_thoughts.conftest import Office


def freed(office: Office) -> None:
    visit = office.visit(office.patient("Tom Reed"))
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()


def passes(office: Office, who: UUID) -> None:
    offer_id = office.offer_to(who).id
    office.do(lambda tx: declining.decline(tx, tx.session.get_one(Offer, offer_id), PATIENT))
    office.settle()


@pytest.fixture
def maria(office: Office) -> UUID:
    return office.patient("Maria Lopez")


def test_it_is_asked_back_and_nothing_is_booked(office: Office, maria: UUID) -> None:
    office.waits(maria)
    freed(office)
    passes(office, maria)
    assert office.takes_back(maria)
    assert office.visits_of(maria) == []
    assert office.texts(maria)[-1] == (
        "Just to check: book Tue Dec 1, 10:00am with Dr Lee for Maria? Reply YES or NO."
    )
    assert [each.kind for each in office.all(Prompt) if each.answered_at is None] == [PromptKind.CONFIRM]


def test_the_no_no_longer_counts_against_the_entry(office: Office, maria: UUID) -> None:
    entry = office.waits(maria, unanswered_in_row=2)
    freed(office)
    passes(office, maria)
    office.takes_back(maria)
    now = office.get(WaitlistEntry, entry)
    assert (now.offers_declined, now.unanswered_in_row, now.state) == (0, 2, EntryState.OFFERED)


def test_an_entry_that_the_no_took_off_the_list_is_on_it_again(office: Office, maria: UUID) -> None:
    entry = office.waits(maria, offers_declined=2)
    ana = office.patient("Ana Ruiz")
    office.waits(ana, added_at=office.ahead(-1))
    freed(office)
    passes(office, maria)
    assert office.get(WaitlistEntry, entry).state is EntryState.DECLINED
    office.takes_back(maria)
    assert office.get(WaitlistEntry, entry).state is EntryState.ACTIVE


def test_while_nobody_else_is_asked_the_hold_goes_on(office: Office, maria: UUID) -> None:
    office.waits(maria)
    freed(office)
    passes(office, maria)
    office.takes_back(maria)
    assert office.offer_to(maria).state is OfferState.OPEN


def test_once_the_next_in_line_is_asked_the_first_yes_of_the_two_wins(office: Office, maria: UUID) -> None:
    office.waits(maria)
    ana = office.patient("Ana Ruiz")
    office.waits(ana, added_at=office.ahead(-1))
    freed(office)
    passes(office, maria)
    office.takes_back(maria)
    assert office.offer_to(maria).state is OfferState.LAPSED
    assert office.accepts(maria) is Outcome.BOOKED
    assert office.offer_to(ana).state is OfferState.LOST


def test_where_the_next_in_line_truly_holds_it_the_time_is_over(office: Office, maria: UUID) -> None:
    office.decide(hard_holds=True)
    office.waits(maria)
    ana = office.patient("Ana Ruiz")
    office.waits(ana, added_at=office.ahead(-1))
    freed(office)
    passes(office, maria)
    assert office.takes_back(maria)
    assert office.offer_to(maria).state is OfferState.DECLINED
    assert "the time to answer" in office.texts(maria)[-1]


def test_a_slot_that_is_taken_is_honestly_taken(office: Office, maria: UUID) -> None:
    office.waits(maria)
    ana = office.patient("Ana Ruiz")
    office.waits(ana, added_at=office.ahead(-1))
    freed(office)
    passes(office, maria)
    assert office.accepts(ana) is acceptance.Outcome.BOOKED
    assert office.takes_back(maria)
    assert office.texts(maria)[-1] == (
        "Sorry Maria, Tue Dec 1, 10:00am with Dr Lee has just been taken. You keep your place on the list."
    )


def test_its_hold_ends_when_it_would_have_ended(office: Office, maria: UUID) -> None:
    office.decide(dispatch="sequential")
    office.waits(maria)
    freed(office)
    passes(office, maria)
    assert office.takes_back(maria)
    assert office.offer_to(maria).state is OfferState.OPEN
    office.later(minutes=121)
    assert office.offer_to(maria).state is OfferState.LAPSED
