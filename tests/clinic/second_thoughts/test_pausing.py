"""Paused, no automatic text goes out; resumed, what waited goes on and what is stale is dropped."""

from datetime import timedelta
from uuid import UUID

import pytest

from clinic import appointments, conversations, messages, pausing
from clinic.audit import PATIENT
from rules.states import CancelledBy, MessageClass, OfferState, OutboxState
from storage.tables import AuditEvent, Message, Offer
from storage.transaction import Tx
from tests import factories
from tests.clinic.second_thoughts.conftest import Office


@pytest.fixture
def maria(office: Office) -> UUID:
    who = office.patient("Maria Lopez")
    office.waits(who)
    return who


def frees_a_slot(office: Office, hours: float = 24) -> None:
    visit = office.visit(office.patient("Tom Reed"), hours=hours)
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))


def pause(office: Office) -> None:
    assert office.do(lambda tx: pausing.pause_clinic(tx, office.sam))


def resume(office: Office) -> None:
    assert office.do(lambda tx: pausing.resume_clinic(tx, office.sam))
    office.settle()


def test_while_paused_nobody_is_offered_anything(office: Office, maria: UUID) -> None:
    pause(office)
    frees_a_slot(office)
    office.later(hours=3)
    assert office.all(Offer) == []


def test_resumed_the_next_in_line_is_asked_at_once(office: Office, maria: UUID) -> None:
    pause(office)
    frees_a_slot(office)
    office.later(hours=3)
    resume(office)
    assert office.offer_to(maria).state is OfferState.OPEN


def test_an_offer_that_is_written_already_waits_and_then_goes(office: Office, maria: UUID) -> None:
    office.clock.set(office.ahead(11))  # 9:00pm: the text waits for the morning
    frees_a_slot(office, hours=48)
    office.settle()
    pause(office)
    office.clock.set(office.ahead(24))
    office.settle()
    assert office.offer_to(maria).state is OfferState.QUEUED
    resume(office)
    assert office.offer_to(maria).state is OfferState.OPEN


def test_an_offer_that_is_moot_by_then_is_dropped_not_sent_late(office: Office, maria: UUID) -> None:
    office.clock.set(office.ahead(11))
    frees_a_slot(office, hours=48)
    office.settle()
    pause(office)
    office.clock.set(office.ahead(46.5))
    resume(office)
    assert office.texts(maria) == []
    (text,) = office.all(Message)
    assert text.outbox_state is OutboxState.DROPPED
    assert "offer.lapsed" in [row.action for row in office.all(AuditEvent)]


def test_a_direct_reply_still_goes(office: Office, maria: UUID) -> None:
    pause(office)

    def answer(tx: Tx) -> None:
        conversation = conversations.for_patient(tx, maria)
        assert conversation is not None
        messages.say(tx, conversation, "nothing_pending")

    office.do(answer)
    office.settle()
    (text,) = office.all(Message)
    assert (text.klass, text.outbox_state) == (MessageClass.REPLY, OutboxState.SENT)


def test_a_yes_to_an_offer_that_is_out_is_booked_all_the_same(office: Office, maria: UUID) -> None:
    frees_a_slot(office)
    office.settle()
    pause(office)
    assert office.accepts(maria) == "booked"


def test_a_providers_pause_stops_that_providers_offers_and_no_others(office: Office, maria: UUID) -> None:
    office.do(lambda tx: pausing.pause_provider(tx, office.lee, office.sam))
    frees_a_slot(office)

    def other(tx: Tx) -> UUID:
        okoye = factories.provider(tx, "Dr Okoye")
        return factories.opening(tx, okoye, start=tx.now + timedelta(hours=30)).id

    slot = office.do(other)
    office.look_at(slot)
    office.settle()
    assert [offer.opening_id for offer in office.all(Offer)] == [slot]


def test_a_providers_offers_go_on_when_they_are_resumed(office: Office, maria: UUID) -> None:
    office.do(lambda tx: pausing.pause_provider(tx, office.lee, office.sam))
    frees_a_slot(office)
    office.later(hours=1)
    assert office.do(lambda tx: pausing.resume_provider(tx, office.lee, office.sam))
    office.settle()
    assert office.offer_to(maria).state is OfferState.OPEN


def test_pausing_and_resuming_twice_is_doing_it_once(office: Office) -> None:
    pause(office)
    assert not office.do(lambda tx: pausing.pause_clinic(tx, office.sam))
    resume(office)
    assert not office.do(lambda tx: pausing.resume_clinic(tx, office.sam))
    actions = [(row.action, row.staff_id) for row in office.all(AuditEvent)]
    assert actions == [("clinic.paused", office.sam.staff_id), ("clinic.resumed", office.sam.staff_id)]
