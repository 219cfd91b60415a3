"""The code that shows that a number is a visitor's: what it is, and how long and how often it counts."""

import hashlib
import hmac
import re
from datetime import timedelta
from uuid import UUID

DIGITS = 6
LIVES = timedelta(minutes=10)
MOST_TRIES = 5
MOST_AN_HOUR = 3
"""For one number, and from one network address."""

_WRITTEN = re.compile(r"(?<![\d+])\d(?:[ -]?\d){5}(?!\d)")


def code_of(signing_key: str, code_id: UUID) -> str:
    """The code of a row: it follows from the id and our key, so that it need be kept nowhere."""
    digest = hmac.new(signing_key.encode(), b"chat code:" + code_id.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}}"


def is_right(signing_key: str, code_id: UUID, said: str) -> bool:
    """Whether somebody has the code; it takes as long whatever they say."""
    return hmac.compare_digest(code_of(signing_key, code_id), said)


def code_in(text: str) -> str | None:
    """The six digits in a text, however they are grouped: `"it's 123 456"` says `"123456"`."""
    found = _WRITTEN.search(text)
    return re.sub(r"\D", "", found.group()) if found else None
