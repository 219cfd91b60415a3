"""Calls on the phones page as a newcomer takes them, in a real browser where one is found."""

import pytest
from playwright.sync_api import Page, expect
from twilio.rest import Client

from bot.demo.carrier.client import Carrier
from tests.carrier.pages import open_phone, phone_of
from tests.carrier.people import CLINIC, MARIA
from tests.carrier.receiver import Receiver

VOICE, KEY = "/webhooks/twilio/voice", "/webhooks/twilio/voice/key"


@pytest.fixture
def clinic_that_calls(clinic: Receiver, carrier: Carrier) -> Receiver:
    """Phones ring until somebody picks up; the clinic offers a visit, and key 1 takes it."""
    carrier.settings(calls_by_hand=True)
    gather = f'<Gather action="{clinic.url}{KEY}?m=1"><Say>Dr Lee &amp; Co has 3:00. Press 1.</Say></Gather>'
    clinic.says[VOICE] = f"<Response>{gather}{gather}<Say>I heard no key.</Say></Response>"
    clinic.says[KEY] = "<Response><Say>Booked.</Say></Response>"
    return clinic


def ring(twilio: Client, clinic: Receiver, timeout: int = 25) -> None:
    twilio.calls.create(
        to=MARIA,
        from_=CLINIC,
        url=f"{clinic.url}{VOICE}?m=1",
        status_callback=f"{clinic.url}{VOICE}/status?m=1",
        machine_detection="DetectMessageEnd",
        timeout=timeout,
    )


def test_a_call_rings_and_a_key_answers_it(phones: Page, twilio: Client, clinic_that_calls: Receiver) -> None:
    phone = open_phone(phones, MARIA)
    ring(twilio, clinic_that_calls)
    expect(phone.locator(".caller")).to_have_text("Lakeside is calling…")
    phone.get_by_role("button", name="Answer").click()
    expect(phone.locator(".heard")).to_have_text("Dr Lee & Co has 3:00. Press 1.")
    phone.get_by_role("button", name="1", exact=True).click()
    expect(phone.locator(".called")).to_have_text(
        "Call from Lakeside\nDr Lee & Co has 3:00. Press 1.\nBooked."
    )
    expect(phone.locator(".call")).to_be_hidden()
    [pressed] = [post for post in clinic_that_calls.posts if post.path.startswith(KEY)]
    assert (pressed.form["Digits"], pressed.form["AnsweredBy"], pressed.signed) == ("1", "human", True)


def test_a_voicemail_is_told_from_a_person(phones: Page, twilio: Client, clinic_that_calls: Receiver) -> None:
    clinic_that_calls.says[VOICE] = "<Response><Say>Please call us.</Say></Response>"
    phone = open_phone(phones, MARIA)
    ring(twilio, clinic_that_calls)
    phone.get_by_role("button", name="Voicemail").click()
    expect(phone.locator(".called")).to_have_text("Voicemail from Lakeside\nPlease call us.")
    assert clinic_that_calls.come(1)[0].form["AnsweredBy"] == "machine_end_beep"


def test_a_call_that_is_declined_is_over(phones: Page, twilio: Client, clinic_that_calls: Receiver) -> None:
    phone = open_phone(phones, MARIA)
    ring(twilio, clinic_that_calls)
    phone.get_by_role("button", name="Decline").click()
    expect(phone.locator(".called")).to_have_text("Declined call from Lakeside")
    assert [post.form["CallStatus"] for post in clinic_that_calls.come(1)] == ["busy"]


def test_a_call_that_nobody_takes_ends_by_itself(
    phones: Page, twilio: Client, clinic_that_calls: Receiver
) -> None:
    phone = open_phone(phones, MARIA)
    ring(twilio, clinic_that_calls, timeout=1)
    expect(phone.locator(".called")).to_have_text("Missed call from Lakeside")
    assert [post.form["CallStatus"] for post in clinic_that_calls.come(1)] == ["no-answer"]


def test_hanging_up_ends_the_call(phones: Page, twilio: Client, clinic_that_calls: Receiver) -> None:
    phone = open_phone(phones, MARIA)
    ring(twilio, clinic_that_calls)
    phone.get_by_role("button", name="Answer").click()
    phone.get_by_role("button", name="Hang up").click()
    expect(phone.locator(".called")).to_contain_text("Call from Lakeside")
    assert [post.form["CallStatus"] for post in clinic_that_calls.come(2)] == ["in-progress", "completed"]


def test_a_call_to_a_closed_phone_opens_it_in_sight(
    phones: Page, twilio: Client, clinic_that_calls: Receiver
) -> None:
    expect(phone_of(phones, MARIA)).to_have_count(0)
    ring(twilio, clinic_that_calls)
    expect(phone_of(phones, MARIA).locator(".caller")).to_have_text("Lakeside is calling…")
    expect(phone_of(phones, MARIA)).to_be_in_viewport(ratio=0.9)


def test_a_phone_in_airplane_mode_does_not_ring(
    phones: Page, twilio: Client, carrier: Carrier, clinic_that_calls: Receiver
) -> None:
    carrier.airplane(MARIA)
    phone = open_phone(phones, MARIA)
    ring(twilio, clinic_that_calls)
    expect(phone.locator(".called")).to_have_text("Missed call from Lakeside")
