"""Campaigns by automatic call: who is called, what is heard, and what each key does."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from rules.states import ConsentKind, Holder, RecipientState, Response
from storage.tables import Conversation
from tests.channels.campaigning import CALL, launch, recipients
from tests.channels.house import ANA, BEN, Reached
from tests.chaos.house import phone
from tests.system import System


def heard(system: System) -> str:
    said = system.carrier.calls(phone(ANA))[-1]["said"][-1]
    return unescape(" ".join(re.findall(r"<Say[^>]*>([^<]*)</Say>", said)))


def press(town: Reached, key: str) -> str:
    town.system.carrier.press(town.system.carrier.calls(phone(ANA))[-1]["sid"], key)
    town.system.work()
    return heard(town.system)


@pytest.fixture
def called(town: Reached) -> Reached:
    town.agrees(ANA, ConsentKind.VOICE)
    launch(town, CALL)
    return town


def test_only_who_agreed_to_calls_is_called_and_hears_the_keys(called: Reached) -> None:
    assert called.system.carrier.calls(phone(BEN)) == []
    assert heard(called.system).startswith(
        "Hello, this is Lakeside Clinic. P0, it is time for a visit. Press 1"
    )


def test_a_key_brings_them_to_the_desk(called: Reached) -> None:
    press(called, "1")
    line = select(Conversation.holder).where(Conversation.address == phone(ANA))
    assert recipients(called)["P0"].response is Response.INTERESTED
    assert called.run(lambda tx: tx.session.scalar(line)) is Holder.PERSON


def test_a_key_ends_the_invitations_and_another_all_calls(called: Reached) -> None:
    assert press(called, "2") == "Thank you for letting us know. Goodbye."
    assert recipients(called)["P0"].response is Response.NOT_INTERESTED


def test_nine_ends_all_automatic_calls(called: Reached) -> None:
    press(called, "9")
    assert called.consents(ConsentKind.VOICE) == [False]


def test_a_phone_that_nobody_picks_up_has_not_bounced(town: Reached) -> None:
    town.agrees(ANA, ConsentKind.VOICE)
    town.system.carrier.picks_up(phone(ANA), "no-answer")
    launch(town, CALL)
    assert recipients(town)["P0"].state is RecipientState.CONTACTED
