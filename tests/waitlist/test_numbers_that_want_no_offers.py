"""A number that wants no offers gets none, whatever was on its way; its patient may have another one."""

import pytest
from sqlalchemy import select

from clinic import gate
from clinic.gate import Drop
from nlu.understanding import Intent
from rules.states import MessageClass
from storage.tables import Consent, ContactPoint, Conversation, Message, Offer, PatientContact
from storage.transaction import Tx
from tests.waitlist.desk import Desk

FIRST, SECOND = "+12125550301", "+12125550309"


def test_an_offer_is_made_to_the_patients_other_number(desk: Desk) -> None:
    entry = desk.waits(desk.kind())
    first = desk.patient(entry)
    second = desk.on_file("Other Person", SECOND)
    desk.run(lambda tx: _also_reaches(tx, second.id, first.id))
    desk.hears("no more offers", Intent.NO_OFFERS)
    (offer,) = desk.ask(desk.opening(desk.provider()))
    address = desk.run(lambda tx: tx.session.get_one(Conversation, offer.conversation_id).address)
    assert address == SECOND


def _also_reaches(tx: Tx, of_id: object, patient_id: object) -> None:
    """A patient is reached on the number of another one too, with the consent that goes with it."""
    link = tx.session.scalars(select(PatientContact).where(PatientContact.patient_id == of_id)).one()
    link.patient_id, link.position = patient_id, 1
    consent = tx.session.scalars(select(Consent).where(Consent.patient_id == of_id)).one()
    consent.patient_id = patient_id


@pytest.mark.parametrize(
    ("klass", "phrase", "dropped"),
    [
        pytest.param(MessageClass.OFFER, "offer", True, id="an offer"),
        pytest.param(MessageClass.REPLY, "booked", False, id="an answer"),
    ],
)
def test_at_the_last_gate_only_offers_are_dropped(
    desk: Desk, klass: MessageClass, phrase: str, dropped: bool
) -> None:
    desk.waits(desk.kind())
    desk.ask(desk.opening(desk.provider()))

    def checked(tx: Tx) -> bool:
        tx.session.scalars(select(ContactPoint)).one().no_offers_at = tx.now
        offer = tx.session.scalars(select(Offer)).one()
        message = tx.session.scalars(select(Message)).one()
        message.klass, message.phrase = klass, phrase
        verdict = gate.check(tx, message, tx.session.get_one(Conversation, offer.conversation_id))
        return verdict == Drop("wants no offers")

    assert desk.run(checked) is dropped
