"""Paused, no automatic text goes out; resumed, what waited goes on and what is stale is dropped."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import text as sql

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


def waits_paused(office: Office) -> Message:
    """An offer's text that was written at night, and waits in the morning because the clinic is paused."""
    office.clock.set(office.ahead(11))
    frees_a_slot(office, hours=48)
    office.settle()
    pause(office)
    office.clock.set(office.ahead(24))
    office.settle()
    (text,) = office.all(Message)
    return text


def test_what_a_pause_holds_back_is_looked_at_again_every_half_hour_only(office: Office, maria: UUID) -> None:
    held = waits_paused(office).not_before
    assert held is not None
    assert timedelta(minutes=30) <= held - office.ahead(24) < timedelta(minutes=31)


def test_what_a_pause_holds_back_is_held_no_longer_than_it_is_worth_anything(
    office: Office, maria: UUID
) -> None:
    text_id = waits_paused(office).id
    worth_until = office.clock() + timedelta(minutes=40)
    office.do(lambda tx: setattr(tx.session.get_one(Message, text_id), "expires_at", worth_until))
    office.later(minutes=30)
    assert office.get(Message, text_id).not_before == worth_until
    office.later(minutes=10)
    assert office.get(Message, text_id).outbox_state is OutboxState.DROPPED


def test_where_nobody_has_what_waits_looked_at_it_goes_half_an_hour_later(
    office: Office, maria: UUID
) -> None:
    waits_paused(office)
    office.do(lambda tx: setattr(tx.clinic(), "paused_at", None))
    office.later(minutes=29)
    assert office.offer_to(maria).state is OfferState.QUEUED
    office.later(minutes=1)
    assert office.offer_to(maria).state is OfferState.OPEN


@pytest.mark.parametrize("whole", [True, False], ids=["the clinic", "a provider"])
def test_a_text_that_is_looked_at_while_somebody_resumes_goes_at_once(
    office: Office, maria: UUID, whole: bool
) -> None:
    office.clock.set(office.ahead(11))
    frees_a_slot(office, hours=48)
    office.settle()
    pauses, goes_on = both_of(office, whole=whole)
    office.do(pauses)
    office.clock.set(office.ahead(24))
    resumed, done = Event(), Event()

    def resumes(tx: Tx) -> None:
        goes_on(tx)
        resumed.set()
        assert done.wait(60)

    with ThreadPoolExecutor(2) as pool:
        resuming = pool.submit(office.do, resumes)
        assert resumed.wait(60)
        sending = pool.submit(office.settle)
        while not waiting_for_a_lock(office) and not sending.done():
            pass
        done.set()
        resuming.result(), sending.result()
    assert office.offer_to(maria).state is OfferState.OPEN


def both_of(office: Office, *, whole: bool) -> tuple[Callable[[Tx], bool], Callable[[Tx], bool]]:
    """Pause and resume, of the clinic or of Dr Lee."""
    if whole:
        return partial(pausing.pause_clinic, by=office.sam), partial(pausing.resume_clinic, by=office.sam)
    lee = {"provider_id": office.lee, "by": office.sam}
    return partial(pausing.pause_provider, **lee), partial(pausing.resume_provider, **lee)


def waiting_for_a_lock(office: Office) -> int:
    found = sql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with office.store.unscoped() as session:
        return session.scalar(found) or 0


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
