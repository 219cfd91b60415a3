"""How long somebody asked has to answer."""

from datetime import UTC, datetime

from rules.hours import Hours, NeverAllowed, add_allowed
from rules.policy import Policy


def held_until(handed_over_at: datetime, give_up_at: datetime, policy: Policy, hours: Hours) -> datetime:
    """When the hold of an offer ends, in UTC.

    Its clock starts when the text is handed to the carrier, runs only in the patient's allowed hours, and
    never outlasts the opening's give-up time.
    """
    limit = give_up_at.astimezone(UTC)
    try:
        return min(add_allowed(handed_over_at, policy.hold_minutes, hours), limit)
    except NeverAllowed:  # an answer to the patient's own text may go to zones that never agree
        return limit
