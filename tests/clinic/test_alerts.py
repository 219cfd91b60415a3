"""Alerts to the staff go by text and by email, and name nobody."""

from sqlalchemy import select

from clinic import handoff
from rules.states import MessageClass, SenderKind
from storage.tables import Message, Sender
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House


def alerted(house: House, *, by_email: bool) -> list[Message]:
    """What goes out when somebody on call is needed, and a colleague of theirs is not on call."""
    mailbox = Sender(address=f"{house.clinic_id}@example.com", kind=SenderKind.EMAIL, rate_per_second=100)

    def work(tx: Tx) -> list[Message]:
        if by_email:
            tx.session.add(mailbox)
        factories.staff(tx, on_call=True, phone="+12125550190", email=f"sam{house.clinic_id}@example.com")
        factories.staff(tx, phone="+12125550191")
        handoff.alert_on_call(tx, "http://localhost/today", phrase="alert_cancelled")
        alerts = select(Message).where(Message.klass == MessageClass.ALERT).order_by(Message.id)
        return list(tx.session.scalars(alerts))

    return house.run(work)


def test_whoever_is_on_call_is_told_by_text_and_by_email(house: House) -> None:
    mail, text = alerted(house, by_email=True)
    assert (mail.address, text.address) == (f"sam{house.clinic_id}@example.com", "+12125550190")
    assert mail.body == text.body == "Standby: a visit of today was cancelled. http://localhost/today"
    assert mail.extras == {"subject": "Standby: a visit of today was cancelled."}


def test_a_clinic_that_does_not_email_texts_alone(house: House) -> None:
    assert [each.address for each in alerted(house, by_email=False)] == ["+12125550190"]
