"""What is done to visits here is told to other systems: signed, after commit, until somebody has taken it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bot import addresses, deliveries, signatures
from clinic import appointments, conversations, reminders, webhooks
from clinic.audit import PATIENT, SYSTEM
from rules.delivery import RETRY_PLAN
from rules.states import CancelledBy, NewsState
from storage.tables import Appointment, AuditEvent, WebhookDelivery
from storage.transaction import Tx
from tests.feed.conftest import Practice
from tests.feed.here import book, give_up_for_three_o_clock
from tests.feed.receiver import Receiver, receiving


@pytest.fixture
def receiver(practice: Practice) -> Iterator[Receiver]:
    """Somebody who wants to be told."""
    with receiving() as receiver:
        practice.run(lambda tx: webhooks.add(tx, receiver.url, SYSTEM))
        yield receiver


def states(practice: Practice) -> list[NewsState]:
    return [each.state for each in practice.all_of(WebhookDelivery)]


def secret(practice: Practice) -> str:
    return practice.run(lambda tx: webhooks.live(tx)[0].secret)


def test_a_booking_is_told_with_ids_and_times(practice: Practice, receiver: Receiver) -> None:
    visit_id = practice.run(lambda tx: book(tx, "maria"))
    practice.work()
    (event,) = receiver.events()
    assert (event["type"], event["clinic"][:9]) == ("visit.booked", "lakeside-")
    assert event["visit"] == {
        "id": str(visit_id),
        "external_id": None,
        "patient": "maria",
        "provider": "lee",
        "type": "check",
        "start": "2026-12-01T20:00:00+00:00",
        "end": "2026-12-01T20:30:00+00:00",
        "status": "booked",
        "replaced_by": None,
    }
    assert states(practice) == [NewsState.DELIVERED]


def test_it_carries_our_signature(practice: Practice, receiver: Receiver) -> None:
    practice.run(lambda tx: book(tx, "maria"))
    practice.work()
    ((headers, body),) = receiver.heard
    assert signatures.holds(headers[signatures.HEADER], secret(practice), body, practice.clock())
    assert not signatures.holds(headers[signatures.HEADER], "another", body, practice.clock())


def test_it_names_no_patient_and_no_number(practice: Practice, receiver: Receiver) -> None:
    practice.run(lambda tx: book(tx, "maria"))
    practice.work()
    ((_, body),) = receiver.heard
    assert not [word for word in (b"Maria", b"Lopez", b"5550200", b"Check-up") if word in body]


def test_a_cancel_is_told(practice: Practice, receiver: Receiver) -> None:
    practice.books()
    practice.run(cancel)
    practice.work()
    (event,) = receiver.events()
    assert (event["type"], event["visit"]["external_id"], event["visit"]["status"]) == (
        "visit.cancelled",
        "v1",
        "cancelled",
    )


def cancel(tx: Tx) -> None:
    visit = tx.session.scalars(select(Appointment)).one()
    assert appointments.cancel(tx, visit.id, PATIENT, who=CancelledBy.PATIENT)


def test_that_a_patient_confirmed_is_told(practice: Practice, receiver: Receiver) -> None:
    practice.books()
    practice.run(confirm)
    practice.work()
    assert [event["type"] for event in receiver.events()] == ["visit.confirmed"]


def confirm(tx: Tx) -> None:
    visit = tx.session.scalars(select(Appointment)).one()
    conversation = conversations.for_patient(tx, visit.patient_id)
    assert conversation is not None
    assert reminders.confirm(tx, conversation, [visit.id])


def test_a_visit_given_up_for_an_earlier_one_names_it(practice: Practice, receiver: Receiver) -> None:
    practice.books(start="2026-12-09T09:00")
    practice.run(give_up_for_three_o_clock)
    practice.work()
    booked, cancelled = sorted(receiver.events(), key=lambda event: str(event["type"]))
    assert (booked["type"], cancelled["type"]) == ("visit.booked", "visit.cancelled")
    assert cancelled["visit"]["replaced_by"] == booked["visit"]["id"]


def test_what_the_practice_system_told_is_not_told_back(practice: Practice, receiver: Receiver) -> None:
    practice.books()
    practice.say("visit.moved", external_id="v1", start="2026-12-02T09:00")
    practice.cancels()
    assert receiver.heard == []
    assert practice.all_of(WebhookDelivery) == []


def test_nothing_is_told_of_what_was_rolled_back(practice: Practice, receiver: Receiver) -> None:
    with pytest.raises(ZeroDivisionError):
        practice.run(lambda tx: (book(tx, "maria"), 1 // 0))
    practice.work()
    assert receiver.heard == []


@pytest.mark.parametrize("answer", [500, 503, 404, 429, 301])
def test_another_answer_than_a_yes_is_tried_again_with_the_same_id(
    practice: Practice, receiver: Receiver, answer: int
) -> None:
    receiver.answers = [answer, 204]
    practice.run(lambda tx: book(tx, "maria"))
    practice.work()
    assert states(practice) == [NewsState.WAITING]
    practice.later(RETRY_PLAN[0] + timedelta(seconds=1))
    assert states(practice) == [NewsState.DELIVERED]
    first, second = receiver.events()
    assert first == second


def test_a_receiver_that_is_away_is_called_by_plan_and_then_given_up(practice: Practice) -> None:
    practice.run(lambda tx: webhooks.add(tx, "http://127.0.0.1:1/events", SYSTEM))
    practice.run(lambda tx: book(tx, "maria"))
    practice.work()
    for wait in RETRY_PLAN:
        assert states(practice) == [NewsState.WAITING]
        practice.later(wait + timedelta(seconds=1))
    assert states(practice) == [NewsState.FAILED]
    (delivery,) = practice.all_of(WebhookDelivery)
    assert (delivery.attempts, delivery.last_status) == (len(RETRY_PLAN) + 1, None)


def test_a_receiver_that_is_gone_for_good_is_not_asked_again(practice: Practice, receiver: Receiver) -> None:
    receiver.answers = [410]
    practice.run(lambda tx: book(tx, "maria"))
    practice.work()
    (delivery,) = practice.all_of(WebhookDelivery)
    assert (delivery.state, delivery.last_status) == (NewsState.FAILED, 410)


def test_an_event_that_was_delivered_is_not_sent_again(practice: Practice, receiver: Receiver) -> None:
    practice.run(lambda tx: book(tx, "maria"))
    practice.work()
    (delivery,) = practice.all_of(WebhookDelivery)
    assert deliveries.deliver(practice.services, practice.clinic_id, delivery.id) is None
    assert len(receiver.heard) == 1


def test_a_webhook_that_was_ended_gets_nothing_more(practice: Practice, receiver: Receiver) -> None:
    practice.run(lambda tx: book(tx, "maria"))
    practice.run(lambda tx: webhooks.end(tx, receiver.url, SYSTEM))
    practice.work()
    assert receiver.heard == []
    assert states(practice) == [NewsState.FAILED]


def test_no_transaction_is_open_during_the_call(practice: Practice, receiver: Receiver) -> None:
    """What is written meanwhile to the same delivery waits for nobody."""
    practice.run(lambda tx: book(tx, "maria"))
    (delivery,) = practice.all_of(WebhookDelivery)
    touched: list[UUID] = []

    def touch() -> int:
        practice.run(lambda tx: deliveries._lock(tx, delivery.id))
        touched.append(delivery.id)
        return 200

    receiver.next_answer = touch  # type: ignore[method-assign]
    practice.work()
    assert touched == [delivery.id]


def test_the_audit_log_knows_no_secret(practice: Practice, receiver: Receiver) -> None:
    lines = [f"{each.before} {each.after}" for each in practice.all_of(AuditEvent)]
    assert not [line for line in lines if secret(practice) in line or practice.feed.secret in line]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://10.0.0.7/x", "The address has to begin with https:// (http:// is for this machine only)."),
        ("https://169.254.169.254/x", "The address leads to the insides of a network, which we do not call."),
        ("https://[fe80::1]/x", "The address leads to the insides of a network, which we do not call."),
        (
            "https://[::ffff:169.254.169.254]/",
            "The address leads to the insides of a network, which we do not call.",
        ),
        ("https://2852039166/x", "The address leads to the insides of a network, which we do not call."),
        ("https://0.0.0.0/x", "The address leads to the insides of a network, which we do not call."),
        ("ftp://example.com/x", "Write a web address, such as https://system.example.com/events."),
        (
            "https://a:b@10.0.0.7/x",
            "Write the address without a password or a # in it: what is sent is signed.",
        ),
        ("https://[x/", "This is no web address."),
    ],
)
def test_an_address_that_we_do_not_call_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    assert addresses.refusal(url) == sentence


@pytest.mark.parametrize("url", ["https://10.0.0.7/x", "http://127.0.0.1:8080/x", "http://localhost/x"])
def test_a_neighbour_by_https_and_this_machine_are_called(url: str) -> None:
    assert addresses.refusal(url) is None
