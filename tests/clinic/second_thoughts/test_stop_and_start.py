"""STOP ends what is out; START makes it anew, whatever became of the text that made it first."""

from uuid import UUID

import pytest

from clinic import appointments, consent
from clinic.audit import CARRIER, PATIENT
from rules.states import CancelledBy, DeliveryState, OfferState, OutboxState
from storage.tables import Message
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office


@pytest.mark.parametrize(
    ("state", "delivery"),
    [(OutboxState.FAILED, DeliveryState.NONE), (OutboxState.SENT, DeliveryState.UNDELIVERED)],
    ids=["the carrier refused it", "it did not arrive"],
)
def test_an_offer_whose_text_was_blocked_is_made_anew_and_lasts(
    office: Office, state: OutboxState, delivery: DeliveryState
) -> None:
    maria = office.patient()
    office.waits(maria)
    visit = office.visit(office.patient("Tom Reed"))
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()

    office.do(lambda tx: blocked(tx, office, maria, state, delivery))
    office.settle()
    office.do(lambda tx: consent.opt_in(tx, office.conversation(tx, maria), PATIENT, by_carrier=True))
    office.settle()
    office.later(minutes=1)

    assert office.offer_to(maria).state is OfferState.OPEN


def blocked(tx: Tx, office: Office, who: UUID, state: OutboxState, delivery: DeliveryState) -> None:
    message = tx.session.get_one(Message, office.all(Message)[-1].id)
    message.outbox_state, message.delivery_state = state, delivery
    consent.stopped_by_carrier(tx, office.conversation(tx, who), CARRIER)
