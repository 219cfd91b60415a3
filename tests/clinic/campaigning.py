"""A clinic whose patients have not been here for long, and campaigns that ask them back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from bot.outbox import Claimed, Wait, claim
from clinic import appointments, campaign_plans, campaign_previews, campaign_sending, campaigns
from clinic.audit import SYSTEM
from clinic.campaign_plans import Plan, StepPlan
from rules.states import ConsentKind, ConsentSource, OutboxState
from storage.queries.outbox import next_due
from storage.tables import (
    Appointment,
    AppointmentType,
    Campaign,
    Consent,
    ContactPoint,
    Message,
    Patient,
    Provider,
    Recipient,
    Sender,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House

HELLO = StepPlan([{"en": "Hi {first_name}, time for a visit? Reply YES for times."}])
AGAIN = StepPlan([{"en": "Still here for you, {first_name}. Reply YES for times."}], after_days=3)
PLAN = Plan("Come back", [HELLO])


def lapsed(
    tx: Tx, number: int, *, days: int = 200, news: bool = True, phone: str | None = None, **more: Any
) -> Patient:
    """Patient number so and so, last seen so many days ago, who agreed to news unless told otherwise."""
    phone = phone or f"+1212557{number:04}"
    who = factories.patient(tx, f"P{number} Test", phone=phone, **{"state": "NY", **more})
    if news:
        agree(tx, who, phone)
    _visit(tx, who, days)
    return who


def agree(tx: Tx, who: Patient, phone: str) -> None:
    point = tx.session.scalars(select(ContactPoint).where(ContactPoint.address == phone)).one()
    consent = Consent(
        patient_id=who.id,
        contact_point_id=point.id,
        kind=ConsentKind.MARKETING_TEXT,
        granted=True,
        source=ConsentSource.INTAKE,
        at=tx.now,
    )
    tx.session.add(consent)
    tx.session.flush()


def _visit(tx: Tx, who: Patient, days: int) -> Appointment:
    of = tx.session.scalars(select(Provider)).first() or factories.provider(tx)
    kind = tx.session.scalars(select(AppointmentType)).first() or factories.visit_type(tx)
    count = len(tx.session.scalars(select(Appointment.id)).all())
    at = tx.now - timedelta(days=days) + timedelta(minutes=30 * count)
    return factories.visit(tx, who, of, kind, start=at, state="completed")


def launched(house: House, plan: Plan = PLAN) -> UUID:
    """A campaign that was written and launched."""

    def work(tx: Tx) -> UUID:
        made = campaign_plans.create(tx, plan, SYSTEM)
        found = campaign_previews.preview(tx, plan)
        campaigns.launch(tx, made.id, SYSTEM, confirmed=found.texted)
        return made.id

    return house.run(work)


def go_on(house: House, campaign_id: UUID, times: int = 3) -> list[Message]:
    """What due work and the pump do now; gives the texts that went."""
    sent: list[Message] = []
    for _ in range(times):
        campaign_sending.run(house.store, house.clinic_id, campaign_id)
        sent += pumped(house)
    return sent


def pumped(house: House) -> list[Message]:
    sent = []
    while (message := house.run(_one)) is not None:
        if isinstance(message, Message):
            sent.append(message)
    return sent


def _one(tx: Tx) -> Message | bool | None:
    sender = tx.session.scalars(select(Sender)).one()
    sender.rate_per_second, sender.next_send_at = 1000, None
    tx.session.flush()
    due = next_due(tx.session, sender.id, tx.now)
    found = claim(tx, due) if due else None
    if found is None or isinstance(found, Wait):
        return None
    if not isinstance(found, Claimed):
        return True
    message = tx.session.get_one(Message, found.outgoing.message_id)
    message.outbox_state, message.sent_at = OutboxState.SENT, tx.now
    return message


def recipients_of(house: House, campaign_id: UUID) -> list[Recipient]:
    found = select(Recipient).where(Recipient.campaign_id == campaign_id).order_by(Recipient.patient_id)
    return house.run(lambda tx: list(tx.session.scalars(found)))


def campaign(house: House, campaign_id: UUID) -> Campaign:
    return house.run(lambda tx: tx.session.get_one(Campaign, campaign_id))


def with_steps(*steps: StepPlan, **more: Any) -> Plan:
    return replace(PLAN, steps=steps, **more)


def do(house: House, work: Callable[..., Any], *given: Any, **more: Any) -> Any:
    return house.run(lambda tx: work(tx, *given, **more))


def preview(house: House, plan: Plan = PLAN) -> campaign_previews.Preview:
    return house.run(lambda tx: campaign_previews.preview(tx, plan))


def queued(house: House) -> list[Message]:
    waiting = select(Message).where(Message.outbox_state == OutboxState.QUEUED)
    return house.run(lambda tx: list(tx.session.scalars(waiting)))


def book(tx: Tx, number: int) -> None:
    who = tx.session.scalars(select(Patient).where(Patient.first_name == f"P{number}")).one()
    booking = appointments.Booking(
        patient_id=who.id,
        provider_id=tx.session.scalars(select(Provider.id)).one(),
        type_id=tx.session.scalars(select(AppointmentType.id)).one(),
        start=tx.now + timedelta(days=2, minutes=30 * number),
    )
    assert appointments.book(tx, booking, SYSTEM)
