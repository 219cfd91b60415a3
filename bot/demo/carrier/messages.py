"""A text as Twilio keeps it, and the JSON shape in which its API shows it."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from bot.demo.carrier import segments

API_VERSION = "2010-04-01"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound-api"
    OWN = "outbound-reply"  # the carrier's own answer to STOP, START or HELP


class Status(StrEnum):
    QUEUED = "queued"
    SENT = "sent"  # the next carrier has it
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"  # it left us and did not arrive, or ran out of its validity period
    FAILED = "failed"  # it never left us
    RECEIVED = "received"  # inbound


ERROR_TEXT = {
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
    63016: "Failed to send freeform message because you are outside the allowed window. If you are using "
    "WhatsApp, please use a Message Template.",
}


@dataclass
class Message:
    sid: str
    direction: Direction
    sender: str
    to: str
    body: str
    status: Status
    created: datetime
    media: int = 0
    callback_url: str | None = None
    validity: int = 36_000
    """Seconds it may wait in our queue."""
    sent: datetime | None = None
    updated: datetime | None = None
    error_code: int | None = None
    answers: list[int] = field(default_factory=list)
    """Inbound: HTTP statuses that the webhook answered; 0 for no answer."""
    opt_out_type: str | None = None
    template: str | None = None
    """The ContentSid it was made from."""
    listed_from: float = 0.0
    """On the monotonic clock: from then on lists show it."""
    order: int = 0
    """1, 2, 3… in order of arrival here."""
    version: int = 0
    """The state's version when it last changed."""

    @property
    def segments(self) -> int:
        return segments.count(self.body)

    @property
    def phone(self) -> str:
        """The patient's side."""
        return self.sender if self.direction is Direction.INBOUND else self.to

    @property
    def number(self) -> str:
        """Our side."""
        return self.to if self.direction is Direction.INBOUND else self.sender


def new_sid(media: int = 0) -> str:
    return ("MM" if media else "SM") + uuid4().hex


def as_twilio(message: Message, account_sid: str) -> dict[str, Any]:
    """The Message resource of Twilio's API."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": _rfc_2822(message.created),
        "date_sent": _rfc_2822(message.sent),
        "date_updated": _rfc_2822(message.updated or message.created),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": ERROR_TEXT.get(message.error_code or 0),
        "from": message.sender,
        "messaging_service_sid": None,
        "num_media": str(message.media),
        "num_segments": str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def as_seen_by_tests(message: Message) -> dict[str, Any]:
    """Everything the double knows of a message, for tests and for the phones page."""
    return {
        "sid": message.sid,
        "order": message.order,
        "version": message.version,
        "direction": message.direction,
        "from": message.sender,
        "to": message.to,
        "phone": message.phone,
        "number": message.number,
        "body": message.body,
        "status": message.status,
        "error_code": message.error_code,
        "created": message.created.isoformat(),
        "sent": message.sent.isoformat() if message.sent else None,
        "updated": message.updated.isoformat() if message.updated else None,
        "num_media": message.media,
        "segments": message.segments,
        "validity_period": message.validity,
        "status_callback": message.callback_url,
        "answers": message.answers,
        "opt_out_type": message.opt_out_type,
        "template": message.template,
        "own": message.direction is Direction.OWN,
    }


def _rfc_2822(moment: datetime | None) -> str | None:
    return format_datetime(moment) if moment else None
