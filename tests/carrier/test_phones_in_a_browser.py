"""The phones page as a newcomer uses it, in a real browser where one is found."""

from playwright.sync_api import Page, expect
from twilio.rest import Client

from tests.carrier.pages import open_phone, phone_of
from tests.carrier.people import CLINIC, JOSE, MARIA
from tests.carrier.receiver import Receiver


def test_enter_sends_what_was_typed(phones: Page, clinic: Receiver) -> None:
    phone = open_phone(phones, MARIA)
    phones.keyboard.type("yes, book it")
    phones.keyboard.press("Enter")
    expect(phone.locator(".mine")).to_contain_text(["yes, book it"])
    expect(phone.locator(".mine")).to_contain_text(["Delivered"])
    assert [(form["From"], form["To"], form["Body"]) for form in clinic.texts()] == [
        (MARIA, CLINIC, "yes, book it")
    ]


def test_a_text_from_the_clinic_appears_by_itself(phones: Page, twilio: Client) -> None:
    phone = open_phone(phones, MARIA)
    send(twilio, MARIA, "<b>Hello</b> Maria")
    expect(phone.locator(".theirs .bubble")).to_have_text(["<b>Hello</b> Maria"])
    expect(phone.locator(".theirs .meta")).to_contain_text(["Delivered"])


def test_each_phone_has_a_thread_of_its_own(phones: Page, twilio: Client) -> None:
    maria, jose = open_phone(phones, MARIA), open_phone(phones, JOSE)
    send(twilio, JOSE, "for José")
    expect(jose.locator(".bubble")).to_have_text(["for José"])
    expect(maria.locator(".bubble")).to_have_count(0)


def test_the_carriers_own_text_is_marked_as_such(phones: Page) -> None:
    phone = open_phone(phones, MARIA)
    phone.get_by_role("button", name="STOP").click()
    expect(phone.locator(".own")).to_contain_text(["You have successfully been unsubscribed"])
    expect(phone.locator(".own .meta")).to_have_text(["From the carrier, not the clinic"])
    expect(phone.locator(".mine .meta")).to_contain_text(["Delivered"])  # else it comes in the next test


def test_a_tapback_texts_what_a_phone_would(phones: Page, twilio: Client, clinic: Receiver) -> None:
    phone = open_phone(phones, MARIA)
    send(twilio, MARIA, "Reply YES to book")
    phone.get_by_role("button", name="Like").click()
    expect(phone.locator(".badge")).to_have_count(1)
    assert [form["Body"] for form in clinic.texts()] == ["Liked “Reply YES to book”"]


def test_focus_stays_where_it_was_when_texts_come(phones: Page, twilio: Client) -> None:
    phone = open_phone(phones, MARIA)
    send(twilio, MARIA, "Reply YES to book")
    phone.get_by_role("button", name="Like").focus()
    phones.keyboard.press("Enter")
    expect(phone.locator(".tapback")).to_be_visible()
    expect(phone.get_by_role("button", name="Like")).to_be_focused()


def test_a_picture_is_an_mms_without_words(phones: Page, clinic: Receiver) -> None:
    phone = open_phone(phones, MARIA)
    phone.get_by_role("button", name="Picture").click()
    expect(phone.get_by_alt_text("A picture")).to_be_visible()
    expect(phone.locator(".mine .meta")).to_contain_text(["Delivered"])
    assert [(form["NumMedia"], form["Body"]) for form in clinic.texts()] == [("1", "")]


def test_airplane_mode_keeps_texts_out_and_in(phones: Page, twilio: Client) -> None:
    phone = open_phone(phones, MARIA)
    phone.get_by_role("button", name="Airplane mode").click()
    expect(phone.get_by_role("button", name="Yes")).to_be_disabled()
    send(twilio, MARIA, "are you there?")
    expect(phone.locator(".lost .state")).to_have_text(["Not delivered: phone could not be reached (30003)"])


def test_a_text_to_a_closed_phone_offers_to_open_it(phones: Page, twilio: Client) -> None:
    open_phone(phones, MARIA)
    send(twilio, JOSE, "for José")
    phones.get_by_role("button", name="for José").click()
    expect(phone_of(phones, JOSE).locator(".bubble")).to_have_text(["for José"])


def test_a_clinic_that_does_not_take_the_text_is_shown(phones: Page, clinic: Receiver) -> None:
    clinic.statuses = [500]
    phone = open_phone(phones, MARIA)
    phone.get_by_role("button", name="No", exact=True).click()
    expect(phone.locator(".mine .meta")).to_have_text(["The clinic’s side answered 500"])


def test_alt_and_arrow_go_from_phone_to_phone(phones: Page) -> None:
    maria, jose = open_phone(phones, MARIA), open_phone(phones, JOSE)
    phones.keyboard.press("Alt+ArrowRight")
    expect(maria.locator("textarea")).to_be_focused()
    phones.keyboard.press("Alt+ArrowLeft")
    expect(jose.locator("textarea")).to_be_focused()


def send(twilio: Client, to: str, body: str) -> None:
    twilio.messages.create(to=to, from_=CLINIC, body=body)
