"""How likely a patient is to drop out of care, and what is being done about it."""

from enum import StrEnum


class RiskLevel(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class RiskState(StrEnum):
    ACTIVE = "active"  # as it was worked out; nobody has looked
    REVIEWED = "reviewed"  # somebody has, since the level last rose
    RESOLVED = "resolved"  # it was high, and is low again
    DROPPED_OUT = "dropped_out"  # no visit for too long, and none booked


class InterventionState(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    SUCCESSFUL = "successful"
    UNSUCCESSFUL = "unsuccessful"
