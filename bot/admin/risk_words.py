"""The words staff read on the At-risk page."""

from collections.abc import Sequence

from rules.dropout import ADVICE
from rules.states import InterventionState, RiskLevel, RiskState
from storage.queries.at_risk import Event, Intervention

LEVELS = {
    RiskLevel.CRITICAL: "Critical",
    RiskLevel.HIGH: "High",
    RiskLevel.MEDIUM: "Medium",
    RiskLevel.LOW: "Low",
}

STATES = {
    RiskState.ACTIVE: "Not looked at yet",
    RiskState.REVIEWED: "Reviewed",
    RiskState.RESOLVED: "Resolved",
    RiskState.DROPPED_OUT: "Dropped out",
}

INTERVENTIONS = {
    InterventionState.PENDING: "Not begun",
    InterventionState.IN_PROGRESS: "In progress",
    InterventionState.SUCCESSFUL: "Successful",
    InterventionState.UNSUCCESSFUL: "Unsuccessful",
}


def advised(level: RiskLevel) -> str:
    """What is to be done at a level, in a sentence."""
    advice = ADVICE[level]
    if advice.call_within_days is not None:
        days = advice.call_within_days
        call = f"Call within {days} days" if days else "Call today"
        return f"{call} and tell the doctor." if advice.tell_doctor else f"{call}."
    if advice.text:
        return "No call. Who agreed to texts and has no visit booked is asked by text how they are."
    return "Nothing to do."


def share(chance: float) -> str:
    """A chance as a nurse would say it; nothing finer is known."""
    return f"{round(chance * 100)} in 100"


def happened(each: Event, interventions: Sequence[Intervention]) -> str:
    """An event of the history, in a line."""
    before, after = each.event.before or {}, each.event.after or {}
    if each.event.action == "risk.level_changed":
        return f"{LEVELS[after['level']]}, {after['score']:.0f} points; before {_was(before)}"
    if each.event.action == "risk.intervened":
        what = {str(made.intervention.id): made.intervention.what for made in interventions}
        return f"{what[after['intervention']]}: {INTERVENTIONS[after['state']].lower()}"
    return "Reviewed"


def _was(before: dict[str, object]) -> str:
    level = LEVELS[RiskLevel(str(before["level"]))].lower()
    return level if before["score"] is None else f"{level}, {before['score']:.0f}"
