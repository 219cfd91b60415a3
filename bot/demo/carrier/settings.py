"""What the double is started with, and the manners that a test may change while it runs."""

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Site:
    """The made-up clinic's own web site, which has the chat on it."""

    name: str
    widget_url: str
    """Where the chat's script is."""
    slug: str
    """Which clinic the script is told."""


@dataclass(frozen=True)
class Account:
    """One Twilio account, with one webhook for all its numbers."""

    sid: str
    token: str
    webhook_url: str
    numbers: dict[str, str]
    """Number in E.164 → the clinic's name as the phones show it."""
    admin_url: str | None = None
    site: Site | None = None


@dataclass(frozen=True)
class Manners:
    """How quick and how helpful the carrier is; times in seconds."""

    list_delay: tuple[float, float] = (0.0, 5.0)
    """A new message is missing from lists for some time between these two."""
    sent_after: float = 0.3
    delivered_after: float = 0.7
    mps: float = 1000.0
    """Message segments a second that each number of ours sends; the rest waits in its queue."""
    yes_opts_in: bool = False
    """Twilio's default is yes; our set-up page says to take it out, as YES accepts an offer."""
    clock_ahead: float = 0.0
    """Added to every date that the double gives, for tests whose clinic lives at another time."""

    calls_by_hand: bool = True
    """Phones ring until somebody at the phones page picks up; without it a person picks up at once."""

    webhook_url: str | None = None
    """Where inbound texts are posted instead of to the account's own address."""

    def __post_init__(self) -> None:
        low, high = self.list_delay
        if not 0 <= low <= high:
            raise ValueError("list_delay is a number of seconds, or two, the smaller first")
        if self.mps <= 0 or self.sent_after < 0 or self.delivered_after < 0:
            raise ValueError("mps must be above 0, sent_after and delivered_after at least 0")

    def changed(self, given: dict[str, Any]) -> Self:
        """A copy with some values replaced. Raises TypeError or ValueError for what cannot be."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name, value in given.items():
            if name not in values:
                raise ValueError(f"There is no setting {name}; known: {', '.join(values)}")
            values[name] = _read(name, value)
        return type(self)(**values)


def _read(name: str, value: Any) -> object:
    if name == "list_delay":
        low, high = value if isinstance(value, list) else (value, value)
        return float(low), float(high)
    if name == "webhook_url":
        return str(value) if value else None
    return bool(value) if name in ("yes_opts_in", "calls_by_hand") else float(value)


FAST = Manners(list_delay=(0.0, 0.0), sent_after=0.0, delivered_after=0.0, calls_by_hand=False)
"""For tests: nothing waits."""
