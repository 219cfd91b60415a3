"""What becomes of a text at the carrier: states move forward only, failed calls are tried again."""

from datetime import timedelta

from rules.states import DELIVERY_RANK

_LAST_RANK = max(DELIVERY_RANK.values())

TERMINAL_DELIVERY = frozenset(state for state, rank in DELIVERY_RANK.items() if rank == _LAST_RANK)
"""Nothing comes after these."""


EARLIER = {
    new: tuple(state for state, rank in DELIVERY_RANK.items() if rank < DELIVERY_RANK[new])
    for new in DELIVERY_RANK
}
"""Of each state, those a text may come from. Callbacks come late, twice, out of order; an end once reached stays.
"""


# Quick at first, for a hiccup; then slower, for an outage: about four hours in all. A message's own
# expiry usually ends it sooner.
RETRY_PLAN = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=20),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=1),
    timedelta(hours=1),
)


def retry_after(attempt: int) -> timedelta | None:
    """How long to wait after the `attempt`-th try failed (the first is 1); None: give up."""
    return RETRY_PLAN[attempt - 1] if 1 <= attempt <= len(RETRY_PLAN) else None
