"""Offers and confirmations by email, on a real mail server."""

import re
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from bot.channels import ChannelError, ChannelSilent, Outgoing
from bot.channels.email import Mailer
from rules.states import AnsweredBy, Channel, ConsentKind, OfferState, OutboxState
from storage.tables import Appointment
from tests.channels.house import ANA, BEN, LINK, Reached
from tests.channels.mail import HANGS_UP, MailServer
from tests.system import settings_for

MAILBOX = "ana@patients.example"


@pytest.fixture
def by_email(reached: Reached) -> Reached:
    """Ana wants emails, and agreed to them."""
    reached.opens(Channel.EMAIL)
    reached.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    reached.wants(ANA, Channel.EMAIL)
    return reached


def test_an_opening_is_filled_by_email(by_email: Reached, mail: MailServer) -> None:
    opening = by_email.frees()
    [offered] = mail.texts(MAILBOX)
    page = by_email.tap(LINK.findall(offered)[0])
    offer = by_email.offer(opening)
    assert page.says[0].startswith("Booked, P0")
    assert (offer.channel, offer.answered_by) == (Channel.EMAIL, AnsweredBy.LINK)
    assert mail.texts(MAILBOX)[1].startswith("Booked, P0: Dr Lee")
    assert by_email.system.carrier.sent_to(by_email.house.phones[ANA]) == []


def test_a_confirmation_has_the_visit_for_the_calendar(by_email: Reached, mail: MailServer) -> None:
    by_email.frees()
    by_email.tap(LINK.findall(mail.texts(MAILBOX)[0])[0])
    [attached] = mail.got[1].iter_attachments()
    [event] = Calendar.from_ical(attached.get_content()).walk("VEVENT")
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "visit.ics")
    assert (event["SUMMARY"], event.decoded("DTSTART")) == (
        "Visit at Lakeside",
        by_email.visits()[0].starts_at,
    )


def test_the_subject_names_nobody_and_answers_go_to_the_clinic(by_email: Reached, mail: MailServer) -> None:
    by_email.frees()
    [message] = mail.got
    assert message["Subject"] == "Lakeside: an earlier visit is free"
    assert message["Reply-To"] == "desk@lakeside.example"
    assert message["From"] == "Lakeside Clinic <visits@standby.example>"


def test_it_is_readable_with_and_without_html(by_email: Reached, mail: MailServer) -> None:
    by_email.frees()
    html = mail.got[0].get_body(("html",))
    assert html is not None
    words = html.get_content()
    assert ('<html lang="en">' in words, "P0, Dr Lee has" in words) == (True, True)
    assert re.search(r"Answer by [\w ,:]+\.</p>", words)
    assert LINK.findall(mail.texts(MAILBOX)[0])[0] in words


def test_one_click_ends_emails_and_nothing_else(by_email: Reached, mail: MailServer) -> None:
    opening = by_email.frees()
    [message] = mail.got
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message["List-Unsubscribe"].strip("<>")
    assert httpx.get(link).status_code == 200
    assert by_email.offer(opening).state is OfferState.OPEN  # to look ends nothing
    httpx.post(link, data={"List-Unsubscribe": "One-Click"})
    by_email.system.work()
    assert by_email.offer(opening).state is OfferState.WITHDRAWN
    assert by_email.offer(opening, BEN).state is OfferState.OPEN
    by_email.wants(ANA)  # any channel
    by_email.system.forward(timedelta(hours=25))
    again = by_email.frees(72)
    assert by_email.offer(again).channel is Channel.SMS


def test_no_more_emails_is_taken_back_on_the_page_that_says_so(by_email: Reached, mail: MailServer) -> None:
    opening = by_email.frees()
    link = mail.got[0]["List-Unsubscribe"].strip("<>")
    ended = httpx.post(link, data={"answer": "yes"})
    assert 'value="again"' in ended.text
    assert "come as before" in httpx.post(link, data={"answer": "again"}).text
    by_email.system.forward(timedelta(hours=25))
    again = by_email.frees(72)
    assert by_email.offer(opening).state is OfferState.WITHDRAWN
    assert by_email.offer(again).channel is Channel.EMAIL


def test_no_email_without_a_consent_of_its_own(reached: Reached, mail: MailServer) -> None:
    reached.opens(Channel.EMAIL)
    reached.agrees(ANA, ConsentKind.EMAIL, MAILBOX, granted=False)
    reached.wants(ANA, Channel.EMAIL)
    opening = reached.frees()
    assert (mail.got, list(reached.house.offers(opening))) == ([], [reached.house.patients[BEN]])


def test_a_mailbox_that_is_not_there_sends_the_offer_by_text_at_once(
    by_email: Reached, mail: MailServer
) -> None:
    by_email.wants(ANA, Channel.EMAIL, Channel.SMS)
    mail.at_rcpt = ["550 5.1.1 no such mailbox"]
    opening = by_email.frees()
    offer = by_email.offer(opening)
    assert (offer.state, offer.channel) == (OfferState.OPEN, Channel.SMS)
    assert len(by_email.system.carrier.sent_to(by_email.house.phones[ANA])) == 1
    by_email.system.forward(timedelta(hours=25))
    assert by_email.offer(by_email.frees(72)).channel is Channel.SMS  # it is not tried again


def test_a_mailbox_that_is_not_there_and_no_other_channel_asks_the_next_in_line(
    by_email: Reached, mail: MailServer
) -> None:
    mail.at_rcpt = ["550 5.1.1 no such mailbox"]
    opening = by_email.frees()
    assert by_email.offer(opening).state is OfferState.UNDELIVERABLE
    assert by_email.offer(opening, BEN).state is OfferState.OPEN


def test_a_greylisted_message_goes_a_little_later(by_email: Reached, mail: MailServer) -> None:
    mail.at_rcpt = ["451 4.7.1 greylisted, come back"]
    opening = by_email.frees()
    assert (mail.got, by_email.offer(opening).state) == ([], OfferState.QUEUED)
    by_email.system.forward(timedelta(seconds=10))
    assert (len(mail.got), by_email.offer(opening).state) == (1, OfferState.OPEN)


def test_a_server_that_hangs_up_on_the_words_gets_them_again_under_the_same_id(
    by_email: Reached, mail: MailServer
) -> None:
    mail.at_data = [HANGS_UP]
    by_email.frees()
    [message] = by_email.messages()
    assert message.outbox_state is OutboxState.UNKNOWN
    for _ in range(3):
        by_email.system.forward(timedelta(seconds=61))
    assert len(mail.got) == 2
    assert len({each["Message-ID"] for each in mail.got}) == 1
    assert by_email.messages()[0].outbox_state is OutboxState.SENT


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        ("550 5.1.1 no such mailbox", "5.1.1", True),
        ("554 we do not like you", "554", True),
        ("450 4.2.0 come back", "4.2.0", False),
    ],
)
def test_a_refusal_has_its_code(mail: MailServer, answer: str, code: str, permanent: bool) -> None:
    mail.at_rcpt = [answer]
    with pytest.raises(ChannelError) as refused:
        mailer(mail.url).send(letter())
    assert (refused.value.code, refused.value.permanent) == (code, permanent)


@pytest.mark.parametrize(("answer", "permanent"), [("552 5.3.4 too big", True), ("452 4.3.1 full", False)])
def test_a_refusal_after_the_words_is_one_too(mail: MailServer, answer: str, permanent: bool) -> None:
    mail.at_data = [answer]
    with pytest.raises(ChannelError) as refused:
        mailer(mail.url).send(letter())
    assert refused.value.permanent is permanent


def test_a_server_that_is_away_is_tried_later() -> None:
    with pytest.raises(ChannelError) as refused:
        mailer("smtp://127.0.0.1:1").send(letter())
    assert not refused.value.permanent


def test_a_connection_lost_on_the_words_is_neither_yes_nor_no(mail: MailServer) -> None:
    mail.at_data = [HANGS_UP]
    with pytest.raises(ChannelSilent):
        mailer(mail.url).send(letter())


def test_the_id_is_made_from_ours(mail: MailServer) -> None:
    sent = letter()
    assert mailer(mail.url).send(sent) == f"<{sent.message_id}@standby.example>"
    assert re.sub(r"\s", "", mail.got[0]["Message-ID"]) == f"<{sent.message_id}@standby.example>"


def mailer(url: str) -> Mailer:
    here = "http://127.0.0.1:9"
    return Mailer(
        settings_for(
            "postgresql://x/x", "redis://x", public_url=here, carrier_url=here, nlu_url=here, smtp_url=url
        )
    )


def letter() -> Outgoing:
    extras = {
        "language": "en",
        "clinic": "Lakeside",
        "subject": "Lakeside: a message for you",
        "contact": "Lakeside.",
        "unsubscribe": "https://standby.example/u/x",
        "unsubscribe_says": "No more emails",
    }
    return Outgoing(uuid4(), "desk@lakeside.example", MAILBOX, "Hello", 600, extras)


def reminded_by_email(by_email: Reached) -> Appointment:
    """Ana's visit in a day, of which she has just been reminded."""
    visit = by_email.books()
    by_email.reminds()
    return by_email.visit(visit)


def test_a_reminder_comes_by_email_with_the_visit_for_the_calendar(
    by_email: Reached, mail: MailServer
) -> None:
    visit = reminded_by_email(by_email)
    [message] = mail.got
    [attached] = message.iter_attachments()
    [event] = Calendar.from_ical(attached.get_content()).walk("VEVENT")
    assert message["Subject"] == "Lakeside: your visit is coming up"
    assert event.decoded("DTSTART") == visit.starts_at.replace(microsecond=0)
