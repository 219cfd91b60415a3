"""Campaigns by each channel: what goes out, to whom, and what comes back."""

import re
from datetime import time, timedelta

import httpx
import pytest
from sqlalchemy import select

from clinic import campaign_plans, campaign_previews, campaign_results
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, Refused, StepPlan
from rules.states import AppointmentState, ConsentKind, Holder, RecipientState, Response, StepChannel
from storage.tables import (
    AppointmentType,
    Availability,
    Campaign,
    Clinic,
    ContactPoint,
    Conversation,
    Patient,
    Provider,
)
from storage.transaction import Tx
from tests import factories
from tests.channels.campaigning import EMAIL, MAILBOX, TEMPLATE, TEXT, WHATSAPP, launch, recipients
from tests.channels.house import ANA, BEN, Reached
from tests.channels.mail import MailServer
from tests.chaos.house import phone

# Email


def test_an_email_has_its_subject_where_it_comes_from_and_how_to_end_it(
    town: Reached, mail: MailServer
) -> None:
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    launch(town, EMAIL)
    [message] = mail.got
    assert (mail.to, message["Subject"]) == ([MAILBOX], "P0, time for a visit?")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [text] = mail.texts(MAILBOX)
    assert text.splitlines()[:3] == ["Hi P0, it has been a while.", "", "Call us: (212) 555-0199"]
    assert "please call (212) 555-0199. 12 Lake St, Buffalo, NY 14201" in " ".join(text.split())
    html = message.get_body(("html",))
    assert html is not None
    assert "12 Lake St" in html.get_content()


def test_one_click_takes_them_out_of_the_campaign(town: Reached, mail: MailServer) -> None:
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    launch(town, EMAIL, StepPlan(TEXT.wordings, after_days=1))
    httpx.post(mail.got[0]["List-Unsubscribe"].strip("<>"), data={"List-Unsubscribe": "One-Click"})
    town.system.forward(timedelta(days=1))
    assert recipients(town)["P0"].state is RecipientState.UNSUBSCRIBED
    assert town.system.carrier.sent_to(phone(ANA)) == []


def test_a_mailbox_that_is_not_there_is_marked(town: Reached, mail: MailServer) -> None:
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    mail.at_rcpt = ["550 5.1.1 no such mailbox"]
    launch(town, EMAIL)
    point = select(ContactPoint.undeliverable_at).where(ContactPoint.address == MAILBOX)
    assert recipients(town)["P0"].state is RecipientState.BOUNCED
    assert town.run(lambda tx: tx.session.scalar(point)) is not None


def test_without_a_postal_address_no_email_can_be_written(town: Reached) -> None:
    town.run(lambda tx: setattr(tx.session.get_one(Clinic, tx.clinic_id), "address", ""))
    with pytest.raises(Refused, match="postal address"):
        launch(town, EMAIL)


def test_a_test_of_an_email_goes_to_the_mailbox_of_whoever_asks(town: Reached, mail: MailServer) -> None:
    made = town.run(lambda tx: campaign_plans.create(tx, Plan("Come back", [EMAIL]), SYSTEM).id)
    town.run(
        lambda tx: campaign_previews.send_test(tx, made, factories.staff(tx, email="sam@lakeside.example"))
    )
    town.system.work()
    assert (mail.to, mail.got[0]["Subject"]) == (["sam@lakeside.example"], "Sam, time for a visit?")


def last_visit(town: Reached, patient: int) -> None:
    """They were here long ago, so that it is known what a new visit would be; and there is free time."""

    def book(tx: Tx) -> None:
        who = tx.session.get_one(Patient, town.house.patients[patient])
        lee = tx.session.get_one(Provider, town.house.provider_id)
        kind = tx.session.get_one(AppointmentType, town.house.type_id)
        factories.visit(
            tx, who, lee, kind, start=tx.now - timedelta(days=200), state=AppointmentState.COMPLETED
        )
        for weekday in range(7):
            hours = {"from_time": time(0), "until_time": time(23, 59)}
            tx.session.add(Availability(provider_id=lee.id, weekday=weekday, **hours))

    town.run(book)


def emailed(town: Reached, mail: MailServer) -> str:
    """The link in the email that Ana has got."""
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    launch(town, EMAIL, StepPlan(TEXT.wordings, after_days=1))
    return re.findall(r"^I'm interested: (\S+)", mail.texts(MAILBOX)[0], re.MULTILINE)[0]


def test_to_look_at_an_emails_link_answers_nothing(town: Reached, mail: MailServer) -> None:
    link = emailed(town, mail)
    assert (town.look(link).status, town.look(link, "HEAD").status) == (200, 200)
    assert recipients(town)["P0"].state is RecipientState.CONTACTED


def test_a_tap_of_who_is_interested_counts_for_its_step_and_wording_and_ends_the_rest(
    town: Reached, mail: MailServer
) -> None:
    link = emailed(town, mail)
    assert town.tap(link, "yes").says == ["Good to hear! We get in touch with times."]
    found = recipients(town)["P0"]
    assert found.response is Response.INTERESTED
    results = town.run(
        lambda tx: campaign_results.results(tx, tx.session.get_one(Campaign, found.campaign_id))
    )
    assert [each.interested for each in results.variants if each.variant == found.variant] == [1]
    assert [each.replied for each in results.steps if each.step == 0 and each.variant == found.variant] == [1]
    town.system.forward(timedelta(days=1, minutes=1))
    assert "time for a visit?" not in " ".join(town.system.carrier.sent_to(phone(ANA)))


def test_who_taps_and_agreed_to_texts_is_texted_times_and_a_number_books(
    town: Reached, mail: MailServer
) -> None:
    last_visit(town, ANA)
    town.tap(emailed(town, mail), "yes")
    [text] = town.system.carrier.sent_to(phone(ANA))
    assert text.startswith("Lakeside: good to hear, P0! I have 1) ")
    town.system.text(phone(ANA), "1")
    assert recipients(town)["P0"].state is RecipientState.REBOOKED


def test_who_taps_twice_is_texted_once(town: Reached, mail: MailServer) -> None:
    last_visit(town, ANA)
    link = emailed(town, mail)
    form = town.look(link).form
    for _ in range(2):
        town.tap(link, "yes", form=form)
    assert len(town.system.carrier.sent_to(phone(ANA))) == 1


def test_who_taps_and_takes_no_texts_is_the_desks_to_answer(town: Reached, mail: MailServer) -> None:
    town.agrees(ANA, ConsentKind.CARE_TEXT, granted=False)
    last_visit(town, ANA)
    town.tap(emailed(town, mail), "yes")
    line = select(Conversation.holder).where(Conversation.address == MAILBOX)
    assert town.run(lambda tx: tx.session.scalar(line)) is Holder.PERSON


def test_a_tap_on_no_thanks_leaves_them_alone(town: Reached, mail: MailServer) -> None:
    assert town.tap(emailed(town, mail), "no").says == ["Thanks for letting us know. We leave it at that."]
    assert recipients(town)["P0"].response is Response.NOT_INTERESTED


# One after the other


def test_whom_a_step_does_not_reach_gets_the_next_one_once(town: Reached, mail: MailServer) -> None:
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    launch(town, EMAIL, StepPlan(TEXT.wordings, after_days=1))
    assert town.system.carrier.sent_to(phone(BEN)) == []
    town.system.forward(timedelta(days=1, minutes=1))
    assert [len(town.system.carrier.sent_to(phone(each))) for each in (ANA, BEN)] == [1, 1]
    assert mail.to == [MAILBOX]


def test_two_who_share_a_mailbox_get_one_email(town: Reached, mail: MailServer) -> None:
    for patient in (ANA, BEN):
        town.agrees(patient, ConsentKind.EMAIL, MAILBOX)
    launch(town, TEXT, StepPlan(EMAIL.wordings, 1, StepChannel.EMAIL, EMAIL.subject))
    town.system.forward(timedelta(days=1, minutes=1))
    assert mail.to == [MAILBOX]


def test_a_reply_by_text_ends_the_emails_too(town: Reached, mail: MailServer) -> None:
    town.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    launch(town, TEXT, StepPlan(EMAIL.wordings, 1, StepChannel.EMAIL, EMAIL.subject))
    town.system.text(phone(ANA), "not interested")
    town.system.forward(timedelta(days=1, minutes=1))
    assert mail.to == []


# WhatsApp


def test_whatsapp_gets_the_template_with_what_the_wording_names(town: Reached) -> None:
    town.system.carrier.templates({TEMPLATE: "Hello {{1}}, time for a visit?"})
    launch(town, WHATSAPP)
    assert town.system.carrier.sent_to(f"whatsapp:{phone(ANA)}") == ["Hello P0, time for a visit?"]


def test_a_wording_without_its_template_is_refused(town: Reached) -> None:
    with pytest.raises(Refused, match="approved template"):
        launch(town, StepPlan(TEXT.wordings, channel=StepChannel.WHATSAPP))
