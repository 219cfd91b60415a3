"""Automatic calls: what is said, what a key does, and what becomes of a phone that nobody picks up."""

import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from sqlalchemy import select

from rules.states import AnsweredBy, Channel, ConsentKind, Holder, OfferState
from storage.tables import Conversation, Patient
from tests.channels.house import ANA, BEN, Reached

OPENAPI = Path(__file__).parents[3] / "shared" / "twilio" / "twilio_api_v2010.json"
CALLS = "/2010-04-01/Accounts/{AccountSid}/Calls.json"


@pytest.fixture
def by_call(reached: Reached) -> Reached:
    """Ana wants to be called, then texted, and agreed to both."""
    reached.opens(Channel.VOICE)
    reached.agrees(ANA, ConsentKind.VOICE)
    reached.wants(ANA, Channel.VOICE, Channel.SMS)
    return reached


def phone(reached: Reached) -> str:
    return reached.house.phones[ANA]


def call(reached: Reached) -> dict[str, Any]:
    return reached.system.carrier.calls(phone(reached))[-1]


def heard(reached: Reached) -> str:
    """What the call said last, as the ear has it."""
    words = re.findall(r"<Say[^>]*>([^<]*)</Say>", call(reached)["said"][-1])
    return unescape(" | ".join(words))


def press(reached: Reached, digit: str, *, again: bool = False) -> str:
    reached.system.carrier.press(call(reached)["sid"], digit, again=again)
    reached.system.work()
    return heard(reached)


def test_an_opening_is_filled_by_a_key(by_call: Reached) -> None:
    opening = by_call.frees()
    asked = heard(by_call)
    assert asked.startswith("Hello, this is Lakeside Clinic. P0, Dr Lee has ")
    assert asked.count("Press 1 to take it. Press 2 to pass.") == 2  # said twice
    assert press(by_call, "1").startswith("Booked, P0: Dr Lee")
    offer = by_call.offer(opening)
    assert (offer.state, offer.channel, offer.answered_by) == (
        OfferState.ACCEPTED,
        Channel.VOICE,
        AnsweredBy.CALL,
    )
    assert by_call.system.carrier.sent_to(phone(by_call))[0].startswith("Booked, P0: Dr Lee")
    assert call(by_call)["status"] == "completed"


def test_the_booking_of_a_call_is_taken_back_by_text(by_call: Reached) -> None:
    by_call.frees()
    press(by_call, "1")
    by_call.system.text(phone(by_call), "UNDO")
    assert [visit.state for visit in by_call.visits()] == ["cancelled"]


def test_a_key_told_twice_books_once_and_texts_once(by_call: Reached) -> None:
    by_call.frees()
    press(by_call, "1")
    assert press(by_call, "1", again=True).startswith("Booked")
    assert (len(by_call.visits()), len(by_call.system.carrier.sent_to(phone(by_call)))) == (1, 1)


def test_key_2_passes_to_the_next_in_line(by_call: Reached) -> None:
    opening = by_call.frees()
    assert press(by_call, "2") == "No problem, P0. You keep your place on the list."
    offer = by_call.offer(opening)
    assert (offer.state, offer.answered_by) == (OfferState.DECLINED, AnsweredBy.CALL)
    assert by_call.offer(opening, BEN).state is OfferState.OPEN


def test_key_0_gets_a_person(by_call: Reached) -> None:
    opening = by_call.frees()
    press(by_call, "0")
    with by_call.house.store.unscoped() as session:
        holders = {each.address: each.holder for each in session.scalars(select(Conversation))}
    assert holders[phone(by_call)] is Holder.PERSON
    assert by_call.offer(opening).state is OfferState.OPEN


def test_key_9_ends_calls_and_the_offer_goes_by_text(by_call: Reached) -> None:
    opening = by_call.frees()
    assert "no more automatic calls" in press(by_call, "9")
    offer = by_call.offer(opening)
    assert (offer.state, offer.channel) == (OfferState.OPEN, Channel.SMS)
    assert by_call.consents(ConsentKind.VOICE) == [False]


def test_another_key_is_asked_again(by_call: Reached) -> None:
    opening = by_call.frees()
    assert "Press 1 to take it" in press(by_call, "5")
    assert by_call.offer(opening).state is OfferState.OPEN


def test_a_machine_hears_no_detail_and_the_offer_goes_by_text(by_call: Reached) -> None:
    by_call.system.carrier.picks_up(phone(by_call), "machine")
    opening = by_call.frees()
    assert heard(by_call) == ("Hello, this is Lakeside Clinic. Please call us at (212) 555-0199. Thank you.")
    offer = by_call.offer(opening)
    assert (offer.state, offer.channel) == (OfferState.OPEN, Channel.SMS)


@pytest.mark.parametrize("how", ["busy", "no-answer", "failed"])
def test_a_phone_that_nobody_picks_up_is_texted(by_call: Reached, how: str) -> None:
    by_call.system.carrier.picks_up(phone(by_call), how)
    opening = by_call.frees()
    offer = by_call.offer(opening)
    assert (offer.state, offer.channel) == (OfferState.OPEN, Channel.SMS)
    assert len(by_call.system.carrier.sent_to(phone(by_call))) == 1


def test_whoever_hangs_up_is_still_waited_for(by_call: Reached) -> None:
    opening = by_call.frees()
    by_call.system.carrier.hang_up(call(by_call)["sid"])
    by_call.system.work()
    assert by_call.offer(opening).state is OfferState.OPEN


def test_no_call_without_a_consent_of_its_own(reached: Reached) -> None:
    reached.opens(Channel.VOICE)
    reached.wants(ANA, Channel.VOICE)
    opening = reached.frees()
    assert reached.system.carrier.calls(phone(reached)) == []
    assert list(reached.house.offers(opening)) == [reached.house.patients[BEN]]


def test_a_key_pressed_too_late_hears_so(by_call: Reached) -> None:
    by_call.frees()
    by_call.system.forward(timedelta(minutes=121))
    by_call.system.text(by_call.house.phones[BEN], "yes")
    assert "has been taken" in press(by_call, "1")
    assert len(by_call.visits()) == 1


def test_a_spanish_patient_hears_spanish(by_call: Reached) -> None:
    def speaks(tx: Any) -> None:
        tx.session.get_one(Patient, by_call.house.patients[ANA]).language = "es"

    by_call.run(speaks)
    by_call.frees()
    assert 'language="es-US"' in call(by_call)["said"][0]
    assert heard(by_call).startswith("Hola, le llamamos de Lakeside Clinic.")


@pytest.mark.parametrize("path", ["", "/key", "/status"])
def test_who_cannot_sign_is_refused(by_call: Reached, path: str) -> None:
    by_call.frees()
    message = by_call.messages()[0]
    base = by_call.system.services.settings.public_url
    address = f"{base}/webhooks/twilio/voice{path}?m={message.id}"
    assert httpx.post(address, data={"Digits": "1", "CallSid": "CA1"}).status_code == 403
    assert by_call.visits() == []


def test_a_call_whose_answer_was_lost_is_not_made_twice(by_call: Reached) -> None:
    by_call.system.carrier.picks_up(phone(by_call), "person")
    by_call.system.carrier.fault("drop_after_accept", to=phone(by_call))
    by_call.frees()
    for _ in range(3):
        by_call.system.forward(timedelta(seconds=61))
    assert len(by_call.system.carrier.calls(phone(by_call))) == 1


def test_our_call_fits_twilios_own_description(by_call: Reached) -> None:
    if not OPENAPI.exists():
        pytest.skip(f"Twilio's OpenAPI file is not at {OPENAPI}")
    by_call.frees()
    described = json.loads(OPENAPI.read_text(encoding="utf-8"))
    [asked] = [each for each in by_call.system.carrier.requests() if each["path"].endswith("/Calls.json")]
    schema = described["paths"][CALLS]["post"]["requestBody"]["content"]
    schema = schema["application/x-www-form-urlencoded"]["schema"]
    form = {name: int(value) if value.isdecimal() else value for name, [value] in asked["form"].items()}
    form |= {name: asked["form"][name][0] for name in ("To", "From")}
    jsonschema.validate(form, schema | {"additionalProperties": False})
    account = by_call.system.services.settings
    address = CALLS.format(AccountSid=account.twilio_account_sid)
    credentials = (account.twilio_account_sid, account.twilio_auth_token.get_secret_value())
    listed = httpx.get(by_call.system.carrier.url + address, auth=credentials).json()
    shape = described["components"]["schemas"]["api.v2010.account.call"]["properties"]
    assert listed["calls"][0].keys() == shape.keys()
    page = described["paths"][CALLS]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert listed.keys() == page["properties"].keys()
