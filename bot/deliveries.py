"""An event of ours on its way to another system: signed, called with no transaction open, tried again by plan.

It may come twice (an answer that is lost is no answer), always with the same event_id.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import httpx
import structlog

from bot import addresses, signatures
from bot.services import Services
from rules.delivery import retry_after
from rules.states import NewsState
from storage.tables import Webhook, WebhookDelivery
from storage.transaction import Tx

CALL_SECONDS = 10.0
GONE = httpx.codes.GONE

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be sent where."""

    url: str
    secret: str
    body: bytes


def deliver(services: Services, clinic_id: UUID, delivery_id: UUID) -> datetime | None:
    """Try once. Gives when to try again; None when it is delivered, or given up."""
    call = services.store.run(clinic_id, lambda tx: _begin(tx, delivery_id))
    if call is None:
        return None
    status = _post(call, services.clock())
    log.info("webhook.called", delivery=str(delivery_id), status=status)
    return services.store.run(clinic_id, lambda tx: _answered(tx, delivery_id, status))


def _begin(tx: Tx, delivery_id: UUID) -> Call | None:
    """Count the try. None where there is nothing to send any more."""
    delivery = _lock(tx, delivery_id)
    webhook = tx.session.get_one(Webhook, delivery.webhook_id)
    if delivery.state is not NewsState.WAITING:
        return None
    if webhook.ended_at is not None:
        delivery.state = NewsState.FAILED
        return None
    delivery.attempts += 1
    body = json.dumps(delivery.payload, separators=(",", ":")).encode()
    return Call(webhook.url, webhook.secret, body)


def _post(call: Call, now: datetime) -> int | None:
    """The status of the answer; None where there was none. What the answer says is not read, and no other
    address that it names is called."""
    if addresses.refusal(call.url) is not None:
        return None  # the name leads elsewhere by now
    headers = {
        "Content-Type": "application/json",
        signatures.HEADER: signatures.sign(call.secret, call.body, now),
    }
    try:
        with httpx.stream(
            "POST", call.url, content=call.body, headers=headers, timeout=CALL_SECONDS
        ) as answer:
            return answer.status_code
    except httpx.HTTPError:
        return None


def _answered(tx: Tx, delivery_id: UUID, status: int | None) -> datetime | None:
    delivery = _lock(tx, delivery_id)
    if status is not None:
        delivery.answered_at, delivery.last_status = tx.now, status
    if status is not None and httpx.codes.is_success(status):
        delivery.state = NewsState.DELIVERED
        return None
    again = None if status == GONE else retry_after(delivery.attempts)
    if again is None:
        delivery.state = NewsState.FAILED
        return None
    return tx.now + again


def _lock(tx: Tx, delivery_id: UUID) -> WebhookDelivery:
    return tx.session.get_one(
        WebhookDelivery, delivery_id, with_for_update={"key_share": True}, populate_existing=True
    )
