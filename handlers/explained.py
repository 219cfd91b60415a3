"""How a text was read and why, as plain values: kept with the message for staff, and printed by `standby read`."""

from typing import Any

from handlers.decision import Decision, DecisionKind
from nlu.understanding import DayWalls, Preferences, Reason, TimeSpan, Understanding, Walls
from rules.states import PromptKind

RIVALS = 3
"""How many of the model's readings are kept."""


def explained(read: Understanding, decision: Decision) -> dict[str, Any]:
    """All of it. Times are ISO 8601; `also` names what else was said, `clauses` how each part was read."""
    return {
        "decision": str(decision.kind),
        "intent": str(read.intent),
        "confidence": round(read.confidence, 4),
        "also": [str(other.kind) for other in decision.also],
        "times": [time_as_json(span) for span in read.times],
        "preferences": preferences_as_json(read.preferences),
        "reason": _reason(read, decision),
        "topic": str(read.topic) if read.topic else None,
        "language": read.language,
        "choice": read.choice,
        "why": list(decision.why),
        "rivals": {str(intent): round(share, 3) for intent, share in read.ranking[:RIVALS]},
        "clauses": [{"text": part.text, "intent": str(part.intent)} for part in read.clauses],
    }


def _reason(read: Understanding, decision: Decision) -> str | None:
    """The reason given. The answer to "May I ask why?" is one, also where none of ours fits."""
    asked = decision.awaited is not None and decision.awaited.kind is PromptKind.REASON
    if read.reason is None and asked and decision.kind is DecisionKind.REASON:
        return str(Reason.OTHER)
    return str(read.reason) if read.reason else None


def time_as_json(span: TimeSpan) -> dict[str, Any]:
    end = None if span.end is None or span.end == span.start else span.end.isoformat()
    return {
        "start": span.start.isoformat(),
        "end": end,
        "grain": span.grain,
        "excluded": span.excluded,
        "text": span.text,
    }


def preferences_as_json(wishes: Preferences) -> dict[str, Any]:
    """Only what was said. Weekdays are 0 = Monday … 6 = Sunday, times "14:00", days "2026-12-01"."""
    found: dict[str, Any] = {
        "weekdays": sorted(wishes.weekdays),
        "excluded_weekdays": sorted(wishes.excluded_weekdays),
        "times": _walls(wishes.times),
        "excluded_times": _walls(wishes.excluded_times),
        "excluded_day_times": _day_walls(wishes.excluded_day_times),
        "excluded_dates": [[first.isoformat(), last.isoformat()] for first, last in wishes.excluded_dates],
        "earliest": wishes.earliest.isoformat() if wishes.earliest else None,
        "latest": wishes.latest.isoformat() if wishes.latest else None,
        "provider": wishes.provider,
        "or_provider": wishes.or_provider,
        "only_provider": wishes.only_provider,
        "excluded_provider": wishes.excluded_provider,
        "notice_hours": wishes.notice_hours,
        "again_weekdays": sorted(wishes.again_weekdays),
        "again_times": _walls(wishes.again_times),
        "again_day_times": _day_walls(wishes.again_day_times),
        "again_provider": wishes.again_provider,
        "any_day": wishes.any_day,
        "any_time": wishes.any_time,
        "any_provider": wishes.any_provider,
    }
    return {name: value for name, value in found.items() if value}


def _day_walls(found: tuple[DayWalls, ...]) -> list[list[int | str]]:
    return [[weekday, f"{start:%H:%M}", f"{end:%H:%M}"] for weekday, (start, end) in found]


def _walls(windows: tuple[Walls, ...]) -> list[list[str]]:
    return [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in windows]
