"""A clinic of its own for each test, on a real database, with a clock the test moves. Nothing is sent: a text
that the last gate lets go counts as handed to the carrier."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from bot.due import IN_ONE_TRANSACTION
from clinic import acceptance, gate, openings, policies, reminding, restoring, undo
from clinic.audit import PATIENT, SYSTEM, By, by_staff
from rules.policy import Policy
from rules.states import OutboxState
from storage.tables import (
    Appointment,
    AppointmentType,
    Base,
    Conversation,
    DueWork,
    Message,
    Offer,
    Opening,
    Patient,
    Provider,
    WaitlistEntry,
)
from storage.transaction import Links, Store, Tx
from tests import factories
from tests.system import MovingClock

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
"""Monday, 10:00am at the clinic."""


@dataclass
class Office:
    """One clinic with Dr Lee, check-ups of half an hour, and whoever a test brings in."""

    store: Store
    clock: MovingClock
    clinic_id: UUID
    lee: UUID
    kind: UUID
    sam: By
    phones: dict[UUID, str] = field(default_factory=dict)

    def do(self, work: Callable[[Tx], T]) -> T:
        return self.store.run(self.clinic_id, work)

    def get(self, table: type[Row], row_id: UUID) -> Row:
        """A row as it is now."""
        return self.do(lambda tx: tx.session.get_one(table, row_id))

    def all(self, table: type[Row]) -> Sequence[Row]:
        return self.do(lambda tx: tx.session.scalars(select(table).order_by(table.id)).all())

    def decide(self, **fields: Any) -> None:
        self.do(lambda tx: policies.change(tx, Policy.model_validate(fields), SYSTEM))

    def patient(self, name: str = "Maria Lopez", *, reachable: bool = True) -> UUID:
        phone = f"+1212555{1000 + len(self.phones)}" if reachable else None
        who = self.do(lambda tx: factories.patient(tx, name, phone=phone).id)
        self.phones[who] = phone or ""
        return who

    def visit(self, who: UUID, *, hours: float = 24, **more: Any) -> UUID:
        """A visit with Dr Lee, so many hours ahead."""

        def work(tx: Tx) -> UUID:
            patient, lee = tx.session.get_one(Patient, who), tx.session.get_one(Provider, self.lee)
            kind = tx.session.get_one(AppointmentType, self.kind)
            return factories.visit(tx, patient, lee, kind, start=self.ahead(hours), **more).id

        return self.do(work)

    def waits(self, who: UUID, **more: Any) -> UUID:
        def work(tx: Tx) -> UUID:
            row = WaitlistEntry(
                patient_id=who,
                type_id=self.kind,
                **{
                    "added_at": tx.now - timedelta(days=30),
                    "expires_at": tx.now + timedelta(days=60),
                    **more,
                },
            )
            tx.session.add(row)
            tx.session.flush()
            return row.id

        return self.do(work)

    def on_call(self) -> None:
        """Somebody is alerted when a patient needs a person."""
        self.do(lambda tx: factories.staff(tx, name="Kim Day", on_call=True, phone="+12125550190"))

    def ahead(self, hours: float) -> datetime:
        return NOW + timedelta(hours=hours)

    def look_at(self, opening_id: UUID) -> None:
        self.do(lambda tx: openings.look_at(tx, opening_id, tx.now))

    # What the processes do

    def settle(self) -> None:
        """Do everything due now, and let every text go that may."""
        while self._due() or self._texts():
            pass

    def later(self, **by: float) -> None:
        self.clock.forward(timedelta(**by))
        self.settle()

    def _due(self) -> int:
        now = self.clock()
        rows = [row for row in self.all(DueWork) if row.done_at is None and row.due_at <= now]
        for row in rows:
            self.do(lambda tx, row=row: _work(tx, row))  # type: ignore[misc]
        return len(rows)

    def _texts(self) -> int:
        return sum(self.do(lambda tx, each=each: _send(tx, each.id)) for each in self.all(Message))  # type: ignore[misc]

    # What is seen

    def texts(self, who: UUID) -> list[str]:
        """Every text to a patient's number so far, those that still wait to go included."""
        return [
            message.body
            for message in self.all(Message)
            if message.address == self.phones[who] and message.outbox_state is not OutboxState.DROPPED
        ]

    def offer_to(self, who: UUID) -> Offer:
        """The newest offer to a patient."""
        return [offer for offer in self.all(Offer) if offer.patient_id == who][-1]

    def openings(self) -> list[tuple[datetime, str]]:
        """When each begins and how it stands, oldest first."""
        return [(opening.starts_at, opening.state.value) for opening in self.all(Opening)]

    def visits_of(self, who: UUID) -> list[tuple[datetime, str]]:
        rows = [visit for visit in self.all(Appointment) if visit.patient_id == who]
        return sorted((visit.starts_at, visit.state.value) for visit in rows)

    def conversation(self, tx: Tx, who: UUID) -> Conversation:
        return tx.session.scalars(select(Conversation).where(Conversation.address == self.phones[who])).one()

    def accepts(self, who: UUID) -> acceptance.Outcome:
        """Their newest offer gets a sure yes by text."""
        offer_id = self.offer_to(who).id

        def work(tx: Tx) -> acceptance.Outcome:
            offer = tx.session.get_one(Offer, offer_id)
            return acceptance.accept(tx, self.conversation(tx, who), offer, PATIENT)

        outcome = self.do(work)
        self.settle()
        return outcome

    def takes_back(self, who: UUID) -> bool:
        """They take the newest thing back; False where there is nothing to take back any more."""

        def work(tx: Tx) -> bool:
            conversation = self.conversation(tx, who)
            newest = undo.newest(tx, conversation.id)
            return newest is not None and restoring.put_back(tx, conversation, newest)

        done = self.do(work)
        self.settle()
        return done


def _work(tx: Tx, row: DueWork) -> None:
    again = IN_ONE_TRANSACTION[row.kind](tx, row.subject_id)
    kept = tx.session.get_one(DueWork, row.id, populate_existing=True)
    if kept.due_at == row.due_at:
        kept.done_at, kept.due_at = (tx.now, kept.due_at) if again is None else (None, again)


def _send(tx: Tx, message_id: UUID) -> int:
    message = tx.session.get_one(Message, message_id)
    if message.outbox_state is not OutboxState.QUEUED or (message.not_before or tx.now) > tx.now:
        return 0
    conversation = tx.session.get_one(Conversation, message.conversation_id)
    verdict = gate.check(tx, message, conversation)
    if isinstance(verdict, gate.Go):
        gate.claim(tx, message, conversation)
        message.outbox_state, message.sent_at = OutboxState.SENT, tx.now
    elif isinstance(verdict, gate.Postpone):
        message.not_before = verdict.until
    else:
        gate.drop(tx, message, verdict.because)
    return 1


@pytest.fixture(scope="module")
def house(engine: Engine) -> tuple[Store, MovingClock]:
    clock = MovingClock()
    links = Links("http://localhost", "key")
    return Store(engine, clock=clock, waker=lambda _kind, _id: None, links=links), clock


@pytest.fixture
def office(house: tuple[Store, MovingClock]) -> Office:
    store, clock = house
    clock.set(NOW)
    with store.unscoped() as session:
        clinic_id = factories.clinic(session, NOW).id

    def furnish(tx: Tx) -> Office:
        lee, kind, sam = factories.provider(tx), factories.visit_type(tx), factories.staff(tx)
        return Office(store, clock, clinic_id, lee.id, kind.id, by_staff(sam.id))

    return store.run(clinic_id, furnish)


@pytest.fixture
def desk(office: Office) -> Office:
    """A clinic that reminds, from Monday 10:00am on."""
    office.do(reminding.begin)
    office.settle()
    return office
