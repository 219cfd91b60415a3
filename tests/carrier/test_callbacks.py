"""Status callbacks: signed, in order, and in every disorder that a test asks for."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from twilio.rest import Client

from bot.demo.carrier.client import ACCOUNT_SID, Carrier
from tests.carrier.people import CLINIC, JOSE, MARIA
from tests.carrier.receiver import Receiver

WHOLE_LIFE = ["queued", "sent", "delivered"]


def test_callbacks_tell_the_whole_life_in_order(twilio: Client, carrier: Carrier, clinic: Receiver) -> None:
    send(twilio, clinic)
    carrier.settle()
    assert clinic.statuses_of("1") == WHOLE_LIFE


def test_callbacks_are_signed_query_and_all(twilio: Client, carrier: Carrier, clinic: Receiver) -> None:
    send(twilio, clinic)
    carrier.settle()
    assert [post.signed for post in clinic.posts] == [True, True, True]


def test_a_callback_has_twilios_fields(twilio: Client, carrier: Carrier, clinic: Receiver) -> None:
    sid = send(twilio, clinic)
    carrier.settle()
    assert clinic.posts[-1].form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
        "To": MARIA,
        "From": CLINIC,
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
    }


def test_early_callbacks_come_before_the_create_call_is_answered(
    twilio: Client, carrier: Carrier, clinic: Receiver
) -> None:
    carrier.fault("callback", variant="early")
    send(twilio, clinic)
    assert clinic.statuses_of("1") == WHOLE_LIFE


def test_the_answer_says_queued_though_early_callbacks_said_more(
    twilio: Client, carrier: Carrier, clinic: Receiver
) -> None:
    carrier.fault("callback", variant="early")
    message = twilio.messages.create(
        to=MARIA, from_=CLINIC, body="Hello", status_callback=clinic.status_url("1")
    )
    assert message.status == "queued"


def test_late_callbacks_come_some_time_after_the_end(
    twilio: Client, carrier: Carrier, clinic: Receiver
) -> None:
    carrier.fault("callback", variant="late", seconds=0.3)
    send(twilio, clinic)
    carrier.settle()
    ended = datetime.fromisoformat(carrier.messages()[0]["updated"])
    first = datetime.fromisoformat(carrier.callbacks()[0]["at"])
    assert first - ended >= timedelta(seconds=0.3)
    assert clinic.statuses_of("1") == WHOLE_LIFE


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("twice", ["queued", "queued", "sent", "sent", "delivered", "delivered"]),
        ("out_of_order", ["delivered", "sent", "queued"]),
        ("never", []),
    ],
)
def test_callbacks_misbehave_as_asked(
    twilio: Client, carrier: Carrier, clinic: Receiver, variant: str, expected: list[str]
) -> None:
    carrier.fault("callback", variant=variant)
    sid = send(twilio, clinic)
    carrier.settle()
    assert clinic.statuses_of("1") == expected
    assert twilio.messages(sid).fetch().status == "delivered"


@pytest.mark.parametrize("code", [30003, 30005, 30006, 30007, 30008])
def test_a_text_that_does_not_arrive_says_why(
    twilio: Client, carrier: Carrier, clinic: Receiver, code: int
) -> None:
    carrier.fault("fail_code", code=code)
    sid = send(twilio, clinic)
    carrier.settle()
    assert clinic.statuses_of("1") == ["queued", "sent", "undelivered"]
    assert clinic.posts[-1].form["ErrorCode"] == str(code)
    assert twilio.messages(sid).fetch().error_code == code


def test_a_text_can_fail_before_it_is_sent(twilio: Client, carrier: Carrier, clinic: Receiver) -> None:
    carrier.fault("fail_code", code=30008, failed=True)
    send(twilio, clinic)
    carrier.settle()
    assert clinic.statuses_of("1") == ["queued", "failed"]


def test_faults_join(twilio: Client, carrier: Carrier, clinic: Receiver) -> None:
    carrier.fault("callback", variant="out_of_order")
    carrier.fault("fail_code", code=30003)
    send(twilio, clinic)
    carrier.settle()
    assert clinic.statuses_of("1") == ["undelivered", "sent", "queued"]


def test_a_phone_in_airplane_mode_gets_nothing(twilio: Client, carrier: Carrier, clinic: Receiver) -> None:
    carrier.airplane(MARIA)
    send(twilio, clinic)
    carrier.settle()
    assert (clinic.posts[-1].form["MessageStatus"], clinic.posts[-1].form["ErrorCode"]) == (
        "undelivered",
        "30003",
    )


def test_a_phone_back_from_airplane_mode_gets_texts_again(
    twilio: Client, carrier: Carrier, clinic: Receiver
) -> None:
    carrier.airplane(MARIA)
    carrier.airplane(MARIA, on=False)
    send(twilio, clinic)
    carrier.settle()
    assert clinic.statuses_of("1") == WHOLE_LIFE


def test_what_waits_longer_than_its_validity_period_is_not_delivered(
    twilio: Client, carrier: Carrier, clinic: Receiver
) -> None:
    carrier.settings(mps=0.01)  # the next may go in 100 s
    send(twilio, clinic, mark="first", to=JOSE)
    send(twilio, clinic, mark="late", validity_period=1)
    carrier.settle()
    assert clinic.statuses_of("first") == WHOLE_LIFE
    assert clinic.statuses_of("late") == ["queued", "undelivered"]
    assert clinic.posts[-1].form["ErrorCode"] == "30036"


def test_a_number_sends_its_segments_one_after_the_other(
    twilio: Client, carrier: Carrier, clinic: Receiver
) -> None:
    carrier.settings(mps=10)
    for mark in "abc":
        send(twilio, clinic, mark=mark, body="x" * 161)  # two segments each: 0.2 s
    carrier.settle()
    sent = {m["status_callback"][-1]: m["sent"] for m in carrier.messages()}
    assert sent["a"] < sent["b"] < sent["c"]


def test_callbacks_are_kept_with_their_answers(twilio: Client, carrier: Carrier, clinic: Receiver) -> None:
    clinic.statuses = [200, 500, 200]
    send(twilio, clinic)
    carrier.settle()
    assert [callback["answer"] for callback in carrier.callbacks()] == [200, 500, 200]


def test_a_clinic_that_is_down_does_not_stop_the_message(twilio: Client, carrier: Carrier) -> None:
    sid = twilio.messages.create(
        to=MARIA, from_=CLINIC, body="Hello", status_callback="http://127.0.0.1:9/status"
    ).sid
    carrier.settle()
    assert twilio.messages(sid).fetch().status == "delivered"
    assert [callback["answer"] for callback in carrier.callbacks()] == [0, 0, 0]


def send(twilio: Client, clinic: Receiver, *, mark: str = "1", **more: Any) -> str:
    fields = {"to": MARIA, "from_": CLINIC, "body": "Hello", "status_callback": clinic.status_url(mark)}
    return str(twilio.messages.create(**fields | more).sid)
