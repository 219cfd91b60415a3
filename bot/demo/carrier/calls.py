"""A call as Twilio keeps it, and the JSON shape in which its API shows it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from html import unescape
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


OVER = (CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED)

ACTION = re.compile(r'<Gather[^>]*\saction="([^"]*)"')
SAY = re.compile(r"<Say[^>]*>([^<]*)</Say>")
DIAL = re.compile(r"<Dial[^>]*>([^<]*)</Dial>")


class PicksUp(StrEnum):
    """What happens when a phone rings."""

    BY_HAND = (
        "by-hand"  # it rings until somebody at the phones page picks up, declines, or it has rung enough
    )
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
    rings_for: float = 60.0
    """Seconds until the caller gives up."""
    order: float = 0.0
    """Where it stands among the texts."""
    version: int = 0
    status: CallStatus = CallStatus.QUEUED
    answered_by: str | None = None
    said: list[str] = field(default_factory=list)
    """The TwiML it was given, in order."""
    keyed: str | None = None
    """Where the last key was posted."""


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


def as_seen_by_the_page(call: Call) -> dict[str, Any]:
    """`heard`: what was said, turn by turn; `asks`: a key is waited for; `connected`: to whom it went on."""
    last = call.said[-1] if call.said else ""
    dialled = DIAL.search(last)
    return {
        "sid": call.sid,
        "phone": call.to,
        "from": call.sender,
        "order": call.order,
        "created": call.created.isoformat(),
        "status": call.status,
        "over": call.status in OVER,
        "answered_by": call.answered_by,
        "heard": [heard(said) for said in call.said],
        "asks": call.status is CallStatus.IN_PROGRESS and ACTION.search(last) is not None,
        "connected": dialled[1] if dialled else None,
    }


def heard(twiml: str) -> str:
    """What is said before a key is waited for is said again where none comes: here it stands once."""
    said = SAY.findall(twiml)
    return unescape(" ".join(said[:1] if ACTION.search(twiml) else said))


def as_seen_by_tests(call: Call) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "from": call.sender,
        "to": call.to,
        "status": call.status,
        "answered_by": call.answered_by,
        "said": call.said,
    }
