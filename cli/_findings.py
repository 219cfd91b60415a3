"""What `standby doctor` found: a verdict, what it is about, and a sentence."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"  # works, but look at it
    MEND = "mend"  # does not work


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    subject: str
    text: str
