"""Named places where a process may die, in the order the code reaches them.

`reach(point)` does nothing in production. The chaos tests arm a hook that kills the process at one of them,
and prove that nothing is lost or done twice (tests/chaos).
"""

from collections.abc import Callable

POINTS = (
    "turn.begun",
    "turn.understood",
    "turn.decided",
    "booking.locked",
    "booking.inserted",
    "commit.unwoken",
    "turn.committed",
    "claim.marked",
    "claim.committed",
    "send.answered",
    "send.recorded",
    "due.leased",
    "settle.looked",
    "settle.recorded",
    "campaign.gathered",
    "campaign.written",
    "recovery.written",
)


def _nothing(_point: str) -> None:
    pass


_hook: Callable[[str], None] = _nothing


def arm(hook: Callable[[str], None]) -> None:
    """Call `hook` with each point's name from now on."""
    global _hook
    _hook = hook


def reach(point: str) -> None:
    _hook(point)
