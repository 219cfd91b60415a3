"""The Inbox: who needs a person, why, what was said, and answering without getting in each other's way."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from clinic import handoff
from clinic.audit import by_staff
from rules.states import (
    DeliveryState,
    Direction,
    EscalationKind,
    Holder,
    InboundState,
    MessageClass,
    OutboxState,
)
from storage.queries import inbox
from storage.tables import ContactPoint, Conversation, Escalation, Message
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk

MARIA, JAMES, OMAR = "+12125550101", "+12125550102", "+12125550103"


def said(tx: Tx, talk: Conversation, body: str, **more: Any) -> Message:
    """A text of the patient's, read and done with."""
    message = Message(
        conversation_id=talk.id,
        sender_id=talk.sender_id,
        address=talk.address,
        body=body,
        **{"direction": Direction.IN, "inbound_state": InboundState.DONE, "created_at": tx.now, **more},
    )
    tx.session.add(message)
    tx.session.flush()
    return message


def sent(tx: Tx, talk: Conversation, body: str, **more: Any) -> Message:
    """A text of ours."""
    own = {"direction": Direction.OUT, "inbound_state": None, "outbox_state": OutboxState.SENT, **more}
    return said(tx, talk, body, **own)


def escalated(desk: Desk, phone: str, kind: EscalationKind, *, minutes_ago: int = 0) -> UUID:
    def work(tx: Tx) -> UUID:
        talk = factories.conversation(tx, phone)
        said(tx, talk, "hello?")
        handoff.escalate(tx, talk, kind).opened_at = tx.now - timedelta(minutes=minutes_ago)
        return talk.id

    return desk.do(work)


def test_emergencies_come_first_then_whoever_waits_longest(desk: Desk) -> None:
    newer = escalated(desk, MARIA, EscalationKind.QUESTION, minutes_ago=5)
    older = escalated(desk, JAMES, EscalationKind.ASKED, minutes_ago=50)
    emergency = escalated(desk, OMAR, EscalationKind.EMERGENCY)
    lines = desk.do(lambda tx: inbox.needing_somebody(tx.session))
    assert [line.conversation.id for line in lines] == [emergency, older, newer]


def test_the_list_says_why_and_what_the_patient_said(desk: Desk) -> None:
    escalated(desk, MARIA, EscalationKind.COUNTER)
    page = desk.browser().get("/inbox").text
    assert "Wants another time" in page
    assert "hello?" in page


def test_a_conversation_nobody_opened_is_marked(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.QUESTION)
    browser = desk.browser()
    assert "Not opened yet" in browser.get("/inbox").text
    browser.get(f"/inbox/{talk}")
    assert "Not opened yet" not in browser.get("/inbox").text


def test_opening_a_conversation_stops_its_alerts(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.EMERGENCY)
    sam = desk.staff()
    desk.sign_in(sam).get(f"/inbox/{talk}")
    assert desk.do(lambda tx: [each.seen_by for each in tx.session.query(Escalation)]) == [sam.id]


def test_a_screen_that_brings_itself_up_to_date_stops_no_alerts(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.EMERGENCY)
    page = desk.browser().get(f"/inbox/{talk}/thread").text
    assert desk.do(lambda tx: inbox.unseen(tx.session)) == inbox.Unseen(1, 1)
    assert "Stop alerts" in page


def test_alerts_can_be_stopped_on_the_open_page(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.EMERGENCY)
    desk.browser().post(f"/inbox/{talk}/seen")
    assert desk.do(lambda tx: inbox.unseen(tx.session)) == inbox.Unseen(0, 0)


def test_the_thread_says_who_wrote_how_it_was_read_and_whether_it_arrived(desk: Desk) -> None:
    sam = desk.staff(name="Sam Rivera")

    def work(tx: Tx) -> UUID:
        talk = factories.conversation(tx, MARIA)
        said(tx, talk, "yes but after 4?", read_as={"decision": "counter", "why": []})
        sent(tx, talk, "Passed on.", delivery_state=DeliveryState.DELIVERED)
        sent(tx, talk, "4:30 works", staff_id=sam.id, delivery_state=DeliveryState.FAILED, error_code="30003")
        return talk.id

    page = desk.sign_in(sam).get(f"/inbox/{desk.do(work)}").text
    assert "Read as: wants another time" in page
    assert "Delivered" in page
    assert "Sam Rivera · " in page
    assert "Not delivered (30003)" in page


def test_what_a_patient_wrote_is_shown_as_text_never_as_markup(desk: Desk) -> None:
    talk = desk.do(
        lambda tx: said(tx, factories.conversation(tx, MARIA), "<script>x</script>").conversation_id
    )
    page = desk.browser().get(f"/inbox/{talk}").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_everybody_on_the_number_has_a_card(desk: Desk) -> None:
    def work(tx: Tx) -> UUID:
        maria = factories.patient(tx, "Maria Lopez", phone=MARIA)
        factories.patient(tx, "Tomas Lopez", phone=MARIA, agreed=False)
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        factories.visit(tx, maria, lee, kind, start=NOW + timedelta(days=7))
        factories.entry(tx, maria, kind)
        return factories.conversation(tx, MARIA).id

    page = desk.browser().get(f"/inbox/{desk.do(work)}").text
    for expected in (
        "Maria Lopez",
        "Tomas Lopez",
        "Tue Dec 1, 10:00am · Dr Lee",
        "waiting 30 days",
        "Refused texts",
    ):
        assert expected in page


def test_a_number_that_opted_out_says_so(desk: Desk) -> None:
    def work(tx: Tx) -> UUID:
        factories.patient(tx, phone=MARIA)
        tx.session.query(ContactPoint).one().opted_out_at = tx.now
        return factories.conversation(tx, MARIA).id

    assert "opted out of texts" in desk.browser().get(f"/inbox/{desk.do(work)}").text


def test_an_unknown_number_is_shown_as_people_write_it(desk: Desk) -> None:
    talk = desk.do(lambda tx: factories.conversation(tx, MARIA).id)
    page = desk.browser().get(f"/inbox/{talk}").text
    assert "(212) 555-0101" in page
    assert "No patient has this number on file" in page


def test_a_reply_goes_out_and_takes_the_conversation(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.QUESTION)
    sam = desk.staff()
    response = desk.sign_in(sam).post(f"/inbox/{talk}/reply", data={"text": " Yes, we do.\r\nSee you! "})
    message = desk.do(lambda tx: tx.session.query(Message).order_by(Message.id.desc()).first())
    assert response.status_code == 303
    assert message is not None
    assert (message.body, message.staff_id, message.klass) == (
        "Yes, we do.\nSee you!",
        sam.id,
        MessageClass.REPLY,
    )
    assert desk.get(Conversation, talk).staff_id == sam.id


def test_an_empty_reply_is_not_sent(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.QUESTION)
    desk.browser().post(f"/inbox/{talk}/reply", data={"text": "  \n "})
    assert desk.do(lambda tx: tx.session.query(Message).filter_by(direction=Direction.OUT).count()) == 0


def test_two_people_do_not_answer_the_same_conversation(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.QUESTION)
    jo = desk.staff(name="Jo Whitfield")
    desk.sign_in(jo).post(f"/inbox/{talk}/take-over")
    response = desk.browser().post(f"/inbox/{talk}/reply", data={"text": "Me too!"})
    assert response.status_code == 409
    assert "Jo Whitfield has this conversation" in response.text.replace("</strong>", "").replace(
        "<strong>", ""
    )
    assert "Me too!</textarea>" in response.text  # nothing typed is lost
    assert desk.get(Conversation, talk).staff_id == jo.id


def test_a_colleague_can_take_it_over(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.QUESTION)
    desk.browser().post(f"/inbox/{talk}/take-over")
    sam = desk.staff()
    page = desk.sign_in(sam).post(f"/inbox/{talk}/take-over", follow_redirects=True).text
    assert desk.get(Conversation, talk).staff_id == sam.id
    assert "You have this conversation" in page


def test_handing_back_gives_it_to_the_bot_and_settles_why(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.QUESTION)
    desk.browser().post(f"/inbox/{talk}/hand-back")
    assert desk.get(Conversation, talk).holder is Holder.BOT
    assert desk.do(lambda tx: inbox.needing_somebody(tx.session)) == []


def test_a_conversation_with_the_bot_is_listed_below(desk: Desk) -> None:
    talk = desk.do(lambda tx: said(tx, factories.conversation(tx, MARIA), "ok").conversation_id)
    lines = desk.do(lambda tx: inbox.with_the_bot(tx.session, tx.now))
    assert [line.conversation.id for line in lines] == [talk]


def test_alerts_to_staffs_own_phones_are_no_conversation(desk: Desk) -> None:
    desk.do(lambda tx: sent(tx, factories.conversation(tx, JAMES), "Standby: …", klass=MessageClass.ALERT))
    assert desk.do(lambda tx: inbox.with_the_bot(tx.session, tx.now)) == []


@pytest.mark.parametrize("address", ["/inbox", "/inbox/list", "/inbox/count"])
def test_the_count_is_of_conversations_nobody_opened(desk: Desk, address: str) -> None:
    escalated(desk, MARIA, EscalationKind.QUESTION)
    seen = escalated(desk, JAMES, EscalationKind.QUESTION)
    desk.do(lambda tx: handoff.opened_by_staff(tx, seen, by_staff(factories.staff(tx).id)))
    page = desk.browser().get(address).text
    assert page.count("not opened yet") + page.count("Not opened yet") == (2 if address == "/inbox" else 1)


def read_text(desk: Desk) -> tuple[UUID, UUID]:
    """A conversation with one text that the bot has read; its id and the text's."""

    def work(tx: Tx) -> tuple[UUID, UUID]:
        talk = factories.conversation(tx, MARIA)
        read = {"decision": "check", "intent": "accept", "confidence": 0.6, "why": ["question"]}
        return talk.id, said(tx, talk, "ok and where is it", read_as=read).id

    return desk.do(work)


def test_a_text_understood_wrongly_is_marked_with_what_it_meant(desk: Desk) -> None:
    talk, text = read_text(desk)
    browser = desk.browser()
    browser.post(f"/inbox/{talk}/texts/{text}/meant", data={"meant": "question"})
    page = browser.get(f"/inbox/{talk}").text
    assert "Marked as understood wrongly: it meant <strong>a question</strong>" in page
    assert "message.corrected" in desk.audited()


def test_a_mark_is_taken_back(desk: Desk) -> None:
    talk, text = read_text(desk)
    browser = desk.browser()
    browser.post(f"/inbox/{talk}/texts/{text}/meant", data={"meant": "question"})
    browser.post(f"/inbox/{talk}/texts/{text}/meant", data={"meant": ""})
    assert "Understood wrongly? It meant" in browser.get(f"/inbox/{talk}").text


def test_a_text_cannot_be_marked_as_what_nothing_is(desk: Desk) -> None:
    talk, text = read_text(desk)
    answer = desk.browser().post(f"/inbox/{talk}/texts/{text}/meant", data={"meant": "nonsense"})
    assert answer.status_code == 400


def test_a_text_of_another_conversation_is_not_found(desk: Desk) -> None:
    _, text = read_text(desk)
    other = escalated(desk, JAMES, EscalationKind.QUESTION)
    answer = desk.browser().post(f"/inbox/{other}/texts/{text}/meant", data={"meant": "question"})
    assert answer.status_code == 404


def test_whoever_writes_in_another_language_is_said_to(desk: Desk) -> None:
    talk = desk.do(lambda tx: factories.conversation(tx, MARIA, language="vi").id)
    assert "Writes in Vietnamese" in desk.browser().get(f"/inbox/{talk}").text


def test_where_the_language_is_why_a_person_is_needed_the_list_names_it(desk: Desk) -> None:
    talk = escalated(desk, MARIA, EscalationKind.LANGUAGE)
    desk.do(lambda tx: setattr(tx.session.get_one(Conversation, talk), "language", "es"))
    page = desk.browser().get(f"/inbox/{talk}").text
    assert (page.count("Writes in Spanish"), page.count("Writes in another language")) == (2, 0)
