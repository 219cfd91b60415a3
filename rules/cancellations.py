"""How a visit came to nothing: what makes a cancel late, what is owed for it, whether it should be made up for."""

from datetime import UTC, datetime, timedelta

from rules.policy import Policy
from rules.states import CancellationKind, CancelledBy, CancelReason, RecoveryState

NEVER_TO_BE = ("undone", "refused")
NOT_LOST = ("replaced", *NEVER_TO_BE)
"""Why visits end that nobody gave up or missed: another one took their place, or they were never to be. They are
kept on record, and left out of every list and number."""

OURS = (CancelReason.PRACTICE_CLOSURE, CancelReason.PROVIDER_UNAVAILABLE)
"""Reasons that are the clinic's own."""


def is_late(start: datetime, now: datetime, policy: Policy, type_hours: int | None) -> bool:
    """Whether giving up at `now` a visit that starts at `start` is late: less notice than the type wants, or
    the clinic where the type says nothing."""
    hours = policy.late_hours if type_hours is None else type_hours
    notice = start.astimezone(UTC) - now.astimezone(
        UTC
    )  # in one zone Python would subtract walls, not instants
    return notice < timedelta(hours=hours)


def kind_of(who: CancelledBy, reason: str | None, *, missed: bool, late: bool) -> CancellationKind:
    """Which of the four it is. `late`: there was too little notice, whoever gave it.

    A cancel that others write down counts as the patient's once the reason says that it was: until then nobody is
    held to have been late.
    """
    if missed:
        return CancellationKind.NO_SHOW
    if who is CancelledBy.PROVIDER or (who is not CancelledBy.PATIENT and reason in OURS):
        return CancellationKind.PRACTICE_CANCEL
    theirs = who is CancelledBy.PATIENT or reason in set(CancelReason)
    return CancellationKind.LATE_CANCEL if theirs and late else CancellationKind.CANCELLED


def fee_cents(kind: CancellationKind, *, late_fee: int, no_show_fee: int) -> int:
    """What is owed, in cents, by what the type of the visit takes for each."""
    fees = {CancellationKind.LATE_CANCEL: late_fee, CancellationKind.NO_SHOW: no_show_fee}
    return fees.get(kind, 0)


def recovery_of(reason: str | None) -> RecoveryState:
    """Whether a visit that has just come to nothing should still happen."""
    not_wanted = reason in NOT_LOST or reason == CancelReason.CHANGED_PROVIDER
    return RecoveryState.NOT_NEEDED if not_wanted else RecoveryState.PENDING
