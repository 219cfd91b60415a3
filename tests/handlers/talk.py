"""A clinic on a real database and a patient's phone: what is texted, with what the model would read in it, and
what is answered. Nothing is sent: a text that the last gate lets go counts as handed to the carrier."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot import acting
from clinic import conversations, gate, offering
from nlu.reading import read
from nlu.understanding import Intent
from rules.facts import Ranked
from rules.states import Direction, InboundState, OpeningState, OutboxState
from storage.tables import (
    Appointment,
    AppointmentType,
    Base,
    Conversation,
    Message,
    Patient,
    Prompt,
    Provider,
    Sender,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House
from tests.handlers.texts import Certain
from tests.stories import when

PHONE = "+12125550201"
ZONE = ZoneInfo("America/New_York")

Row = TypeVar("Row", bound=Base)


class Talk:
    """One phone and the clinic it texts with. Patients brought in are on that phone."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.run = house.run

    def at(self, said: str) -> datetime:
        """`Tue Dec 1 3:00pm`, as stories write it."""
        return when.moment(said, ZONE, self.house.now)

    def patient(self, name: str = "Maria Lopez") -> UUID:
        return self.run(lambda tx: factories.patient(tx, name, phone=PHONE).id)

    def visit(self, who: UUID, at: str, with_whom: str = "Dr Lee", **more: Any) -> UUID:
        def book(tx: Tx) -> UUID:
            provider = tx.session.scalar(select(Provider).where(Provider.name == with_whom))
            kind = tx.session.scalar(select(AppointmentType)) or factories.visit_type(tx)
            return factories.visit(
                tx,
                tx.session.get_one(Patient, who),
                provider or factories.provider(tx, with_whom),
                kind,
                start=self.at(at),
                **more,
            ).id

        return self.run(book)

    def offer(self, who: UUID, at: str, with_whom: str = "Dr Lee") -> UUID:
        """Somebody who waits is offered a slot, and the text has gone."""

        def make(tx: Tx) -> UUID:
            kind = tx.session.scalar(select(AppointmentType)) or factories.visit_type(tx)
            provider = tx.session.scalar(select(Provider).where(Provider.name == with_whom))
            entry = factories.entry(tx, tx.session.get_one(Patient, who), kind)
            opening = factories.opening(
                tx,
                provider or factories.provider(tx, with_whom),
                start=self.at(at),
                state=OpeningState.OFFERING,
            )
            made = offering.make(tx, opening, Ranked(entry.id, 0.9))
            assert made is not None
            return made.id

        offer_id = self.run(make)
        self.sends()
        self.house.later(seconds=1)
        return offer_id

    def says(self, text: str, intent: Intent = Intent.OUT_OF_SCOPE) -> str:
        """The patient texts, and the model reads `intent`; what is answered, or an empty text."""
        self.house.later(seconds=1)
        understood = read(text, Certain(intent), now=self.house.now, zone=ZONE)

        def act(tx: Tx) -> str:
            message = self._received(tx, text)
            talk = conversations.lock(tx, message.conversation_id)
            acting.act(tx, talk, message.id, understood)
            answer = tx.session.scalar(select(Message).where(Message.answers_id == message.id))
            return answer.body if answer else ""

        return self.run(act)

    def _received(self, tx: Tx, text: str) -> Message:
        conversation = tx.session.scalar(select(Conversation).where(Conversation.address == PHONE))
        conversation = conversation or factories.conversation(tx, PHONE)
        message = Message(
            clinic_id=tx.clinic_id,
            conversation_id=conversation.id,
            sender_id=tx.session.scalars(select(Sender.id)).one(),
            address=PHONE,
            direction=Direction.IN,
            body=text,
            created_at=tx.now,
            inbound_state=InboundState.UNREAD,
        )
        tx.session.add(message)
        tx.session.flush()
        return message

    def sends(self) -> list[str]:
        """Every queued text meets the last gate; those that go, as they go."""
        queued = self.run(
            lambda tx: tx.session.scalars(
                select(Message.id)
                .where(Message.outbox_state == OutboxState.QUEUED)
                .order_by(Message.rank, Message.id)
            ).all()
        )
        return [body for body in (self.run(lambda tx, one=each: _send(tx, one)) for each in queued) if body]  # type: ignore[misc]

    def one(self, table: type[Row]) -> Row:
        return self.run(lambda tx: tx.session.scalars(select(table)).one())

    def all(self, table: type[Row]) -> Sequence[Row]:
        return self.run(lambda tx: tx.session.scalars(select(table).order_by(table.id)).all())

    def get(self, table: type[Row], row_id: UUID) -> Row:
        return self.run(lambda tx: tx.session.get_one(table, row_id))

    def asked(self) -> list[str]:
        """The kinds of questions still open, newest first."""
        now = self.house.now
        found = [one for one in self.all(Prompt) if one.answered_at is None]
        open_ones = [one for one in found if one.expires_at is None or one.expires_at > now]
        return [str(one.kind) for one in reversed(open_ones)]

    def state(self, visit_id: UUID) -> str:
        return str(self.get(Appointment, visit_id).state)


def _send(tx: Tx, message_id: UUID) -> str | None:
    message = tx.session.get_one(Message, message_id)
    conversation = tx.session.get_one(Conversation, message.conversation_id)
    verdict = gate.check(tx, message, conversation)
    if isinstance(verdict, gate.Drop):
        gate.drop(tx, message, verdict.because)
    elif isinstance(verdict, gate.Postpone):
        message.not_before = verdict.until
    else:
        gate.claim(tx, message, conversation)
        message.outbox_state, message.sent_at = OutboxState.SENT, tx.now
        return message.body
    return None
