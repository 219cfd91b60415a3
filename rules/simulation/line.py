"""Who may be asked about a slot at a moment, in order, worked out only when dispatch looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import overload
from uuid import UUID

from rules.eligibility import FILTERS
from rules.facts import OpeningFacts, Ranked
from rules.matching import rank
from rules.policy import Policy
from rules.refusals import Refusal
from rules.response import PUBLISHED
from rules.simulation.people import Waiter
from rules.view import look_at

_LASTS = timedelta(days=2)
_LOOKED_UP = 25
"""More are never planned to be asked before somebody answers or time is up."""

_MAY_CHANGE = tuple(
    refuses
    for refusal, refuses in FILTERS
    if refusal
    in (
        Refusal.STARTED,
        Refusal.NOTICE,
        Refusal.LEAD_TIME,
        Refusal.HOLDS_ANOTHER,
        Refusal.ENTRY_CAP,
        Refusal.WEEK_CAP,
        Refusal.GAP,
    )
)
"""Of the hard filters those that may refuse later somebody they let through when the order was worked out."""

Newcomers = list[Waiter]
"""Everybody in the order in which they joined."""


@dataclass(slots=True)
class Order:
    """A slot's ranking as it was worked out, and how far down the newcomers it goes."""

    ranked: list[tuple[Ranked, Waiter]] = field(default_factory=list)
    worked_out: datetime | None = None
    joined: int = 0
    asked: set[UUID] = field(default_factory=set)

    def bring_up_to_date(
        self, slot: OpeningFacts, policy: Policy, newcomers: Newcomers, now: datetime
    ) -> None:
        """Anew where it is old, else with those put in who have joined since."""
        if self.worked_out is None or now - self.worked_out > _LASTS:
            self.ranked, self.worked_out, self.joined = [], now, 0
        joined = {each.facts.id: each for each in newcomers[self.joined :] if each.listed}
        self.joined = len(newcomers)
        if joined:
            found = rank([each.in_general for each in joined.values()], slot, policy, now)
            self.ranked += [(each, joined[each.entry_id]) for each in found]
            self.ranked.sort(key=_place)


def _place(each: tuple[Ranked, Waiter]) -> tuple[bool, float, datetime]:
    ranked, waiter = each
    return not ranked.urgent, -ranked.score, waiter.facts.added_at


class Line(Sequence[Ranked]):
    """The ranked candidates that `step` takes; `found` has those that were looked up, by entry."""

    def __init__(
        self,
        order: Order,
        slot: OpeningFacts,
        policy: Policy,
        newcomers: Newcomers,
        now: datetime,
        room: int | None,
    ) -> None:
        self._order, self._slot, self._policy = order, slot, policy
        self._newcomers, self._now, self._room = newcomers, now, room
        self._line: list[Ranked] | None = None
        self.found: dict[UUID, tuple[Ranked, Waiter]] = {}

    def _looked_up(self) -> list[Ranked]:
        if self._line is None:
            self._order.bring_up_to_date(self._slot, self._policy, self._newcomers, self._now)
            most = _LOOKED_UP if self._room is None else min(self._room, _LOOKED_UP)
            self.found = {
                each.entry_id: (each, waiter) for each, waiter in islice(self._may_be_asked(), most)
            }
            self._line = [each for each, _ in self.found.values()]
        return self._line

    def _may_be_asked(self) -> Iterator[tuple[Ranked, Waiter]]:
        view = look_at(self._slot, self._policy, self._now)
        notice = view.notice / timedelta(hours=1)
        for ranked, waiter in self._order.ranked:
            if not waiter.listed or ranked.entry_id in self._order.asked:
                continue
            if not any(refuses(waiter.facts, view) for refuses in _MAY_CHANGE):
                chance = PUBLISHED.chance(ranked.score, notice, asked=len(waiter.offered))
                yield Ranked(ranked.entry_id, ranked.score, ranked.urgent, chance=chance), waiter

    @overload
    def __getitem__(self, place: int) -> Ranked: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Ranked]: ...
    def __getitem__(self, place: int | slice) -> Ranked | Sequence[Ranked]:
        return self._looked_up()[place]

    def __len__(self) -> int:
        return len(self._looked_up())
