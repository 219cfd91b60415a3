"""WhatsApp: our own words while it takes them, a template where not, another channel where there is none."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema
import pytest

from bot.channels import Outgoing
from clinic import policies
from clinic.audit import SYSTEM
from rules.policy import Policy
from rules.states import AnsweredBy, Channel, OfferState
from storage.tables import ContactPoint
from tests.channels.house import ANA, LINK, Reached
from tests.chaos.house import LINE

OURS = f"whatsapp:{LINE}"
OFFER = "HX" + "1" * 32
WORDS = "{{1}}: {{2}} on {{3}} ({{4}} min). Replaces: {{5}}. YES or NO by {{6}}: {{7}}"
OPENAPI = Path(__file__).parents[3] / "shared" / "twilio" / "twilio_api_v2010.json"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"


@pytest.fixture
def on_whatsapp(reached: Reached) -> Iterator[Reached]:
    """Ana wants WhatsApp, then a text."""
    reached.opens(Channel.WHATSAPP)
    reached.wants(ANA, Channel.WHATSAPP, Channel.SMS)
    return reached


@pytest.fixture
def approved(on_whatsapp: Reached) -> Reached:
    """WhatsApp has approved a template for offers."""
    decided: dict[str, Any] = {"calendar_link": False, "whatsapp_templates": {"offer": {"en": OFFER}}}
    on_whatsapp.run(lambda tx: policies.change(tx, Policy.model_validate(decided), SYSTEM))
    on_whatsapp.system.carrier.templates({OFFER: WORDS})
    return on_whatsapp


def phone(reached: Reached) -> str:
    return f"whatsapp:{reached.house.phones[ANA]}"


def writes(reached: Reached, body: str) -> None:
    reached.system.carrier.text(phone(reached), body, to=OURS)
    reached.system.work()


def test_an_opening_is_filled_on_whatsapp(approved: Reached) -> None:
    opening = approved.frees()
    [offered] = approved.system.carrier.sent_to(phone(approved))
    assert offered.startswith("P0: Dr Lee on ")
    assert "Replaces: -" in offered
    assert LINK.search(offered)
    writes(approved, "yes")
    offer = approved.offer(opening)
    assert (offer.channel, offer.answered_by) == (Channel.WHATSAPP, AnsweredBy.TEXT)
    assert len(approved.visits()) == 1
    assert approved.system.carrier.sent_to(phone(approved))[1].startswith("Booked, P0: Dr Lee")


def test_within_a_day_of_their_own_words_ours_need_no_template(on_whatsapp: Reached) -> None:
    writes(on_whatsapp, "STATUS")
    on_whatsapp.frees()
    [_, offered] = on_whatsapp.system.carrier.sent_to(phone(on_whatsapp))
    assert "YES takes it, NO passes" in offered
    assert LINK.search(offered)


def test_without_a_template_the_offer_goes_by_text(on_whatsapp: Reached) -> None:
    opening = on_whatsapp.frees()
    assert on_whatsapp.system.carrier.sent_to(phone(on_whatsapp)) == []
    assert len(on_whatsapp.system.carrier.sent_to(on_whatsapp.house.phones[ANA])) == 1
    offer = on_whatsapp.offer(opening)
    assert (offer.state, offer.channel) == (OfferState.OPEN, Channel.SMS)


def test_what_whatsapp_will_not_take_after_all_goes_by_text(approved: Reached) -> None:
    approved.system.carrier.fault("fail_code", to=phone(approved), code=63016, failed=True)
    opening = approved.frees()
    offer = approved.offer(opening)
    assert (offer.state, offer.channel) == (OfferState.OPEN, Channel.SMS)
    assert len(approved.system.carrier.sent_to(approved.house.phones[ANA])) == 1


def test_a_tap_outside_the_window_is_confirmed_by_text(approved: Reached) -> None:
    approved.frees()
    [offered] = approved.system.carrier.sent_to(phone(approved))
    approved.tap(LINK.findall(offered)[0])
    assert len(approved.system.carrier.sent_to(phone(approved))) == 1
    [said] = approved.system.carrier.sent_to(approved.house.phones[ANA])
    assert said.startswith("Booked, P0")


def test_stop_on_whatsapp_stops_the_number(approved: Reached) -> None:
    opening = approved.frees()
    writes(approved, "STOP")

    def stopped(tx: Any) -> bool:
        point = tx.session.query(ContactPoint).filter_by(address=approved.house.phones[ANA]).one()
        return point.opted_out_at is not None

    assert approved.run(stopped)
    assert approved.offer(opening).state is OfferState.WITHDRAWN
    assert approved.house.patients[ANA] not in approved.house.offers(approved.frees(72))


def test_a_yes_by_text_to_an_offer_that_whatsapp_lost_still_counts(approved: Reached) -> None:
    """It moved from the text on to WhatsApp; the phone had the text all the same."""
    approved.wants(ANA, Channel.SMS, Channel.WHATSAPP)
    approved.system.carrier.fault("fail_code", to=approved.house.phones[ANA], code=30003)
    opening = approved.frees()
    assert approved.offer(opening).channel is Channel.WHATSAPP
    approved.system.text(approved.house.phones[ANA], "yes")
    assert approved.offer(opening).state is OfferState.ACCEPTED


def test_a_template_fits_twilios_own_description(approved: Reached) -> None:
    if not OPENAPI.exists():
        pytest.skip(f"Twilio's OpenAPI file is not at {OPENAPI}")
    extras = {"template": OFFER, "values": ["Ana", "Dr Lee", "Tue", "30", "-", "3pm", "https://x/o/y"]}
    channel = approved.system.services.channel_for(OURS)
    channel.send(Outgoing(uuid4(), OURS, phone(approved), "words", 600, extras))
    form = approved.system.carrier.requests()[-1]["form"]
    schema = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"][MESSAGES]["post"]["requestBody"]
    schema = schema["content"]["application/x-www-form-urlencoded"]["schema"]
    typed = {name: int(value) if name == "ValidityPeriod" else value for name, [value] in form.items()}
    jsonschema.validate(typed, schema | {"additionalProperties": False})
    assert json.loads(typed["ContentVariables"])["1"] == "Ana"
