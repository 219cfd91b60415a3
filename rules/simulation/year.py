"""A clinic's year: slots come free, the product's own `rank` and `step` say who is asked, patients answer.

Nothing of matching or dispatch is written a second time here. One shortcut is taken: a slot's order is worked out
when somebody is first to be asked, and anew every other day; newcomers are ranked and put in; and at each look
those of the product's filters that may say otherwise by then are asked again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random

from rules.dispatch import step
from rules.facts import OfferFacts, OpeningFacts, Ranked, Span
from rules.holds import held_until
from rules.hours import add_allowed, hours_of, next_allowed
from rules.policy import Policy
from rules.response import MEAN_CHANCE
from rules.simulation import patients, scenario
from rules.simulation.line import Line, Newcomers, Order
from rules.simulation.people import Waiter
from rules.states import OUTSTANDING_OFFER, EntryPriority, OfferState, OpeningState

_BEFORE = timedelta(days=30)  # those on the list on the first day joined over so long


@dataclass(slots=True)
class Asked:
    """An offer of a slot to somebody."""

    facts: OfferFacts
    waiter: Waiter
    match: float


@dataclass(slots=True)
class Slot:
    """An opening, and how it went. `most`: so many are in line for it, at most; None for everybody."""

    facts: OpeningFacts
    freed_at: datetime
    most: int | None = None
    offers: list[Asked] = field(default_factory=list)
    filled_at: datetime | None = None
    yeses: int = 0
    too_late: int = 0
    order: Order = field(default_factory=Order)
    looks: int = 0  # of those arranged only the newest counts

    @property
    def sent(self) -> list[Asked]:
        return [asked for asked in self.offers if asked.facts.handed_over_at is not None]


@dataclass(slots=True)
class Year:
    """What was played: every slot, and everybody who was ever on the list."""

    slots: list[Slot]
    waiters: list[Waiter]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a year is played. `acceptance`: the mean chance of a yes over the offers made. `most_in_line`: how many
    people a slot has in line, drawn out of these; empty for as many as match."""

    policy: Policy
    weeks: int = scenario.WEEKS
    acceptance: float = MEAN_CHANCE
    most_in_line: tuple[int, ...] = ()


def play(setting: Setting, seed: int) -> Year:
    """One year. A seed frees the same slots whatever the policy, and played again gives the same year."""
    return _Play(setting, seed).run()


class _Play:
    """Slots, joiners and answers each have their own source of chance: how one policy asks does not change which
    slots another has to fill."""

    def __init__(self, setting: Setting, seed: int) -> None:
        self.setting, self.policy = setting, setting.policy
        self.hours = hours_of(self.policy, (scenario.CLOCK,))
        self.answers, self.joining, freeing = (
            Random(f"{what} {seed}")  # noqa: S311 (a game, not a secret)
            for what in ("answers", "joining", "slots")
        )
        self.slots = [
            Slot(
                each.opening, each.at, freeing.choice(setting.most_in_line) if setting.most_in_line else None
            )
            for each in scenario.openings(freeing, self.policy, setting.weeks)
        ]
        self.newcomers: Newcomers = []
        self.events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.arranged = 0

    def run(self) -> Year:
        first = scenario.begins()
        while len(self.newcomers) < scenario.ENTRIES:
            self._join(first - self.joining.uniform(0, 1) * _BEFORE, not_before=first)
        for slot in self.slots:
            self._at(slot.freed_at, partial(self._look, slot, slot.looks))
        over = max(slot.facts.start for slot in self.slots) + timedelta(days=1)
        while self.events and self.events[0][0] < over:
            now, _, happens = heappop(self.events)
            happens(now)
        return Year(self.slots, self.newcomers)

    def _at(self, moment: datetime, happens: Callable[[datetime], None]) -> None:
        self.arranged += 1  # of one moment, what was arranged first comes first
        heappush(self.events, (moment, self.arranged, happens))

    # The list

    def _join(self, now: datetime, *, not_before: datetime | None = None) -> None:
        facts = scenario.joins(self.joining, now)
        leaves_at = facts.replaces_start or now + scenario.EXPIRES
        if not_before is None or leaves_at > not_before:
            waiter = Waiter(facts, facts)
            self.newcomers.append(waiter)
            self._at(leaves_at, partial(self._leave, waiter))

    def _leave(self, waiter: Waiter, now: datetime) -> None:
        """Booked, seen at the later visit, expired, or declined too often: offers that are out end."""
        if waiter.gone:
            return
        waiter.gone = True
        for slot in self.slots_of(waiter):
            for asked in slot.offers:
                if asked.waiter is waiter and asked.facts.state in OUTSTANDING_OFFER:
                    self._end(asked, slot, OfferState.WITHDRAWN)
            self._look_now(slot, now)
        self._off_the_list(waiter, now)

    def _off_the_list(self, waiter: Waiter, now: datetime) -> None:
        """The list holds as many as ever: somebody else joins."""
        if waiter.listed:
            waiter.listed = False
            self._join(now)

    def slots_of(self, waiter: Waiter) -> list[Slot]:
        return [slot for slot in waiter.asked_for if slot.filled_at is None]

    # Asking

    def _look_now(self, slot: Slot, now: datetime) -> None:
        slot.looks += 1
        self._look(slot, slot.looks, now)

    def _look(self, slot: Slot, number: int, now: datetime) -> None:
        """One look at a slot: what `step` says is carried out."""
        if number != slot.looks or slot.facts.state is not OpeningState.OPEN:
            return
        line = Line(slot.order, slot.facts, self.policy, self.newcomers, now, self._room(slot))
        found = step(slot.facts, [asked.facts for asked in slot.offers], line, self.policy, now)
        for asked in slot.offers:
            if asked.facts.id in found.lapse:
                self._lapse(asked, slot, now)
        for entry_id in found.ask:
            self._ask(slot, *line.found[entry_id], now)
        if found.give_up:
            slot.facts = replace(slot.facts, state=OpeningState.EXPIRED)
        elif found.look_again_at is not None:
            held = [asked.facts.held_until for asked in slot.offers if asked.facts.state is OfferState.OPEN]
            slot.looks += 1
            again_at = min([found.look_again_at, *(each for each in held if each is not None)])
            self._at(again_at, partial(self._look, slot, slot.looks))

    def _room(self, slot: Slot) -> int | None:
        return None if slot.most is None else max(slot.most - len(slot.offers), 0)

    def _ask(self, slot: Slot, ranked: Ranked, waiter: Waiter, now: datetime) -> None:
        offer = OfferFacts(
            id=ranked.entry_id,
            entry_id=ranked.entry_id,
            state=OfferState.QUEUED,
            urgent=waiter.facts.priority is EntryPriority.URGENT,
            chance=ranked.chance,
        )
        asked = Asked(offer, waiter, ranked.score)
        slot.offers.append(asked)
        slot.order.asked.add(ranked.entry_id)
        waiter.asked(slot, Span(slot.facts.start, slot.facts.end), now)
        at = next_allowed(now, self.hours)
        if at == now:
            self._hand_over(asked, slot, now)
        else:
            self._at(at, partial(self._hand_over_later, asked, slot))

    def _hand_over_later(self, asked: Asked, slot: Slot, now: datetime) -> None:
        if asked.facts.state is not OfferState.QUEUED:
            return
        if slot.facts.state is OpeningState.OPEN and now < slot.facts.give_up_at:
            self._hand_over(asked, slot, now)
            self._look_now(slot, now)

    def _hand_over(self, asked: Asked, slot: Slot, now: datetime) -> None:
        until = held_until(now, slot.facts.give_up_at, self.policy, self.hours)
        asked.facts = replace(asked.facts, state=OfferState.OPEN, handed_over_at=now, held_until=until)
        asked.waiter.handed_over(now)
        answer = patients.answer(self.answers, asked.match, self.setting.acceptance)
        if answer is not None:
            at = add_allowed(now, answer.after, self.hours)
            self._at(at, partial(self._yes if answer.yes else self._no, asked, slot))

    # How offers end

    def _end(self, asked: Asked, slot: Slot, state: OfferState) -> None:
        asked.facts = replace(asked.facts, state=state)
        asked.waiter.released(Span(slot.facts.start, slot.facts.end))

    def _lapse(self, asked: Asked, slot: Slot, now: datetime) -> None:
        reached = asked.facts.state is OfferState.OPEN
        self._end(asked, slot, OfferState.LAPSED)
        if not reached:
            asked.waiter.never_reached()
        elif asked.waiter.silent() >= self.policy.offers_per_entry:
            self._off_the_list(asked.waiter, now)  # left alone until they write; a late yes still counts

    def _yes(self, asked: Asked, slot: Slot, now: datetime) -> None:
        if asked.waiter.gone:
            return
        slot.yeses += 1
        if slot.filled_at is not None or now >= slot.facts.start:
            slot.too_late += 1
            asked.waiter.answered()
            return
        slot.filled_at, asked.waiter.got_at = now, now
        slot.facts = replace(slot.facts, state=OpeningState.FILLED)
        self._end(asked, slot, OfferState.ACCEPTED)
        for other in slot.offers:
            told = other.facts.state in (OfferState.OPEN, OfferState.LAPSED)
            other.waiter.texts += told
            if told or other.facts.state is OfferState.QUEUED:
                self._end(other, slot, OfferState.LOST)
        self._leave(asked.waiter, now)

    def _no(self, asked: Asked, slot: Slot, now: datetime) -> None:
        if asked.waiter.gone or asked.facts.state not in (OfferState.OPEN, OfferState.LAPSED):
            return
        self._end(asked, slot, OfferState.DECLINED)
        if asked.waiter.declined() >= self.policy.declines_per_entry:
            self._leave(asked.waiter, now)
        else:
            self._look_now(slot, now)
