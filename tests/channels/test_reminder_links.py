"""Reminders by email: what each of their links does, and all that a look does not."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from rules.states import Channel, ConsentKind
from storage.tables import Appointment, AuditEvent, Conversation, Escalation, Patient
from storage.transaction import Tx
from tests.channels.house import ANA, Reached
from tests.channels.mail import MailServer

A_DAY = timedelta(days=1)
MAILBOX = "ana@patients.example"
LINK = re.compile(r"^(.*): (https?://\S+/r/\S+)", re.MULTILINE)
CONFIRM, CHANGE, CANCEL = "I'll be there", "I need another time", "I can't come"


@pytest.fixture
def by_email(reached: Reached) -> Reached:
    """Ana is reminded by email, a day before."""
    reached.opens(Channel.EMAIL)
    reached.agrees(ANA, ConsentKind.EMAIL, MAILBOX)
    reached.decides(reminder_channels=["email"], reminder_hours=[24])
    return reached


def links(mail: MailServer) -> dict[str, str]:
    """The links of the last email, by what their buttons say."""
    return dict(LINK.findall(mail.texts(MAILBOX)[-1]))


def buttons(reached: Reached, link: str) -> list[str]:
    return re.findall(r'name="answer" value="([^"]*)"', reached.look(link).text)


def test_a_reminder_has_three_buttons_with_and_without_html(by_email: Reached, mail: MailServer) -> None:
    by_email.books()
    by_email.reminds()
    assert list(links(mail)) == [CONFIRM, CHANGE, CANCEL]
    html = mail.got[0].get_body(("html",))
    assert html is not None
    assert html.get_content().count("display:inline-block") == 3


def test_the_button_tapped_comes_first_on_the_page(by_email: Reached, mail: MailServer) -> None:
    by_email.books()
    by_email.reminds()
    assert buttons(by_email, links(mail)[CHANGE]) == ["change", "confirm", "cancel"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_to_look_at_the_links_changes_nothing(by_email: Reached, mail: MailServer, method: str) -> None:
    visit = by_email.books()
    by_email.reminds()
    assert {by_email.look(link, method).status for link in links(mail).values()} == {200}
    by_email.system.work()
    asked = by_email.run(lambda tx: tx.session.scalar(select(Escalation.id)))
    assert (by_email.visit(visit).state, asked) == ("booked", None)


def test_a_tap_confirms(by_email: Reached, mail: MailServer) -> None:
    visit = by_email.books()
    by_email.reminds()
    page = by_email.tap(links(mail)[CONFIRM], "confirm")
    assert page.says[0].startswith("Thanks, P0! See you ")
    assert by_email.visit(visit).state == "confirmed"
    how = select(AuditEvent.after).where(AuditEvent.action == "reminder.answered")
    assert by_email.run(lambda tx: tx.session.scalar(how)) == {"answer": "confirm", "by": "link"}


def test_a_form_that_we_did_not_show_confirms_nothing(by_email: Reached, mail: MailServer) -> None:
    visit = by_email.books()
    by_email.reminds()
    by_email.tap(links(mail)[CONFIRM], "confirm", form="made-up")
    assert by_email.visit(visit).state == "booked"


def test_a_tap_for_another_time_has_the_desk_look_for_one(by_email: Reached, mail: MailServer) -> None:
    visit = by_email.books()
    by_email.reminds()
    page = by_email.tap(links(mail)[CHANGE], "change")
    assert page.says[0].startswith("Thanks, P0. The front desk will get in touch")
    rows = select(Escalation.kind, Conversation.address).join(Conversation)
    assert by_email.run(lambda tx: [tuple(row) for row in tx.session.execute(rows)]) == [
        ("reschedule", MAILBOX)
    ]
    assert by_email.visit(visit).state == "booked"


def test_a_cancel_is_asked_back_and_then_done_and_written(by_email: Reached, mail: MailServer) -> None:
    visit = by_email.books()
    by_email.reminds()
    link = links(mail)[CANCEL]
    assert by_email.look(link).says[0].startswith("Cancel P0's visit with Dr Lee, ")
    sure, keep = buttons(by_email, link)
    assert by_email.tap(link, keep).says[0].startswith("P0, see you ")
    assert by_email.visit(visit).state == "booked"
    assert "is cancelled. To find another time" in by_email.tap(link, sure).says[0]
    assert by_email.visit(visit).state == "cancelled"
    assert mail.texts(MAILBOX)[1].startswith("Done: P0's visit with Dr Lee")
    assert by_email.look(link).status == 410


def test_a_cancel_names_a_visit_of_this_reminder_or_does_nothing(by_email: Reached, mail: MailServer) -> None:
    by_email.books()
    other = by_email.books(1, hours=60)
    by_email.reminds()
    for named in (str(other), "nonsense"):
        assert by_email.tap(links(mail)[CANCEL], f"sure:{named}").status in (404, 410)
    assert by_email.visit(other).state == "booked"


def test_the_link_of_an_earlier_reminder_still_answers(by_email: Reached, mail: MailServer) -> None:
    by_email.decides(reminder_hours=[48, 24])
    visit = by_email.books(hours=48)
    by_email.reminds()
    first = links(mail)[CONFIRM]
    by_email.system.clock.forward(by_email.visit(visit).starts_at - by_email.system.clock() - A_DAY)
    by_email.system.work()
    assert len(mail.got) == 2
    by_email.tap(first, "confirm")
    assert by_email.visit(visit).state == "confirmed"


def test_one_email_about_two_visits_has_both_for_the_calendar_and_cancels_the_one_chosen(
    by_email: Reached, mail: MailServer
) -> None:
    first, second = by_email.books(), by_email.books(hours=25, provider="Dr Okoye")
    by_email.reminds()
    [attached] = mail.got[0].iter_attachments()
    events = Calendar.from_ical(attached.get_content()).walk("VEVENT")
    starts = [by_email.visit(each).starts_at.replace(microsecond=0) for each in (first, second)]
    assert [event.decoded("DTSTART") for event in events] == starts
    assert buttons(by_email, links(mail)[CANCEL]) == [f"sure:{first}", f"sure:{second}", "keep"]
    by_email.tap(links(mail)[CANCEL], f"sure:{second}")
    assert [by_email.visit(each).state for each in (first, second)] == ["booked", "cancelled"]


def test_who_has_confirmed_is_not_asked_to_again(by_email: Reached, mail: MailServer) -> None:
    visit = by_email.books()
    by_email.run(lambda tx: setattr(tx.session.get_one(Appointment, visit), "state", "confirmed"))
    by_email.decides(remind_confirmed=True)
    by_email.reminds()
    assert list(links(mail)) == [CHANGE, CANCEL]


def test_an_email_that_does_not_arrive_is_followed_by_a_text(by_email: Reached, mail: MailServer) -> None:
    by_email.decides(reminder_channels=["email", "sms"])
    mail.at_rcpt = ["550 5.1.1 no such mailbox"]
    by_email.books()
    by_email.reminds()
    [text] = by_email.system.carrier.sent_to(by_email.house.phones[ANA])
    assert "Reply 1 to confirm" in text


def test_a_spanish_patient_reads_spanish(by_email: Reached, mail: MailServer) -> None:
    def speaks(tx: Tx) -> None:
        tx.session.get_one(Patient, by_email.house.patients[ANA]).language = "es"

    by_email.run(speaks)
    by_email.books()
    by_email.reminds()
    assert 'lang="es"' in by_email.look(links(mail)["Sí, voy"]).text
