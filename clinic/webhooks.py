"""Outgoing webhooks: other systems are told of what is done to visits here, by rows written with the change."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from clinic.audit import By, record
from rules.states import AppointmentState, DueKind, NewsKind, NewsState
from storage.queries.due import set_due
from storage.tables import (
    Appointment,
    AppointmentType,
    Patient,
    Provider,
    Webhook,
    WebhookDelivery,
    new_id,
)
from storage.transaction import Tx

KINDS = {
    AppointmentState.REQUESTED: NewsKind.REQUESTED,
    AppointmentState.BOOKED: NewsKind.BOOKED,
    AppointmentState.CONFIRMED: NewsKind.CONFIRMED,
    AppointmentState.CANCELLED: NewsKind.CANCELLED,
    AppointmentState.NO_SHOW: NewsKind.NO_SHOW,
}
"""What is told of a visit that is in this state now, by something done here."""


class NoSuchWebhook(Exception):
    """There is no such webhook, or it has ended. The text is a sentence for people."""


def add(tx: Tx, url: str, by: By) -> Webhook:
    """Tell this address of what is done from now on. The caller has looked at the address."""
    made = Webhook(clinic_id=tx.clinic_id, url=url, secret=secrets.token_urlsafe(32), made_at=tx.now)
    tx.session.add(made)
    tx.session.flush()
    record(tx, by, "webhook.added", made)
    return made


def end(tx: Tx, url: str, by: By) -> None:
    """Tell it nothing more; what is still on its way to it is given up. May raise `NoSuchWebhook`."""
    ending = [webhook for webhook in live(tx) if webhook.url == url]
    if not ending:
        known = ", ".join(webhook.url for webhook in live(tx)) or "none"
        raise NoSuchWebhook(f"Nothing is told to {url}. Webhooks of this clinic: {known}.")
    for webhook in ending:
        webhook.ended_at = tx.now
        record(tx, by, "webhook.ended", webhook)


def live(tx: Tx) -> Sequence[Webhook]:
    return tx.session.scalars(select(Webhook).where(Webhook.ended_at.is_(None)).order_by(Webhook.id)).all()


@dataclass(frozen=True, slots=True)
class Standing:
    """How a webhook's deliveries stand."""

    url: str
    delivered: int
    waiting: int
    failed: int


def standing(tx: Tx) -> list[Standing]:
    """Webhooks that have not ended, oldest first."""

    def count(state: NewsState) -> Any:
        return func.count(WebhookDelivery.id).filter(WebhookDelivery.state == state)

    rows = tx.session.execute(
        select(Webhook.url, count(NewsState.DELIVERED), count(NewsState.WAITING), count(NewsState.FAILED))
        .outerjoin(WebhookDelivery, WebhookDelivery.webhook_id == Webhook.id)
        .where(Webhook.ended_at.is_(None))
        .group_by(Webhook.id)
        .order_by(Webhook.id)
    )
    return [Standing(*row) for row in rows]


def tell(tx: Tx, visit: Appointment, news: NewsKind | None = None) -> None:
    """Have every webhook told of the visit as it is now, after commit; `news` where its state does not say what
    was done."""
    webhooks = live(tx)
    kind = news or KINDS.get(visit.state)
    if not webhooks or kind is None:
        return
    event_id = new_id()
    payload = {
        "event_id": str(event_id),
        "type": kind,
        "at": tx.now.isoformat(),
        "clinic": tx.clinic().slug,
        "visit": _visit(tx, visit),
    }
    for webhook in webhooks:
        delivery = WebhookDelivery(
            clinic_id=tx.clinic_id,
            webhook_id=webhook.id,
            event_id=event_id,
            kind=kind,
            payload=payload,
            made_at=tx.now,
        )
        tx.session.add(delivery)
        tx.session.flush()
        tx.wake("due", set_due(tx.session, tx.clinic_id, DueKind.WEBHOOK, delivery.id, tx.now))


def _visit(tx: Tx, visit: Appointment) -> dict[str, Any]:
    """Ids, times and the state. No name, number or reason leaves."""
    return {
        "id": str(visit.id),
        "external_id": visit.external_id,
        "patient": tx.session.get_one(Patient, visit.patient_id).external_id,
        "provider": tx.session.get_one(Provider, visit.provider_id).external_id,
        "type": tx.session.get_one(AppointmentType, visit.type_id).external_id,
        "start": visit.starts_at.isoformat(),
        "end": visit.ends_at.isoformat(),
        "status": visit.state,
        "replaced_by": str(visit.replaced_by_id) if visit.replaced_by_id else None,
    }
