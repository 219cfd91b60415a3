"""A clinic whose waitlist is looked at closely: what is done to it, and what its rows say afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.acting import act
from clinic import filling, offering, restoring, undo
from nlu.reading import read
from nlu.understanding import Intent, Ranked
from rules.states import Direction, DueKind, InboundState, MessageClass, OutboxState
from storage.queries import offers
from storage.tables import (
    Appointment,
    AppointmentType,
    Conversation,
    DueWork,
    Message,
    Offer,
    Opening,
    Patient,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Store, Tx
from tests import factories

T = TypeVar("T")

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
"""A Monday, 10:00 in New York."""

TUESDAY_AT_THREE = datetime(2026, 12, 1, 20, tzinfo=UTC)


NEW_YORK = ZoneInfo("America/New_York")


class Always:
    """A model that reads one intent in every text that no exact rule settles."""

    def __init__(self, intent: Intent) -> None:
        self._intent = intent

    def parse(self, _text: str) -> Ranked:
        return Ranked(((self._intent, 1.0),))


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Desk:
    """Everything runs in transactions of its own, as in production; `run` opens one."""

    store: Store
    clock: Clock
    clinic_id: UUID

    def run(self, work: Callable[[Tx], T]) -> T:
        return self.store.run(self.clinic_id, work)

    def later(self, by: timedelta) -> None:
        self.clock.now += by

    def provider(self, name: str = "Dr Lee") -> Provider:
        return self.run(lambda tx: factories.provider(tx, name))

    def kind(self, name: str = "check-up", **more: Any) -> AppointmentType:
        return self.run(lambda tx: factories.visit_type(tx, name, **more))

    def waits(
        self, kind: AppointmentType, name: str = "Maria Lopez", phone: str = "+12125550301", **more: Any
    ) -> WaitlistEntry:
        """A patient on the waitlist."""
        return self.run(
            lambda tx: factories.entry(tx, factories.patient(tx, name, phone=phone), kind, **more)
        )

    def opening(self, of: Provider, start: datetime = TUESDAY_AT_THREE) -> Opening:
        return self.run(lambda tx: factories.opening(tx, of, start=start))

    def visit(
        self, of: Patient | WaitlistEntry, start: datetime, *, with_whom: Provider, kind: AppointmentType
    ) -> Appointment:
        """A visit of a patient, or of whoever has that entry."""
        patient_id = of.patient_id if isinstance(of, WaitlistEntry) else of.id
        return self.run(
            lambda tx: factories.visit(
                tx, tx.session.get_one(Patient, patient_id), with_whom, kind, start=start
            )
        )

    def on_file(self, name: str = "Maria Lopez", phone: str = "+12125550301") -> Patient:
        return self.run(lambda tx: factories.patient(tx, name, phone=phone))

    def ask(self, opening: Opening) -> list[Offer]:
        """Work the opening; gives the offers that stand."""
        self.run(lambda tx: filling.work(tx, opening.id))
        return self.all_of(Offer)

    def run_due_openings(self) -> None:
        """Work every opening, as the due rows would."""
        for opening in self.all_of(Opening):
            self.ask(opening)

    def hand_over(self, offer: Offer) -> None:
        """The offer's text is handed to the carrier: it can be answered."""

        def handed(tx: Tx) -> None:
            about = Message.about_offer_id == offers.head_of(offer)
            message = tx.session.scalars(select(Message).where(about)).one()
            offering.hand_over(tx, message)
            message.outbox_state = OutboxState.SENT

        self.run(handed)
        self.later(timedelta(seconds=1))

    def days_ahead(self, days: int) -> datetime:
        return self.clock.now + timedelta(days=days)

    def entry(self, entry_id: UUID) -> WaitlistEntry:
        return self.run(lambda tx: tx.session.get_one(WaitlistEntry, entry_id))

    def all_of(self, table: type[T]) -> list[T]:
        return self.run(lambda tx: list(tx.session.scalars(select(table).order_by(table.id))))  # type: ignore[attr-defined]

    def due(self, kind: DueKind, subject_id: UUID) -> datetime | None:
        """When that is to be done; None where nothing of the kind is waiting."""
        return self.run(
            lambda tx: tx.session.scalar(
                select(DueWork.due_at).where(
                    DueWork.kind == kind, DueWork.subject_id == subject_id, DueWork.done_at.is_(None)
                )
            )
        )

    def by_text(self, work: Callable[[Tx, Conversation], T], phone: str = "+12125550301") -> T:
        """Something a patient does by text."""
        return self.run(lambda tx: work(tx, _conversation(tx, phone)))

    def hears(self, text: str, intent: Intent, phone: str = "+12125550301") -> str:
        """A patient texts, and the model would read `intent` in it; gives what they are answered."""
        understood = read(text, Always(intent), now=self.clock.now, zone=NEW_YORK)

        def turn(tx: Tx, conversation: Conversation) -> UUID:
            message = Message(
                conversation_id=conversation.id,
                sender_id=conversation.sender_id,
                address=phone,
                direction=Direction.IN,
                body=text,
                created_at=tx.now,
                inbound_state=InboundState.UNREAD,
            )
            tx.session.add(message)
            tx.session.flush()
            act(tx, conversation, message.id, understood)
            return message.id

        came = self.by_text(turn, phone)
        self.later(timedelta(seconds=1))
        return " ".join(each.body for each in self.all_of(Message) if each.answers_id == came)

    def take_back(self, phone: str = "+12125550301") -> bool:
        """ "Wait, no": whatever was done by text last is put back."""

        def back(tx: Tx, conversation: Conversation) -> bool:
            newest = undo.newest(tx, conversation.id)
            return newest is not None and restoring.put_back(tx, conversation, newest)

        return self.by_text(back, phone)

    def said(self) -> list[str]:
        """The replies written so far, in order."""
        return [each.body for each in self.all_of(Message) if each.klass is MessageClass.REPLY]

    def patient(self, entry: WaitlistEntry) -> Patient:
        return self.run(lambda tx: tx.session.get_one(Patient, entry.patient_id))


def _conversation(tx: Tx, phone: str) -> Conversation:
    found = tx.session.scalar(select(Conversation).where(Conversation.address == phone))
    return found or factories.conversation(tx, phone)
