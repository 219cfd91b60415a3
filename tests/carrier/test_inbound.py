"""What a phone sends reaches the webhook as Twilio would bring it, keywords and all."""

from threading import Barrier
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from bot.demo.carrier.client import ACCOUNT_SID, Carrier
from tests.carrier.people import CLINIC, JOSE, MARIA, OTHER_CLINIC
from tests.carrier.receiver import Receiver


def test_a_text_arrives_signed_with_twilios_fields(carrier: Carrier, clinic: Receiver) -> None:
    sid = carrier.text(MARIA, "yes, book it 👍")["sid"]
    [post] = clinic.posts
    assert post.signed
    assert post.form == {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": MARIA,
        "To": CLINIC,
        "Body": "yes, book it 👍",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        **{f"{side}{what}": "" for side in ("From", "To") for what in ("City", "State", "Zip")},
        "FromCountry": "US",
        "ToCountry": "US",
    }


def test_the_clinic_is_the_number_texted(carrier: Carrier, clinic: Receiver) -> None:
    carrier.text(MARIA, "hi", to=OTHER_CLINIC)
    assert clinic.texts()[0]["To"] == OTHER_CLINIC


def test_a_picture_comes_with_its_address(carrier: Carrier, clinic: Receiver) -> None:
    sid = carrier.text(MARIA, "", num_media=2)["sid"]
    form = clinic.texts()[0]
    assert (form["NumMedia"], form["Body"], sid[:2]) == ("2", "", "MM")
    assert form["MediaContentType1"] == "image/jpeg"
    assert form["MediaUrl1"].startswith(
        f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}/"
    )


@pytest.mark.parametrize(
    "body",
    ["a" * 1600, "", "  spaces  ", "two\nlines & more=1", "مرحبا", "zero\u200bwidth"],
    ids=ascii,
)
def test_any_body_arrives_whole_and_signed(carrier: Carrier, clinic: Receiver, body: str) -> None:
    carrier.text(MARIA, body)
    assert clinic.posts[0].signed
    assert clinic.texts()[0]["Body"] == body


def test_half_an_emoji_arrives_as_a_question_mark(carrier: Carrier, clinic: Receiver) -> None:
    raw = f'{{"from": "{MARIA}", "to": "{CLINIC}", "body": "half \\ud83d"}}'
    httpx.post(f"{carrier.url}/_carrier/inbound", content=raw, headers={"Content-Type": "application/json"})
    assert clinic.posts[0].signed
    assert clinic.texts()[0]["Body"] == "half ?"


@pytest.mark.parametrize("signature", ["bad", "none"])
def test_a_signature_can_be_wrong(carrier: Carrier, clinic: Receiver, signature: str) -> None:
    carrier.text(MARIA, "hi", signature=signature)
    assert not clinic.posts[0].signed


def test_fields_can_be_changed_or_left_out_and_are_signed_so(carrier: Carrier, clinic: Receiver) -> None:
    carrier.text(MARIA, "YES", form={"OptOutType": "START", "NumMedia": None})
    assert clinic.posts[0].signed
    assert clinic.texts()[0]["OptOutType"] == "START"
    assert "NumMedia" not in clinic.texts()[0]


def test_the_webhook_can_be_moved(carrier: Carrier, clinic: Receiver) -> None:
    carrier.settings(webhook_url=f"{clinic.url}/elsewhere/message")
    carrier.text(MARIA, "hi")
    assert [(post.path, post.signed) for post in clinic.posts] == [("/elsewhere/message", True)]


def test_the_webhooks_answer_is_handed_back(carrier: Carrier, clinic: Receiver) -> None:
    clinic.statuses = [403]
    delivery = carrier.text(MARIA, "hi")
    assert (delivery["statuses"], delivery["answers"]) == ([403], ["<Response/>"])


def test_copies_of_a_webhook_arrive_together(carrier: Carrier, clinic: Receiver) -> None:
    clinic.meeting = Barrier(5)
    delivery = carrier.text(MARIA, "hi", copies=5)
    assert delivery["statuses"] == [200] * 5
    assert {form["MessageSid"] for form in clinic.texts()} == {delivery["sid"]}
    assert len({post.headers["I-Twilio-Idempotency-Token"] for post in clinic.posts}) == 1
    assert len(carrier.messages()) == 1


def test_150_phones_text_at_the_same_instant(carrier: Carrier, clinic: Receiver) -> None:
    clinic.meeting = Barrier(150)
    phones = [f"+1555555{1000 + index}" for index in range(150)]
    deliveries = carrier.text_many([{"from": phone, "body": "YES"} for phone in phones])
    assert [delivery["statuses"] for delivery in deliveries] == [[200]] * 150
    sids = {form["From"]: form["MessageSid"] for form in clinic.texts()}
    assert [sids[phone] for phone in phones] == [delivery["sid"] for delivery in deliveries]


def test_a_webhook_that_fails_is_not_retried(carrier: Carrier, clinic: Receiver) -> None:
    clinic.statuses = [500]
    assert carrier.text(MARIA, "hi")["statuses"] == [500]
    assert len(clinic.posts) == 1


def test_a_webhook_that_fails_is_retried_when_asked(carrier: Carrier, clinic: Receiver) -> None:
    clinic.statuses = [500, 503, 200]
    assert carrier.text(MARIA, "hi", retries=5)["statuses"] == [500, 503, 200]
    assert len({form["MessageSid"] for form in clinic.texts()}) == 1


def test_the_same_sid_again_is_the_same_message(carrier: Carrier, clinic: Receiver) -> None:
    first = carrier.text(MARIA, "STOP")
    carrier.text(MARIA, "STOP", sid=first["sid"])
    assert [form["MessageSid"] for form in clinic.texts()] == [first["sid"]] * 2
    assert [message["direction"] for message in carrier.messages()] == ["inbound", "outbound-reply"]


@pytest.mark.parametrize(
    "word", ["STOP", "unsubscribe", " End ", "QUIT", "StopAll", "REVOKE", "OPTOUT", "CANCEL\n"]
)
def test_a_bare_stop_word_cuts_the_number_off(
    carrier: Carrier, clinic: Receiver, twilio: Client, word: str
) -> None:
    carrier.text(MARIA, word)
    assert clinic.texts()[0]["OptOutType"] == "STOP"
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello")
    assert (refused.value.status, refused.value.code) == (400, 21610)


def test_a_block_holds_between_one_number_and_one_phone(carrier: Carrier, twilio: Client) -> None:
    carrier.text(MARIA, "STOP")
    twilio.messages.create(to=JOSE, from_=CLINIC, body="Hello")
    twilio.messages.create(to=MARIA, from_=OTHER_CLINIC, body="Hello")
    assert (carrier.sent_to(JOSE), carrier.sent_to(MARIA)) == (["Hello"], ["Hello"])


@pytest.mark.parametrize("word", ["START", "unstop"])
def test_a_start_word_opens_the_number_again(
    carrier: Carrier, clinic: Receiver, twilio: Client, word: str
) -> None:
    carrier.text(MARIA, "STOP")
    carrier.text(MARIA, word)
    assert clinic.texts()[-1]["OptOutType"] == "START"
    twilio.messages.create(to=MARIA, from_=CLINIC, body="Welcome back")


@pytest.mark.parametrize(
    ("word", "begins"),
    [
        ("STOP", "You have successfully been unsubscribed"),
        ("START", "You have successfully been re-"),
        ("INFO", "Reply STOP"),
    ],
)
def test_the_carrier_answers_its_keywords_itself(carrier: Carrier, word: str, begins: str) -> None:
    carrier.text(MARIA, word)
    own = carrier.messages(MARIA)[-1]
    assert own["own"]
    assert own["body"].startswith(begins)
    assert carrier.sent_to(MARIA) == []


def test_help_blocks_nothing(carrier: Carrier, clinic: Receiver, twilio: Client) -> None:
    carrier.text(MARIA, "help")
    assert clinic.texts()[0]["OptOutType"] == "HELP"
    twilio.messages.create(to=MARIA, from_=CLINIC, body="Hello")


@pytest.mark.parametrize(
    "body", ["STOP please", "please cancel", "STOP.", "bus stop", "YES", "stop\u200b"], ids=ascii
)
def test_anything_but_the_bare_word_is_an_ordinary_text(
    carrier: Carrier, clinic: Receiver, body: str
) -> None:
    carrier.text(MARIA, body)
    assert "OptOutType" not in clinic.texts()[0]
    assert len(carrier.messages()) == 1


def test_yes_opts_in_where_the_carrier_is_left_as_it_comes(carrier: Carrier, clinic: Receiver) -> None:
    carrier.settings(yes_opts_in=True)
    carrier.text(MARIA, "Yes")
    assert clinic.texts()[0]["OptOutType"] == "START"
    assert len(carrier.messages()) == 2


@pytest.mark.parametrize("more", [{"colour": "blue"}, {"signature": "odd"}, {"copies": 0}], ids=str)
def test_a_text_that_makes_no_sense_is_refused(carrier: Carrier, more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        carrier.text(MARIA, "hi", **more)
    assert carrier.messages() == []
