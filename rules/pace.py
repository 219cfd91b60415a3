"""How long the wait is at the usual pace."""

from math import ceil

PACE_DAYS = 60
"""How far back we look for how often somebody got a visit from the list."""

LEAST_FILLED = 3
"""With fewer than this to go by, a number of days would be a guess."""


def wait_days(position: int, filled: int) -> int | None:
    """How many days it takes until everybody up to `position` had a turn, when `filled` had one in the last
    `PACE_DAYS`. None: too little has happened to say."""
    return ceil(position * PACE_DAYS / filled) if filled >= LEAST_FILLED else None
