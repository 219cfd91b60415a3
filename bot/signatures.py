"""The signature that events carry, in both directions: `t=<unix time>,v1=<HMAC-SHA256 of "t.body", in hex>`.

The time is signed with the body, so that what was once overheard cannot be sent again for long.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

HEADER = "X-Standby-Signature"
TOLERANCE = timedelta(minutes=5)
"""How far the sender's clock may be off, and how long a copy could be sent again."""

_PART = re.compile(r"(t|v1)=([0-9a-f]{1,64})")


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The value of the header."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_digest(secret, moment, body)}"


def holds(header: str, secret: str, body: bytes, now: datetime) -> bool:
    """Whether somebody who knows the secret signed this body lately. Of several `v1`, one has to be right: a
    sender that changes its secret signs with both for a while."""
    parts = [found.groups() for part in header[:1000].split(",") if (found := _PART.fullmatch(part.strip()))]
    moments = [value for name, value in parts if name == "t"]
    if len(moments) != 1 or not re.fullmatch(r"\d{1,12}", moments[0]):
        return False
    right = _digest(secret, moments[0], body)
    signed = any(hmac.compare_digest(right, value) for name, value in parts if name == "v1")
    return signed and abs(now.timestamp() - int(moments[0])) <= TOLERANCE.total_seconds()


def _digest(secret: str, moment: str, body: bytes) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
