"""Campaigns: who is texted what and when, once, and what is looked at again before it goes."""

import pytest
from sqlalchemy import select

from clinic import (
    campaign_plans,
    campaign_sending,
    campaign_words,
    campaign_writing,
    campaigns,
    consent,
    conversations,
    recipients,
)
from clinic.audit import SYSTEM
from clinic.campaign_plans import Refused, StepPlan
from rules.states import CampaignState, ConsentKind, ConsentSource, LeftOut, PromptKind
from storage.queries import campaigns as queries
from storage.tables import (
    Conversation,
    PatientContact,
    Recipient,
    Sender,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.campaigning import (
    AGAIN,
    HELLO,
    agree,
    book,
    campaign,
    do,
    go_on,
    lapsed,
    launched,
    pumped,
    queued,
    recipients_of,
    with_steps,
)
from tests.clinic.conftest import House


def test_everybody_meant_is_texted_once(house: House) -> None:
    for number in range(30):
        do(house, lapsed, number)
    sent = go_on(house, launched(house), times=5)
    assert len({text.address for text in sent}) == len(sent) == 30


def test_it_is_completed_when_all_is_said(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    go_on(house, made)
    assert campaign(house, made).state is CampaignState.COMPLETED


def test_looked_at_again_nobody_is_added_or_written_to_twice(house: House) -> None:
    for number in range(5):
        do(house, lapsed, number)
    made = launched(house)
    house.run(lambda tx: campaign_sending.gather(tx, campaign_plans.lock(tx, made), 2))
    house.run(lambda tx: setattr(campaign_plans.lock(tx, made), "prepared_to", None))
    assert len(go_on(house, made)) == len(recipients_of(house, made)) == 5


def test_the_database_refuses_a_second_text_of_a_step(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    go_on(house, made)

    def again(tx: Tx) -> None:
        recipient = tx.session.scalars(select(Recipient)).one()
        recipient.step, recipient.due_at = 0, tx.now
        written = campaign_plans.lock(tx, made)
        (step,) = queries.steps(tx.session, made)
        campaign_writing.write(tx, written, step, tx.session.scalars(select(Sender)).one(), 10)

    with pytest.raises(Exception, match="uq_message_recipient_step"):
        house.run(again)


def test_only_as_much_is_written_ahead_as_the_number_can_send(house: House) -> None:
    for number in range(40):
        do(house, lapsed, number)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    assert len(queued(house)) == 30


def test_outside_its_window_nothing_is_written(house: House) -> None:
    do(house, lapsed, 1)
    house.later(hours=9)  # seven in the evening
    made = launched(house)
    assert go_on(house, made) == queued(house) == []
    house.later(hours=15)
    assert len(go_on(house, made)) == 1


def test_a_later_text_goes_after_its_days_to_who_has_not_answered(house: House) -> None:
    do(house, lapsed, 1)
    do(house, lapsed, 2)
    made = launched(house, with_steps(HELLO, AGAIN))
    go_on(house, made)
    hear(house, 1)
    house.later(days=2)
    assert go_on(house, made) == []
    house.later(days=1)
    assert [text.address for text in go_on(house, made)] == ["+12125570002"]


def hear(house: House, number: int) -> None:
    line = select(Conversation).where(Conversation.address == f"+1212557{number:04}")
    house.run(lambda tx: recipients.heard_from(tx, tx.session.scalars(line).one()))


def test_who_is_held_out_is_not_texted(house: House) -> None:
    for number in range(40):
        do(house, lapsed, number)
    made = launched(house, with_steps(HELLO, hold_out_percent=50))
    sent = {text.address for text in go_on(house, made, times=5)}
    held = {each.address for each in recipients_of(house, made) if each.variant is None}
    assert sent & held == set()
    assert len(sent | held) == 40
    assert len(held) > 5


def test_each_reads_the_wording_of_their_variant_and_language(house: House) -> None:
    do(house, lapsed, 1, language="es")
    for number in range(2, 20):
        do(house, lapsed, number)
    wordings = StepPlan([{"en": "One", "es": "Uno"}, {"en": "Two", "es": "Dos"}])
    made = launched(house, with_steps(wordings))
    said = {text.address: text.body for text in go_on(house, made)}
    words = {"A": ("One", "Uno"), "B": ("Two", "Dos")}
    for each in recipients_of(house, made):
        english, spanish = words[each.variant or ""]
        wanted = spanish if each.address == "+12125570001" else english
        assert wanted in said[each.address]
    assert {each.variant for each in recipients_of(house, made)} == {"A", "B"}


def test_what_stands_for_a_provider_is_in_the_language_of_the_text(house: House) -> None:
    who = house.run(lambda tx: factories.patient(tx, "Ana Test", language="es"))
    plan = with_steps(StepPlan([{"en": "See {provider} again"}]))
    said = house.run(lambda tx: campaign_words.script(tx, plan).reads(0, None, who, ""))
    assert said.body == "See your provider again"


# Looked at again before it goes


def test_paused_it_sends_nothing_and_resumed_it_sends_the_rest_once(house: House) -> None:
    for number in range(25):
        do(house, lapsed, number)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    do(house, campaigns.pause, made, SYSTEM)
    assert go_on(house, made) == []
    do(house, campaigns.resume, made, SYSTEM)
    sent = go_on(house, made)
    assert len({text.address for text in sent}) == len(sent) == 25


def test_cancelled_what_was_written_is_dropped(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    do(house, campaigns.cancel, made, SYSTEM)
    assert pumped(house) == queued(house) == []
    with pytest.raises(Refused):
        do(house, campaigns.resume, made, SYSTEM)


def test_who_has_booked_meanwhile_is_not_texted(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    do(house, book, 1)
    assert pumped(house) == []
    assert recipients_of(house, made)[0].left_because == LeftOut.UPCOMING_VISIT


def test_news_refused_on_one_number_does_not_go_there_for_the_yes_on_another(house: House) -> None:
    def work(tx: Tx) -> None:
        who = lapsed(tx, 1)
        other = consent.contact_point(tx, "+12125579999")
        tx.session.add(PatientContact(patient_id=who.id, contact_point_id=other.id, position=1))
        agree(tx, who, other.address)

    house.run(work)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)
    (written,) = queued(house)

    def refuse(tx: Tx) -> None:
        point = consent.contact_point(tx, written.address)
        of = {"granted": False, "source": ConsentSource.STAFF, "by": SYSTEM}
        consent.grant(tx, recipients_of(house, made)[0].patient_id, point, ConsentKind.MARKETING_TEXT, **of)

    house.run(refuse)
    assert pumped(house) == []


def test_nobody_is_texted_into_an_open_question(house: House) -> None:
    do(house, lapsed, 1)
    made = launched(house)
    campaign_sending.run(house.store, house.clinic_id, made)

    def ask(tx: Tx) -> None:
        line = tx.session.scalars(select(Conversation)).one()
        conversations.ask(tx, line, PromptKind.JOIN, None)

    house.run(ask)
    assert pumped(house) == []
    house.later(days=1, minutes=1)
    assert len(pumped(house)) == 1
