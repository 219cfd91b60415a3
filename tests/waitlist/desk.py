"""A clinic whose waitlist is looked at closely: what is done to it, and what its rows say afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from clinic import filling, restoring, undo
from rules.states import DueKind, MessageClass
from storage.tables import (
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

    def ask(self, opening: Opening) -> list[Offer]:
        """Work the opening; gives the offers that stand."""
        self.run(lambda tx: filling.work(tx, opening.id))
        return self.all_of(Offer)

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
