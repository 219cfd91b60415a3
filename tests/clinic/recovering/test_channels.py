"""Lost visits asked about by other channels than a text."""

from typing import Any
from uuid import uuid4

import pytest

from rules.states import Channel, OutboxState, SenderKind
from storage.tables import Message, Sender
from storage.transaction import Tx
from tests.clinic.recovering.conftest import Missed

SID = "HX" + "a" * 32
FIRST = {"wording": "lost", "channel": "whatsapp", "words": {"no_show": {"en": "Hi {first_name}."}}}


@pytest.fixture
def by_whatsapp(missed: Missed) -> Missed:
    def work(tx: Tx) -> None:
        tx.session.add(
            Sender(address=f"whatsapp:+1202{uuid4().int % 10_000_000:07}", kind=SenderKind.WHATSAPP)
        )

    missed.office.do(work)
    return missed


def sent(missed: Missed, *approved: str) -> tuple[Message, Any]:
    """What went out, where WhatsApp has approved templates for these sentences."""
    templates = {phrase: {"en": SID} for phrase in approved}
    missed.office.decide(recovery={"touches": [FIRST]}, whatsapp_templates=templates)
    missed.office.later(minutes=45)
    (message,) = (each for each in missed.office.all(Message) if each.outbox_state is OutboxState.SENT)
    (attempt,) = missed.attempts
    return message, attempt.channel


def test_whatsapp_fills_its_template_with_the_clinics_words_and_the_times(by_whatsapp: Missed) -> None:
    message, channel = sent(by_whatsapp, "recovery_ask", "recovery_times", "recovery_one")
    assert (channel, message.phrase, message.extras["template"]) == (Channel.WHATSAPP, "recovery_times", SID)
    assert message.extras["values"][0] == "Hi Tom."
    assert message.extras["values"][1].startswith("1) Tue Dec 1, 10:00am")


def test_where_whatsapp_takes_only_the_question_no_times_are_named_or_held(by_whatsapp: Missed) -> None:
    message, channel = sent(by_whatsapp, "recovery_ask")
    assert (channel, message.phrase, message.extras["template"]) == (Channel.WHATSAPP, "recovery_ask", SID)
    assert message.extras["values"] == ["Hi Tom.", "(212) 555-0199"]


def test_where_whatsapp_takes_nothing_of_it_it_is_a_text(by_whatsapp: Missed) -> None:
    message, channel = sent(by_whatsapp)
    assert (channel, message.phrase) == (Channel.SMS, "recovery_times")
    assert message.body.startswith("Lakeside: Hi Tom. How about 1)")
