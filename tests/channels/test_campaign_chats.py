"""Campaigns in the web chat: who is told there and when, once, and what their answer does."""

from datetime import time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bot import outbox
from clinic import campaign_plans, campaign_previews, campaign_results, campaign_sending, chats, pausing
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, Refused, StepPlan
from rules.campaigns import Audience, Window
from rules.states import ConsentKind, LeftOut, OutboxState, RecipientState, Response, StepChannel
from storage.tables import Campaign, ChatSession, Conversation, Message, Staff
from storage.transaction import Tx
from tests.channels.campaigning import CHAT, TEXT, launch, recipients
from tests.channels.chatting import Chat, opens_chat
from tests.channels.house import ANA, BEN, Reached
from tests.chaos.house import phone

HELLO = "Hi P0, time for a visit?"
EVERYBODY = Audience(not_seen_days=None)


@pytest.fixture
def ana(town: Reached) -> Chat:
    return opens_chat(town, ANA)


def preview(town: Reached, *steps: StepPlan) -> campaign_previews.Preview:
    plan = Plan("Come back", steps, EVERYBODY)
    found: campaign_previews.Preview = town.run(lambda tx: campaign_previews.preview(tx, plan))
    return found


def written(town: Reached) -> Message:
    """The one message of a campaign, wherever it stands."""
    of = select(Message).where(Message.about_recipient_id.is_not(None))
    found: Message = town.run(lambda tx: tx.session.scalars(of).one())
    return found


def held_up(town: Reached) -> UUID:
    """A campaign whose step has been written and has not been said yet: the clinic's texts are paused."""
    town.run(lambda tx: pausing.pause_clinic(tx, SYSTEM))
    return launch(town, CHAT)


def goes_on(town: Reached) -> None:
    town.run(lambda tx: pausing.resume_clinic(tx, SYSTEM))
    town.system.work()


# Who is told


def test_it_is_said_in_the_chat_and_nowhere_else(town: Reached, ana: Chat) -> None:
    before = [len(town.system.carrier.sent_to(phone(each))) for each in (ANA, BEN)]
    launch(town, CHAT)
    assert ana.sees() == [HELLO]
    assert [len(town.system.carrier.sent_to(phone(each))) for each in (ANA, BEN)] == before
    assert recipients(town)["P0"].state is RecipientState.CONTACTED


def test_however_often_its_jobs_run_it_is_said_once(town: Reached, ana: Chat) -> None:
    made = launch(town, CHAT)
    message = written(town)
    for _ in range(2):
        campaign_sending.run(town.house.store, town.house.clinic_id, made)
        outbox.pump(town.system.services, message.sender_id)
        assert isinstance(town.run(lambda tx: outbox.claim(tx, message.id)), outbox.Skipped)
    assert ana.sees() == [HELLO]
    assert written(town).sent_at == message.sent_at


def test_who_has_no_chat_is_left_out_and_the_preview_says_so(town: Reached, ana: Chat) -> None:
    found = preview(town, CHAT)
    assert (found.texted, found.left_out) == (1, {LeftOut.NO_CHAT: 1})
    assert (found.by_channel, found.segments, found.cents) == ({StepChannel.CHAT: 1}, 0, 0)


def test_who_is_not_reached_there_gets_the_next_step(town: Reached, ana: Chat) -> None:
    before = [len(town.system.carrier.sent_to(phone(each))) for each in (ANA, BEN)]
    launch(town, CHAT, StepPlan(TEXT.wordings, after_days=1))
    ana.says("not interested")
    town.system.forward(timedelta(days=1, minutes=1))
    after = [len(town.system.carrier.sent_to(phone(each))) for each in (ANA, BEN)]
    assert (after[ANA] - before[ANA], after[BEN] - before[BEN]) == (0, 1)


def test_where_nobody_has_begun_a_chat_yet_the_next_step_goes(town: Reached) -> None:
    town.decides(chat=True)
    launch(town, CHAT, StepPlan(TEXT.wordings, after_days=1))
    town.system.forward(timedelta(days=1, minutes=1))
    assert [len(town.system.carrier.sent_to(phone(each))) for each in (ANA, BEN)] == [1, 1]


def test_a_chat_alone_is_no_consent_to_news(town: Reached, ana: Chat) -> None:
    town.agrees(ANA, ConsentKind.MARKETING_TEXT, granted=False)
    assert preview(town, CHAT).left_out[LeftOut.NO_CONSENT] == 1


def test_news_refused_before_it_is_said_is_not_said(town: Reached, ana: Chat) -> None:
    held_up(town)
    town.agrees(ANA, ConsentKind.MARKETING_TEXT, granted=False)
    goes_on(town)
    assert ana.sees() == []
    assert recipients(town)["P0"].left_because == LeftOut.NO_CONSENT


def test_a_chat_of_nobody_we_know_gets_none(town: Reached, ana: Chat) -> None:
    def nobody(tx: Tx) -> None:
        session = tx.session.scalars(select(ChatSession)).one()
        session.number = session.verified_at = None

    town.run(nobody)
    assert preview(town, CHAT).left_out == {LeftOut.NO_CHAT: 2}


def test_of_two_chats_the_one_they_wrote_in_last_has_it(town: Reached, ana: Chat) -> None:
    other = opens_chat(town, ANA)
    town.system.forward(timedelta(seconds=1))
    ana.says("thanks")
    launch(town, CHAT)
    assert (HELLO in ana.sees(), HELLO in other.sees()) == (True, False)


def test_a_month_after_it_began_nothing_is_said_in_a_chat(town: Reached, ana: Chat) -> None:
    town.system.clock.forward(chats.LIVES)
    assert preview(town, CHAT).left_out == {LeftOut.NO_CHAT: 2}


def test_what_was_written_is_not_said_once_the_chat_is_over(town: Reached, ana: Chat) -> None:
    held_up(town)
    town.run(lambda tx: setattr(tx.session.scalars(select(ChatSession)).one(), "expires_at", tx.now))
    goes_on(town)
    assert (written(town).outbox_state, written(town).dropped_because) == (
        OutboxState.DROPPED,
        LeftOut.NO_CHAT,
    )


def test_where_the_clinic_has_no_chat_the_step_is_refused(town: Reached) -> None:
    with pytest.raises(Refused, match="turned on under Settings"):
        launch(town, CHAT)


def test_outside_its_window_nothing_is_said(town: Reached, ana: Chat) -> None:
    def make(tx: Tx) -> UUID:
        never_now = Window(weekdays=tuple(range(7)), from_time=time(18), until_time=time(19))
        return campaign_plans.create(tx, Plan("Come back", [CHAT], EVERYBODY, never_now), SYSTEM).id

    made = town.run(make)
    town.run(lambda tx: campaign_sending.become(tx, campaign_plans.lock(tx, made), "active"))
    campaign_sending.run(town.house.store, town.house.clinic_id, made)
    town.system.work()
    assert ana.sees() == []


def test_nothing_is_said_into_an_offer_that_waits_for_its_answer(town: Reached, ana: Chat) -> None:
    town.frees()
    launch(town, CHAT)
    assert HELLO not in ana.sees()
    assert written(town).outbox_state is OutboxState.QUEUED


def test_it_counts_as_a_campaign_lately_for_others(town: Reached, ana: Chat) -> None:
    launch(town, CHAT)
    assert preview(town, TEXT).left_out == {LeftOut.RECENTLY_CONTACTED: 1}


def test_a_test_of_it_is_refused(town: Reached, ana: Chat) -> None:
    def work(tx: Tx) -> None:
        made = campaign_plans.create(tx, Plan("Come back", [CHAT], EVERYBODY), SYSTEM)
        me = Staff(clinic_id=tx.clinic_id, name="Mia", email="mia@lakeside.example", phone="+12125550188")
        campaign_previews.send_test(tx, made.id, me)

    with pytest.raises(Refused, match="looked at in the preview"):
        town.run(work)


# What they make of it


def test_an_answer_in_the_chat_counts_for_the_step(town: Reached, ana: Chat) -> None:
    made = launch(town, CHAT, StepPlan(TEXT.wordings, after_days=1))
    ana.says("not interested")
    assert recipients(town)["P0"].response is Response.NOT_INTERESTED
    found = town.run(lambda tx: campaign_results.results(tx, tx.session.get_one(Campaign, made)))
    [step] = found.steps
    assert (step.channel, step.sent, step.delivered, step.replied) == (StepChannel.CHAT, 1, 1, 1)
    assert (step.segments, found.cents) == (0, 0)


def test_stop_in_the_chat_ends_the_campaign_and_all_texts(town: Reached, ana: Chat) -> None:
    launch(town, CHAT)
    ana.says("stop")
    assert recipients(town)["P0"].state is RecipientState.UNSUBSCRIBED
    assert preview(town, CHAT, TEXT).left_out[LeftOut.OPTED_OUT] == 1


def test_an_answer_by_text_is_one_to_the_chat_too(town: Reached, ana: Chat) -> None:
    launch(town, CHAT)
    town.system.text(phone(ANA), "who is this?")
    assert recipients(town)["P0"].state is RecipientState.RESPONDED


def test_while_a_person_has_their_texts_nothing_is_said_in_the_chat(town: Reached, ana: Chat) -> None:
    town.system.text(phone(ANA), "can I talk to a person?")
    line = select(Conversation).where(Conversation.address == phone(ANA))
    town.run(lambda tx: setattr(tx.session.scalars(line).one(), "holder", "person"))
    launch(town, CHAT)
    assert HELLO not in ana.sees()
