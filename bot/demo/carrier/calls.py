"""A call as Twilio keeps it, and the JSON shape in which its API shows it."""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from bot.demo.carrier.messages import API_VERSION


class CallStatus(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"


class PicksUp(StrEnum):
    """What happens when a phone rings."""

    PERSON = "person"
    MACHINE = "machine"  # a voicemail: it listens, and presses nothing
    BUSY = "busy"
    NOBODY = "no-answer"
    FAILS = "failed"


@dataclass
class Call:
    sid: str
    sender: str
    to: str
    url: str
    callback_url: str | None
    detects_machines: bool
    created: datetime
    status: CallStatus = CallStatus.QUEUED
    answered_by: str | None = None
    said: list[str] = field(default_factory=list)
    """The TwiML it was given, in order."""


def new_call_sid() -> str:
    return f"CA{uuid4().hex}"


def as_twilio(call: Call, account_sid: str) -> dict[str, Any]:
    """The Call resource of Twilio's API."""
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Calls/{call.sid}"
    return {
        "account_sid": account_sid,
        "answered_by": call.answered_by,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": format_datetime(call.created),
        "date_updated": format_datetime(call.created),
        "direction": "outbound-api",
        "duration": None,
        "end_time": None,
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": call.sender,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": "PN" + "0" * 32,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": None,
        "status": call.status,
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def as_seen_by_tests(call: Call) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "from": call.sender,
        "to": call.to,
        "status": call.status,
        "answered_by": call.answered_by,
        "said": call.said,
    }
