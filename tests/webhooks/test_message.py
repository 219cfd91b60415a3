"""A text comes in: only if Twilio signed it, once, and whatever it holds."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator

from bot.app import create_app
from bot.services import Services, build
from bot.webhooks.twilio import WEBHOOKS
from storage.tables import Conversation
from tests import factories
from tests.webhooks.conftest import LINE, MARIA, PUBLIC_URL, Twilio

FORM = "application/x-www-form-urlencoded"
EMPTY_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def test_a_text_is_stored_and_its_conversation_woken(twilio: Twilio) -> None:
    answer = twilio.text("yes, book it")
    assert (answer.status_code, answer.text) == (200, EMPTY_REPLY)
    assert [(text.address, text.body) for text in twilio.stored()] == [(MARIA, "yes, book it")]
    assert twilio.woken() == 1


def test_the_number_texted_tells_the_clinic(twilio: Twilio) -> None:
    with twilio.services.store.unscoped() as session:
        other = factories.clinic(session, twilio.services.clock(), name="Hilltop", line="+12125550110").id
    twilio.text(To="+12125550110")
    assert [text.clinic_id for text in twilio.stored()] == [other]


@pytest.mark.parametrize("signature", ["", "bm90IHRoZSByaWdodCBvbmUh"], ids=["none", "wrong"])
def test_without_the_right_signature_nothing_is_stored(twilio: Twilio, signature: str) -> None:
    form = {"MessageSid": "SM1", "From": MARIA, "To": LINE, "Body": "yes"}
    assert twilio.post("/message", form, signature).status_code == 403
    assert twilio.stored() == []
    assert twilio.woken() == 0


def test_a_form_changed_after_signing_is_refused(twilio: Twilio) -> None:
    form = {"MessageSid": "SM1", "From": MARIA, "To": LINE, "Body": "no"}
    signature = twilio.signature("/message", form)
    assert twilio.post("/message", {**form, "Body": "yes"}, signature).status_code == 403
    assert twilio.stored() == []


def test_a_field_added_twice_after_signing_is_refused(twilio: Twilio) -> None:
    form = {"MessageSid": "SM1", "From": MARIA, "To": LINE, "Body": "no"}
    body = urlencode([*form.items(), ("Body", "yes")])
    headers = {"X-Twilio-Signature": twilio.signature("/message", form)}
    answer = twilio.raw("/message", data=body, headers=headers, content_type=FORM)
    assert answer.status_code == 403
    assert twilio.stored() == []


def test_a_form_of_very_many_fields_is_refused(twilio: Twilio) -> None:
    form = {"MessageSid": "SM1", "From": MARIA, "To": LINE, **{f"more{n}": "x" for n in range(1000)}}
    assert twilio.post("/message", form).status_code == 403


@pytest.mark.parametrize("address", [PUBLIC_URL, f"{PUBLIC_URL}:443"], ids=["without", "with"])
def test_a_signature_holds_with_and_without_the_port(twilio: Twilio, address: str) -> None:
    form = {"MessageSid": "SM1", "From": MARIA, "To": LINE, "Body": "yes"}
    token = twilio.services.settings.twilio_auth_token.get_secret_value()
    signature = RequestValidator(token).compute_signature(f"{address}/webhooks/twilio/message", form)
    assert twilio.post("/message", form, signature).status_code == 200


def test_a_signature_for_another_page_is_refused(twilio: Twilio) -> None:
    form = {"MessageSid": "SM1", "From": MARIA, "To": LINE, "Body": "yes"}
    assert twilio.post("/message", form, twilio.signature("/status", form)).status_code == 403


def test_the_signature_is_checked_against_the_public_address_whatever_the_host(twilio: Twilio) -> None:
    form = {"MessageSid": "SM1", "From": MARIA, "To": LINE, "Body": "yes"}
    headers = {"X-Twilio-Signature": twilio.signature("/message", form), "Host": "10.0.0.7:8080"}
    assert PUBLIC_URL not in headers["Host"]
    assert twilio.raw("/message", data=form, headers=headers).status_code == 200
    assert len(twilio.stored()) == 1


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
def test_a_signed_text_without_what_it_needs_is_answered_and_not_stored(twilio: Twilio, field: str) -> None:
    answer = twilio.text(**{field: None})
    assert (answer.status_code, answer.text) == (200, EMPTY_REPLY)
    assert twilio.stored() == []


def test_a_text_to_a_number_that_is_not_ours_is_answered_and_not_stored(twilio: Twilio) -> None:
    assert twilio.text(To="+12125559999").status_code == 200
    assert twilio.stored() == []
    assert twilio.woken() == 0


@pytest.mark.parametrize(
    "sender", ["72345", "CLINIC", "+1", ""], ids=["short code", "a name", "no number", "none"]
)
def test_a_sender_whom_nobody_could_answer_is_not_stored(twilio: Twilio, sender: str) -> None:
    assert twilio.text(From=sender).status_code == 200
    assert twilio.stored() == []


def test_a_sender_on_nobodys_file_is_stored(twilio: Twilio) -> None:
    twilio.text(From="+442071838750")
    assert [text.address for text in twilio.stored()] == ["+442071838750"]


def test_a_text_by_whatsapp_keeps_its_channel_in_the_address(twilio: Twilio) -> None:
    with twilio.services.store.unscoped() as session:
        factories.clinic(session, twilio.services.clock(), name="Hilltop", line="whatsapp:+12125550110")
    twilio.text(From=f"whatsapp:{MARIA}", To="whatsapp:+12125550110")
    assert [text.address for text in twilio.stored()] == [f"whatsapp:{MARIA}"]


@pytest.mark.parametrize(
    "body",
    [
        "👍🏽",
        "👨‍👩‍👧‍👦 sí, mañana a las 3",
        "да, запишите меня",
        "نعم",
        "好的",
        "ye\u200bs\u200d",
        "line one\nline two\r\n\ttabbed",
        "' OR 1=1; --",
        "{name} %s \\x00 <Response/>",
        "x" * 1600,
    ],
    ids=[
        "emoji",
        "joined emoji",
        "Russian",
        "Arabic",
        "Chinese",
        "zero width",
        "lines",
        "SQL",
        "formats",
        "long",
    ],
)
def test_a_body_is_kept_as_it_came(twilio: Twilio, body: str) -> None:
    assert twilio.text(body).status_code == 200
    assert [text.body for text in twilio.stored()] == [body]


def test_zero_bytes_are_left_out(twilio: Twilio) -> None:
    assert twilio.text("y\x00es\x00").status_code == 200
    assert [text.body for text in twilio.stored()] == ["yes"]


def test_a_body_longer_than_the_carrier_sends_is_cut(twilio: Twilio) -> None:
    twilio.text("x" * 5000)
    assert [len(text.body) for text in twilio.stored()] == [1600]


def test_a_text_without_a_body_is_stored_empty(twilio: Twilio) -> None:
    twilio.text(Body=None)
    assert [text.body for text in twilio.stored()] == [""]


@pytest.mark.parametrize(
    ("said", "kept"), [("3", 3), ("0", 0), ("-1", 0), ("two", 0), ("9999999", 0), ("", 0), (None, 0)]
)
def test_pictures_are_counted_and_nonsense_is_none(twilio: Twilio, said: str | None, kept: int) -> None:
    assert twilio.text("", NumMedia=said, MediaUrl0="https://api.twilio.com/x").status_code == 200
    assert [text.media_count for text in twilio.stored()] == [kept]


def test_what_the_carrier_did_with_a_keyword_is_kept(twilio: Twilio) -> None:
    twilio.text("STOP", OptOutType="STOP")
    assert [text.opt_out_type for text in twilio.stored()] == ["STOP"]


def test_the_same_text_again_is_one_text_and_wakes_nobody(twilio: Twilio) -> None:
    answers = [twilio.text("yes", MessageSid="SM7").status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    assert (len(twilio.stored()), twilio.woken()) == (1, 1)


def test_copies_that_come_at_the_same_instant_are_one_text(twilio: Twilio) -> None:
    together = Barrier(8)

    def bring(_copy: int) -> int:
        together.wait()
        return twilio.text("yes", MessageSid="SM7").status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(bring, range(8)))
    assert answers == [200] * 8
    assert (len(twilio.stored()), twilio.woken()) == (1, 1)


def test_first_texts_of_a_number_at_the_same_instant_make_one_conversation(twilio: Twilio) -> None:
    together = Barrier(8)

    def bring(copy: int) -> int:
        together.wait()
        return twilio.text(f"text {copy}", MessageSid=f"SM{copy}").status_code

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bring, range(8)))
    with twilio.services.store.unscoped() as session:
        assert session.query(Conversation).count() == 1
    assert len(twilio.stored()) == 8


def test_a_text_is_stored_while_the_queue_is_away(
    module_database_url: str, twilio: Twilio, services: Services
) -> None:
    """The sweep finds it: the row is what counts."""
    settings = services.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    without_queue = build(settings)
    lonely = Twilio(create_app(without_queue), without_queue, twilio.clinic_id)
    try:
        assert lonely.text("yes").status_code == 200
    finally:
        without_queue.store.engine.dispose()
        without_queue.model.close()
    assert [text.body for text in twilio.stored()] == ["yes"]


def test_while_the_database_is_away_twilio_is_told_to_come_again(twilio: Twilio, services: Services) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    without_database = build(services.settings.model_copy(update={"database_url": nowhere}))
    lonely = Twilio(create_app(without_database), without_database, twilio.clinic_id)
    try:
        with capture_logs() as logged:
            assert lonely.text("yes, book it").status_code == 500
    finally:
        without_database.close()
    assert [(line["event"], line["route"]) for line in logged] == [
        ("request.failed", "/webhooks/twilio/message")
    ]


def test_the_page_takes_posts_only(twilio: Twilio) -> None:
    assert twilio.app.test_client().get("/webhooks/twilio/message").status_code == 405


def test_what_is_answered_before_the_pages_declares_that_it_is_signed() -> None:
    assert {getattr(view, "access", None) for view in WEBHOOKS.values()} == {"signed"}
