"""Texts understood wrongly: marked, taken back, and written out once without what is personal."""

from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import corrections
from clinic.audit import BOT, SYSTEM, By, by_staff
from clinic.corrections import Corrected, NotReadByTheBot
from rules.states import Direction, InboundState
from storage.tables import Correction, Message
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House

PHONE = "+12125550301"
FAMILIAR = {"this", "is", "can", "i", "come", "on", "friday"}


def texted(house: House, body: str, state: InboundState = InboundState.DONE) -> UUID:
    """Maria has texted, and the bot has read it as an accept."""

    def work(tx: Tx) -> UUID:
        factories.patient(tx, "Maria", phone=PHONE)
        talk = factories.conversation(tx, PHONE)
        message = Message(
            conversation_id=talk.id,
            sender_id=talk.sender_id,
            address=PHONE,
            direction=Direction.IN,
            body=body,
            created_at=tx.now,
            inbound_state=state,
            read_as={"intent": "accept", "decision": "check"},
            language="en",
        )
        tx.session.add(message)
        tx.session.flush()
        return message.id

    return house.run(work)


@pytest.fixture
def sam(house: House) -> By:
    return by_staff(house.run(lambda tx: factories.staff(tx).id))


def mark(house: House, message_id: UUID, meant: str, by: By) -> None:
    house.run(lambda tx: corrections.correct(tx, message_id, meant, by) and None)


def exported(house: House, *, every: bool = False) -> list[Corrected]:
    return house.run(lambda tx: corrections.export(tx, SYSTEM, familiar=FAMILIAR, every=every))


def test_a_marked_text_is_written_out_without_what_is_personal(house: House, sam: By) -> None:
    mark(house, texted(house, "this is Maria, can i come on friday? 212-555-0199"), "counter", sam)
    text = "this is [name], can i come on friday? [number]"
    assert exported(house) == [Corrected(text, "counter", "accept", "en")]


def test_it_is_written_out_once_and_again_only_when_asked_for(house: House, sam: By) -> None:
    mark(house, texted(house, "can i come on friday"), "counter", sam)
    exported(house)
    assert (exported(house), len(exported(house, every=True))) == ([], 1)


def test_marked_otherwise_it_is_written_out_anew(house: House, sam: By) -> None:
    message = texted(house, "can i come on friday")
    mark(house, message, "counter", sam)
    exported(house)
    mark(house, message, "question", sam)
    assert [each.meant for each in exported(house)] == ["question"]


def test_a_mark_can_be_taken_back_twice_over(house: House, sam: By) -> None:
    message = texted(house, "can i come on friday")
    mark(house, message, "counter", sam)
    for _ in range(2):
        house.run(lambda tx: corrections.take_back(tx, message, sam))
    assert house.run(lambda tx: tx.session.scalars(select(Correction)).all()) == []


def test_a_text_the_bot_has_not_read_cannot_be_marked(house: House, sam: By) -> None:
    message = texted(house, "can i come on friday", InboundState.HANDED)
    with pytest.raises(NotReadByTheBot):
        mark(house, message, "counter", sam)


def test_only_a_person_says_what_a_text_meant(house: House) -> None:
    message = texted(house, "can i come on friday")
    with pytest.raises(ValueError, match="member of staff"):
        mark(house, message, "counter", BOT)
