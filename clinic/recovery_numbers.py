"""Recovery in numbers: what became of lost visits, and how often each way of asking brings somebody back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules.states import OPEN_RECOVERY, RecoveryState
from rules.trials import Interval, Tally, wilson
from storage.queries import recovery as queries
from storage.queries.recovery_numbers import Came, came_to
from storage.transaction import Tx


class Split(StrEnum):
    """What success is told apart by: of lost visits why they were lost, of attempts the others."""

    REASON = "reason"
    TOUCH = "touch"
    CHANNEL = "channel"
    WORDING = "wording"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of a period's lost visits. `won` is of all that should happen after all, those still open among them."""

    came: Mapping[RecoveryState, Came]
    tables: Mapping[Split, Sequence[Tally]]

    @property
    def won(self) -> Tally:
        wanted = sum(each.cases for state, each in self.came.items() if state is not RecoveryState.NOT_NEEDED)
        return Tally("all", self.came[RecoveryState.RECOVERED].cases, wanted)

    @property
    def open(self) -> Came:
        """What may yet be won back."""
        still = [self.came[state] for state in OPEN_RECOVERY]
        return Came(sum(each.cases for each in still), sum(each.cents for each in still))


def numbers(tx: Tx, start: datetime, end: datetime) -> Numbers:
    """Of the visits whose cases were opened from `start` until `end`."""
    found = queries.success(tx.session, start, end)
    return Numbers(
        came=came_to(tx.session, start, end),
        tables={
            Split.REASON: found.reasons,
            Split.TOUCH: found.touches,
            Split.CHANNEL: found.channels,
            Split.WORDING: found.wordings,
        },
    )


def interval(tally: Tally) -> Interval:
    """In which the true share lies, 95 times of a hundred."""
    return wilson(tally.hits, tally.of)
