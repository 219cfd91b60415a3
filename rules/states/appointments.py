"""A visit: how it stands, and who gave it up and why."""

from enum import StrEnum


class AppointmentState(StrEnum):
    REQUESTED = "requested"  # theirs, but staff have to approve it first (confirm mode "staff")
    BOOKED = "booked"
    CONFIRMED = "confirmed"  # the patient said they will come
    ARRIVED = "arrived"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


ACTIVE_APPOINTMENT = (
    AppointmentState.REQUESTED,
    AppointmentState.BOOKED,
    AppointmentState.CONFIRMED,
    AppointmentState.ARRIVED,
    AppointmentState.COMPLETED,
)
"""States in which a visit occupies its provider and room: what the exclusion constraint looks at."""

UPCOMING_APPOINTMENT = (AppointmentState.REQUESTED, AppointmentState.BOOKED, AppointmentState.CONFIRMED)
"""States in which a visit can still be cancelled or replaced."""


class CancelledBy(StrEnum):
    PATIENT = "patient"
    STAFF = "staff"
    SYSTEM = "system"
    PROVIDER = "provider"


class CancellationKind(StrEnum):
    """How a visit came to nothing."""

    CANCELLED = "cancelled"
    LATE_CANCEL = "late_cancel"  # by the patient, with less notice than the clinic or the type wants
    NO_SHOW = "no_show"
    PRACTICE_CANCEL = "practice_cancel"  # we took it away


class RecoveryState(StrEnum):
    """Whether a visit that came to nothing has been made up for."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"  # the patient is being asked
    RECOVERED = "recovered"  # another visit stands in its place
    LOST = "lost"
    NOT_NEEDED = "not_needed"  # nothing was lost, or the visit is not wanted any more


OPEN_RECOVERY = (RecoveryState.PENDING, RecoveryState.IN_PROGRESS)


class CancelReason(StrEnum):
    """Why a visit was given up; the same words as `nlu.understanding.Reason`, which may not be imported here."""

    SCHEDULE_CONFLICT = "schedule_conflict"
    ILLNESS = "illness"
    TRANSPORTATION = "transportation"
    FORGOT = "forgot"
    FINANCIAL = "financial"
    WEATHER = "weather"
    FAMILY_EMERGENCY = "family_emergency"
    CHANGED_PROVIDER = "changed_provider"
    PRACTICE_CLOSURE = "practice_closure"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    OTHER = "other"
