"""Somebody on the simulated list, and what they were asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rules.facts import EntryFacts, Span

if TYPE_CHECKING:
    from rules.simulation.year import Slot

_WEEK = timedelta(days=7)


@dataclass(slots=True, eq=False)
class Waiter:
    """An entry of the list. `facts` is what matching sees of it at the moment.

    `listed`: may be asked. `gone`: a yes of theirs means nothing any more. `texts`: offers and news of them.
    """

    facts: EntryFacts
    in_general: EntryFacts  # as if they had not been asked anything lately
    listed: bool = True
    gone: bool = False
    got_at: datetime | None = None
    texts: int = 0
    offered: list[datetime] = field(default_factory=list)  # when each offer reached them
    asked_for: list[Slot] = field(default_factory=list)

    def asked(self, slot: Slot, time: Span, now: datetime) -> None:
        self.asked_for.append(slot)
        lately = tuple(at for at in self.facts.offered_at if at > now - _WEEK)
        self.facts = replace(self.facts, holding=(*self.facts.holding, time), offered_at=(*lately, now))

    def handed_over(self, now: datetime) -> None:
        self.texts += 1
        self.offered.append(now)
        self.facts = replace(self.facts, offered_at=(*self.facts.offered_at[:-1], now))

    def never_reached(self) -> None:
        """The offer's time was up before it could go out: it counts toward no cap."""
        self.facts = replace(self.facts, offered_at=self.facts.offered_at[:-1])

    def released(self, time: Span) -> None:
        self.facts = replace(self.facts, holding=tuple(each for each in self.facts.holding if each != time))

    def silent(self) -> int:
        """An offer lapsed unanswered; gives how many in a row have."""
        self._now(offers=self.facts.offers + 1)
        return self.facts.offers

    def answered(self) -> None:
        self._now(offers=0)

    def declined(self) -> int:
        """Gives how many they have passed on by now."""
        self._now(offers=0, declines=self.facts.declines + 1)
        return self.facts.declines

    def _now(self, **counts: int) -> None:
        self.facts = replace(self.facts, **counts)  # type: ignore[arg-type]
        self.in_general = replace(self.in_general, **counts)  # type: ignore[arg-type]
