"""What a campaign costs and what is known of it, by each channel."""

from uuid import UUID

import pytest

from clinic import campaign_previews, campaign_results, policies
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, StepPlan
from clinic.campaign_previews import Preview
from clinic.campaign_results import Results, Spent
from rules.campaigns import Audience
from rules.policy import Policy
from rules.states import ConsentKind, StepChannel
from storage.tables import Campaign
from tests.channels.campaigning import CALL, CHAT, EMAIL, MAILBOX, TEMPLATE, TEXT, WHATSAPP, launch
from tests.channels.chatting import opens_chat
from tests.channels.house import ANA, Reached
from tests.channels.mail import MailServer


def preview(town: Reached, *steps: StepPlan) -> Preview:
    plan = Plan("Come back", list(steps), Audience(not_seen_days=None))
    found: Preview = town.run(lambda tx: campaign_previews.preview(tx, plan))
    return found


def results(town: Reached, campaign_id: UUID) -> Results:
    found: Results = town.run(
        lambda tx: campaign_results.results(tx, tx.session.get_one(Campaign, campaign_id))
    )
    return found


def by_whatsapp(body: str) -> StepPlan:
    return StepPlan([{"en": body}], channel=StepChannel.WHATSAPP, templates=[{"en": TEMPLATE}])


def test_texts_and_calls_cost_and_emails_do_not(town: Reached) -> None:
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    town.agrees(ANA, ConsentKind.VOICE)
    found = preview(town, EMAIL, StepPlan(CALL.wordings, 1, StepChannel.VOICE), StepPlan(TEXT.wordings, 1))
    assert found.by_channel == {StepChannel.EMAIL: 1, StepChannel.VOICE: 1, StepChannel.SMS: 2}
    assert (found.texted, found.texts, found.segments, found.cents) == (2, 4, 2, 6)


@pytest.mark.parametrize("words", [1, 40])
def test_a_whatsapp_message_costs_the_same_however_long_it_is(town: Reached, words: int) -> None:
    found = preview(town, by_whatsapp("hello " * words))
    assert (found.texts, found.segments, found.cents) == (2, 0, 6)
    assert [each.segments for each in found.sample] == [None, None]


def test_only_of_a_text_the_segments_are_shown_whatever_else_goes(town: Reached) -> None:
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    found = preview(town, EMAIL, StepPlan(TEXT.wordings, 1))
    assert {each.patient.first_name: each.segments for each in found.sample} == {"P0": None, "P1": 1}


def test_what_a_whatsapp_message_costs_is_the_clinics_to_say(town: Reached) -> None:
    town.run(lambda tx: policies.change(tx, Policy(whatsapp_cents=1.5), SYSTEM))
    assert preview(town, WHATSAPP).cents == 3


def test_what_went_by_whatsapp_has_cost_by_the_piece(town: Reached) -> None:
    town.system.carrier.templates({TEMPLATE: "Hello {{1}}, time for a visit?"})
    found = results(town, launch(town, WHATSAPP))
    assert [(each.sent, each.segments) for each in found.steps] == [(2, 0)]
    assert found.step_spent == [Spent(sent=2, delivered=2, failed=0, cents=6)]


def test_what_is_said_in_a_chat_has_arrived_and_costs_nothing(town: Reached) -> None:
    opens_chat(town, ANA)
    found = results(town, launch(town, CHAT))
    assert (found.progress.texted, found.spent["A"]) == (1, Spent(sent=1, delivered=1, failed=0, cents=0))


def test_nobody_says_that_an_email_arrived(town: Reached, mail: MailServer) -> None:
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    found = results(town, launch(town, EMAIL))
    assert found.step_spent == [Spent(sent=1, delivered=None, failed=0, cents=0)]
    assert found.spent["A"].delivered is None
