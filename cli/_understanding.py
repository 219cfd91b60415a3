"""What `standby read` and `standby nlu evaluate` share: one reply as JSON describes it, read and decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.decide import Awaited, Decision, decide
from nlu.reading import Model, read
from nlu.times import find_times
from nlu.understanding import Understanding
from rules.states import PromptKind

DEFAULT_ZONE = "America/New_York"


class BadLine(Exception):
    """A line that is not what the interface describes; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Question:
    """One reply with what it answers."""

    text: str
    awaited: tuple[Awaited, ...]
    now: datetime
    zone: ZoneInfo


def parse_question(row: Mapping[str, Any]) -> Question:
    """A line of `standby read` as values. Every key but `text` may be missing. Raises BadLine."""
    text = row.get("text")
    if not isinstance(text, str):
        raise BadLine("`text` is missing or no string")
    try:
        zone = ZoneInfo(row.get("tz") or DEFAULT_ZONE)
        now = _moment(row["now"], zone) if row.get("now") else datetime.now(UTC)
        return Question(text, _awaited(row, now, zone), now, zone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadLine(f"{type(error).__name__}: {error}") from error


def answer(question: Question, model: Model) -> tuple[Understanding, Decision]:
    understood = read(question.text, model, now=question.now, zone=question.zone)
    return understood, decide(understood, question.awaited, zone=question.zone)


def _moment(said: str, zone: ZoneInfo) -> datetime:
    """ISO 8601; without an offset it is a wall clock in `zone`."""
    moment = datetime.fromisoformat(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _awaited(row: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> tuple[Awaited, ...]:
    pending = row.get("pending")
    if not pending:
        return ()
    asked = [{"kind": pending}] if isinstance(pending, str) else list(pending)
    return tuple(_one(one, row, now, zone) for one in asked)


def _one(asked: Mapping[str, Any], row: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> Awaited:
    kind = PromptKind(asked["kind"])
    told = asked.get("offer") or row.get("offer") or {}
    if kind not in (PromptKind.OFFER, PromptKind.CONFIRM, PromptKind.CANCEL_CONFIRM, PromptKind.REMINDER):
        told = {}
    said = asked.get("said") or row.get("said") or ""
    return Awaited(
        kind=kind,
        id=_id(asked.get("id") or kind),
        subject_id=None,
        asked_at=_moment(asked["asked_at"], zone) if asked.get("asked_at") else now - timedelta(minutes=5),
        start=_moment(told["start"], zone) if told.get("start") else _named_in(said, now, zone),
        minutes=told.get("minutes"),
        provider=told.get("provider"),
        options=int(asked.get("options") or 0),
        name=asked.get("name") or told.get("name"),
        said=said,
    )


def _named_in(said: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The time that our own text named, where it named one and no other."""
    named = {span.start for span in find_times(said, now=now, zone=zone) if span.start == span.end}
    return named.pop() if len(named) == 1 else None


def _id(said: object) -> UUID:
    """Any id will do; what is no UUID becomes one."""
    try:
        return UUID(str(said))
    except ValueError:
        return uuid5(NAMESPACE_OID, str(said))
