"""What can be made to go wrong: faults wait in a queue and each is used up by the calls it fits."""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from bot.demo.carrier.errors import REFUSALS
from bot.demo.carrier.messages import ERROR_TEXT


class Kind(StrEnum):
    RATE_LIMIT = "rate_limit"  # 429 with code 20429
    SERVER_ERROR = "server_error"  # 500, or 503 with `code`
    DROP_BEFORE_ACCEPT = "drop_before_accept"  # the connection closes, nothing was taken
    REJECT = "reject"  # refused with `code`: 21211, 21610, 21614…
    DROP_AFTER_ACCEPT = "drop_after_accept"  # taken, it will be delivered, and the connection closes
    SLOW = "slow"  # taken at once, answered `seconds` later
    FAIL_CODE = "fail_code"  # accepted, then undelivered with `code`, or failed where `failed` is set
    CALLBACK = "callback"  # the status callbacks come as `variant` says


class Variant(StrEnum):
    """How status callbacks may misbehave."""

    EARLY = "early"  # all of them before the create call is answered
    LATE = "late"  # all of them, in order, `seconds` after the last status
    TWICE = "twice"
    OUT_OF_ORDER = "out_of_order"  # all at the end, last one first
    NEVER = "never"


GATES = frozenset({Kind.RATE_LIMIT, Kind.SERVER_ERROR, Kind.DROP_BEFORE_ACCEPT, Kind.REJECT})
"""Stop a call before anything is taken."""
ANSWERS = frozenset({Kind.DROP_AFTER_ACCEPT, Kind.SLOW})
"""Spoil only the answer."""
CALLS = frozenset({"create", "fetch", "list", "any"})


@dataclass
class Fault:
    kind: Kind
    count: int = 1
    """How many calls it still hits."""
    to: str | None = None
    """Only messages to this number."""
    on: str = "create"
    """Which call it waits for; `any` for all of them. Only the gates make sense on `fetch` and `list`."""
    seconds: float = 1.0
    code: int | None = None
    variant: Variant | None = None
    failed: bool = False
    hits: int = field(default=0, init=False)

    @classmethod
    def read(cls, given: dict[str, Any]) -> Self:
        """A fault as it came in JSON. Raises ValueError or TypeError with a sentence."""
        known = {entry.name for entry in fields(cls) if entry.init}
        if unknown := set(given) - known:
            raise ValueError(
                f"A fault has no {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}"
            )
        fault = cls(**{**given, "kind": Kind(given.get("kind", ""))})
        if fault.variant is not None:
            fault.variant = Variant(fault.variant)
        fault.check()
        return fault

    def check(self) -> None:
        """Refuse what would silently do nothing."""
        if self.on not in CALLS:
            raise ValueError(f"on is one of {', '.join(sorted(CALLS))}")
        if self.kind is Kind.CALLBACK and self.variant is None:
            raise ValueError(f"A callback fault needs a variant: {', '.join(Variant)}")
        if self.kind is Kind.REJECT and self.code not in REFUSALS:
            raise ValueError("A reject fault needs the code of a refusal, such as 21211 or 21610")
        if self.kind is Kind.FAIL_CODE and self.code not in ERROR_TEXT:
            raise ValueError(f"A fail_code fault needs a code: {', '.join(map(str, ERROR_TEXT))}")
        if self.kind is Kind.SERVER_ERROR and self.code not in (None, 500, 503):
            raise ValueError("A server_error has the code 500 or 503")
        if self.count < 1:
            raise ValueError("count is at least 1")

    def fits(self, kinds: frozenset[Kind], *, to: str | None, on: str) -> bool:
        return (
            self.count > 0
            and self.kind in kinds
            and self.on in (on, "any")
            and (self.to is None or self.to == to)
        )


class FaultQueue:
    """Faults in the order in which they were asked for. Guarded by the state's lock."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def take(self, *kinds: Kind, to: str | None, on: str = "create") -> Fault | None:
        """The first that fits, one of its count used up."""
        wanted = frozenset(kinds)
        for fault in self._faults:
            if fault.fits(wanted, to=to, on=on):
                fault.count -= 1
                fault.hits += 1
                return fault
        return None

    def all(self) -> list[Fault]:
        """Spent ones too, so that a test can see that each was hit."""
        return list(self._faults)

    def clear(self) -> None:
        self._faults.clear()
