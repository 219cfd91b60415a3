"""Texts that staff marked as understood wrongly, written out from the command line."""

import pytest
import yaml
from sqlalchemy import select

from clinic import corrections
from clinic.audit import by_staff
from rules.states import Direction, InboundState
from storage.tables import Clinic, Message, Sender
from storage.transaction import Links, Store, Tx, make_engine
from tests import factories
from tests.admin.desk import NOW
from tests.cli.conftest import Standby

EXPORT = ("nlu", "export-corrections", "--clinic", "lakeside")


@pytest.fixture
def marked(lakeside: Standby, database_url: str) -> Standby:
    """A clinic whose staff have marked one text."""
    engine = make_engine(database_url)
    store = Store(engine, clock=lambda: NOW, waker=lambda _kind, _id: None, links=Links("", ""))
    with store.unscoped() as session:
        clinic_id = session.scalars(select(Clinic.id)).one()
    store.run(clinic_id, mark)
    engine.dispose()
    return lakeside


def mark(tx: Tx) -> None:
    factories.patient(tx, "Maria", phone="+12125550101")
    talk = factories.conversation(tx, "+12125550101")
    message = Message(
        conversation_id=talk.id,
        sender_id=tx.session.scalars(select(Sender.id)).one(),
        address=talk.address,
        direction=Direction.IN,
        inbound_state=InboundState.DONE,
        body="this is Maria, can i bring my son",
        created_at=tx.now,
        read_as={"intent": "cancel", "decision": "cancel"},
        language="en",
    )
    tx.session.add(message)
    tx.session.flush()
    corrections.correct(tx, message.id, "question", by_staff(factories.staff(tx).id))


def test_marked_texts_are_written_by_what_they_meant(marked: Standby) -> None:
    written = yaml.safe_load(marked(*EXPORT).stdout)
    text = "this is [name], can i bring my son"
    assert written == {"question": [{"text": text, "read_as": "cancel", "language": "en"}]}


def test_what_was_written_out_is_not_written_again_unless_asked_for(marked: Standby) -> None:
    marked(*EXPORT)
    again = marked(*EXPORT)
    assert (again.stdout, "Nothing was marked" in again.stderr) == ("", True)
    assert "question:" in marked(*EXPORT, "--every").stdout
