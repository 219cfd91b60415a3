"""One offer, what else may be asked beside it, and texts decided against them without the real model."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from handlers.decide import Awaited, Decision, DecisionKind, decide
from nlu.reading import read
from nlu.understanding import Intent, Ranked, Understanding
from rules.states import PromptKind

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=ZONE)
OFFER = Awaited(
    PromptKind.OFFER,
    UUID(int=1),
    UUID(int=2),
    asked_at=NOW - timedelta(minutes=9),
    start=datetime(2026, 12, 1, 15, 0, tzinfo=ZONE),
    minutes=30,
    provider="Dr Lee",
)
"""Tuesday December 1, 3:00pm, with Dr Lee."""
OTHER_OFFER = replace(OFFER, id=UUID(int=3), subject_id=UUID(int=4), asked_at=NOW - timedelta(minutes=3))
CHECKED = replace(OFFER, kind=PromptKind.CONFIRM, id=UUID(int=5), asked_at=NOW - timedelta(minutes=1))
CANCELLING = Awaited(
    PromptKind.CANCEL_CONFIRM,
    UUID(int=6),
    UUID(int=7),
    asked_at=NOW - timedelta(minutes=2),
    start=datetime(2026, 11, 30, 10, 0, tzinfo=ZONE),
)
REMINDED = replace(CANCELLING, kind=PromptKind.REMINDER, id=UUID(int=8))
LISTED = Awaited(PromptKind.LIST, UUID(int=9), None, asked_at=NOW - timedelta(minutes=1), options=2)


class Certain:
    """A model that reads everything as the same thing."""

    NAME = "standby-of-the-tests"

    def __init__(self, intent: Intent, confidence: float = 0.999) -> None:
        self.ranking = ((intent, confidence), (Intent.OUT_OF_SCOPE, 1 - confidence))

    def parse(self, text: str) -> Ranked:
        del text
        return Ranked(self.ranking, model=self.NAME)


class Clauses:
    """A model that reads what it is told to read in each clause, and nothing in anything else."""

    def __init__(self, **said: Intent) -> None:
        self._said = said

    def parse(self, text: str) -> Ranked:
        found = next((intent for word, intent in self._said.items() if word in text.lower()), None)
        return Ranked(((found or Intent.OUT_OF_SCOPE, 0.95), (Intent.THANKS, 0.05)))


def understood(text: str, model: Certain | Clauses | None = None) -> Understanding:
    return read(text, model or Certain(Intent.ACCEPT), now=NOW, zone=ZONE)


def decided(text: str, *awaited: Awaited, model: Certain | Clauses | None = None) -> Decision:
    return decide(understood(text, model), awaited, zone=ZONE)


def kind(text: str, *awaited: Awaited, model: Certain | Clauses | None = None) -> DecisionKind:
    return decided(text, *(awaited or (OFFER,)), model=model).kind


def each(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split(" · ")]
