"""What became of a text of ours: its state only ever moves forward, however the callbacks come."""

from itertools import permutations
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clinic import messages
from rules.states import DeliveryState, OutboxState
from storage.tables import ContactPoint, Message
from storage.transaction import Tx
from tests import factories
from tests.webhooks.conftest import MARIA, Twilio


@pytest.fixture
def sent(twilio: Twilio) -> UUID:
    """A text of ours to Maria that the carrier has taken."""
    return twilio.services.store.run(twilio.clinic_id, _a_sent_text)


def _a_sent_text(tx: Tx) -> UUID:
    factories.patient(tx, phone=MARIA)
    message = messages.say(tx, factories.conversation(tx, MARIA), "nothing_pending")
    message.outbox_state, message.sent_at = OutboxState.SENT, tx.now
    return message.id


def test_a_callback_moves_a_text_forward(twilio: Twilio, sent: UUID) -> None:
    assert twilio.status(sent, "delivered").status_code == 200
    assert _now(twilio, sent).delivery_state is DeliveryState.DELIVERED


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])), ids="-".join)
def test_callbacks_in_any_order_end_at_the_last_state(
    twilio: Twilio, sent: UUID, order: tuple[str, ...]
) -> None:
    for status in order:
        twilio.status(sent, status)
    assert _now(twilio, sent).delivery_state is DeliveryState.DELIVERED


def test_the_same_callback_twice_changes_nothing(twilio: Twilio, sent: UUID) -> None:
    for _ in range(2):
        assert twilio.status(sent, "undelivered", ErrorCode="30003").status_code == 200
    text = _now(twilio, sent)
    assert (text.delivery_state, text.error_code) == (DeliveryState.UNDELIVERED, "30003")


def test_a_late_failure_does_not_undo_a_delivery(twilio: Twilio, sent: UUID) -> None:
    twilio.status(sent, "delivered")
    twilio.status(sent, "failed", ErrorCode="30008")
    assert _now(twilio, sent).delivery_state is DeliveryState.DELIVERED


@pytest.mark.parametrize("state", [OutboxState.CLAIMED, OutboxState.UNKNOWN])
def test_a_callback_settles_a_text_whose_send_was_never_answered(
    twilio: Twilio, sent: UUID, state: OutboxState
) -> None:
    with twilio.services.store.unscoped() as session:
        session.get_one(Message, sent).outbox_state = state
    twilio.status(sent, "queued", MessageSid="SM" + "b" * 32)
    text = _now(twilio, sent)
    assert (text.outbox_state, text.provider_sid) == (OutboxState.SENT, "SM" + "b" * 32)


def test_a_number_that_does_not_exist_is_remembered(twilio: Twilio, sent: UUID) -> None:
    twilio.status(sent, "undelivered", ErrorCode="30005")
    with twilio.services.store.unscoped() as session:
        assert session.scalars(select(ContactPoint.undeliverable_at)).one() is not None


def test_a_phone_that_is_off_stays_a_good_number(twilio: Twilio, sent: UUID) -> None:
    twilio.status(sent, "undelivered", ErrorCode="30003")
    with twilio.services.store.unscoped() as session:
        assert session.scalars(select(ContactPoint.undeliverable_at)).one() is None


def test_a_bad_signature_moves_nothing(twilio: Twilio, sent: UUID) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert twilio.post(f"/status?m={sent}", form, "bm90IHRoZSByaWdodCBvbmUh").status_code == 403
    assert _now(twilio, sent).delivery_state is DeliveryState.NONE


def test_a_signature_for_another_message_moves_nothing(twilio: Twilio, sent: UUID) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    other = twilio.signature(f"/status?m={uuid4()}", form)
    assert twilio.post(f"/status?m={sent}", form, other).status_code == 403


@pytest.mark.parametrize("message_id", [UUID(int=7), "", "17", "%00", "x" * 500], ids=str)
def test_a_callback_about_no_message_of_ours_is_answered(twilio: Twilio, message_id: object) -> None:
    assert twilio.status(message_id, "delivered").status_code == 200


def test_a_callback_that_names_a_text_that_came_in_changes_nothing(twilio: Twilio) -> None:
    twilio.text("yes")
    (came_in,) = twilio.stored()
    assert twilio.status(came_in.id, "failed").status_code == 200
    assert twilio.stored()[0].delivery_state is DeliveryState.NONE


@pytest.mark.parametrize("status", ["", "partially_delivered", "DELIVERED"])
def test_a_state_nobody_knows_is_answered_and_ignored(twilio: Twilio, sent: UUID, status: str) -> None:
    assert twilio.status(sent, status).status_code == 200
    assert _now(twilio, sent).delivery_state is DeliveryState.NONE


def _now(twilio: Twilio, message_id: UUID) -> Message:
    with twilio.services.store.unscoped() as session:
        return session.get_one(Message, message_id)
