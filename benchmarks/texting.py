"""Texts that only the language model can read, and how long the clinic took to answer them."""

import time
from datetime import datetime

from benchmarks.system import System

TEXTS = (
    "could you tell me how far down the waiting list I am",
    "mornings would be a lot easier for me from now on",
    "how much longer do you think it will be until something opens up",
    "I could come in sooner than that if anybody drops out",
    "afternoons are difficult, I have the kids then",
)
"""Each gets one reply, from a patient who waits."""
ANSWERED_WITHIN = 60.0


class NoAnswer(Exception):
    """A text was not answered in time."""


def text_in(system: System, phone: str, body: str) -> float:
    """A phone texts the clinic and waits: milliseconds until the carrier had the reply, by the carrier's clock."""
    system.carrier.text(phone, body)
    until = time.monotonic() + ANSWERED_WITHIN
    while time.monotonic() < until:
        # Looked at seldom: each look takes time from what is measured.
        time.sleep(0.1)
        thread = system.carrier.messages(phone)
        if len(thread) > 1:
            came, went = (datetime.fromisoformat(message["created"]) for message in thread[:2])
            system.carrier.settle()
            return (went - came).total_seconds() * 1000
    raise NoAnswer(body)
