"""What makes a cancel late."""

from datetime import UTC, datetime, timedelta

from rules.policy import Policy


def is_late(start: datetime, now: datetime, policy: Policy, type_hours: int | None) -> bool:
    """Whether giving up at `now` a visit that starts at `start` is late: less notice than the type wants, or
    the clinic where the type says nothing."""
    hours = policy.late_hours if type_hours is None else type_hours
    notice = start.astimezone(UTC) - now.astimezone(
        UTC
    )  # in one zone Python would subtract walls, not instants
    return notice < timedelta(hours=hours)
