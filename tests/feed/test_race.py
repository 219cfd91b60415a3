"""The practice system books somebody into a slot in the same instant in which a patient says yes to it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from bot import due
from clinic import acceptance, conversations
from clinic.audit import PATIENT
from rules.states import ACTIVE_APPOINTMENT, LIVE_OPENING, DueKind, OfferState
from storage.tables import Appointment, Conversation, DueWork, Offer, Opening
from storage.transaction import Tx
from tests.feed.conftest import TUESDAY, Practice
from tests.feed.test_visits import free_three_o_clock, offer_went_out, waits


@pytest.mark.parametrize("turn", range(8))
def test_one_of_them_has_it_and_the_other_is_told(practice: Practice, turn: int) -> None:
    practice.run(free_three_o_clock)
    practice.run(lambda tx: waits(tx, "tom"))
    practice.work()
    practice.run(offer_went_out)
    visit = {"external_id": "v1", "patient": "maria", "provider": "lee", "type": "check", "start": TUESDAY}
    practice.post({"event_id": "e1", "type": "visit.booked", "visit": visit})
    due_id = practice.run(
        lambda tx: tx.session.scalars(select(DueWork.id).where(DueWork.kind == DueKind.FEED_EVENT)).one()
    )
    together = Barrier(2)

    def yes() -> None:
        together.wait()
        practice.run(say_yes)

    def event() -> None:
        together.wait()
        due.do(practice.services, due_id)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(yes), pool.submit(event)]:
            done.result()
    practice.work()
    visits = [each for each in practice.all_of(Appointment) if each.state in ACTIVE_APPOINTMENT]
    (offer,) = practice.all_of(Offer)
    assert len(visits) == 1
    assert (offer.state is OfferState.ACCEPTED) == (visits[0].external_id is None)
    assert (len(practice.tasks()) == 1) == (visits[0].external_id is None)
    assert [each for each in practice.all_of(Opening) if each.state in LIVE_OPENING] == []


def say_yes(tx: Tx) -> None:
    conversation = conversations.lock(tx, tx.session.scalars(select(Conversation.id)).one())
    acceptance.accept(tx, conversation, tx.session.scalars(select(Offer)).one(), PATIENT)
