"""What to do next about an opening: whose time is up, who is asked now, when to look again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rules.facts import OfferFacts, OpeningFacts, Ranked
from rules.hours import Hours, NeverAllowed, add_allowed, hours_of, minutes_allowed_between, next_allowed
from rules.offer_policy import Dispatch
from rules.policy import Policy
from rules.response import PUBLISHED, Response
from rules.states import OUTSTANDING_OFFER, OfferState, OpeningState
from rules.waves import MOST_PLANNED, Person, Terms, plan

_BEING_FILLED = (OpeningState.OPEN, OpeningState.OFFERING)
_A_MOMENT = 0.01  # minutes: what is left, at least, of a hold that is not over


@dataclass(frozen=True, slots=True)
class Step:
    """`lapse`: offers whose time is up. `ask`: entries to offer it to now, in order.

    `look_again_at` is None when the opening is finished with. `give_up`: leave it to the staff's board.
    """

    lapse: tuple[UUID, ...] = ()
    ask: tuple[UUID, ...] = ()
    look_again_at: datetime | None = None
    give_up: bool = False


def step(
    opening: OpeningFacts,
    offers: Sequence[OfferFacts],
    ranked: Sequence[Ranked],
    policy: Policy,
    now: datetime,
    *,
    response: Response = PUBLISHED,
) -> Step:
    """One look at an opening. Called again with nothing changed it says the same; with its own answer
    carried out it says nothing new.

    1. No longer being filled, or past its give-up time: nobody is asked, what is out lapses.
    2. Offers held until now or earlier lapse. One still waiting to be sent has no deadline yet.
    3. One by one, or in batches: while anybody is still being asked, nobody else is; else the next wave goes
       out, one entry or the best few.
    4. Adaptively: as many as the time left asks for, also while others are being asked (`rules.waves`).
    5. Look again when the first hold ends or the next wave is due, at give-up the latest.
    """
    outstanding = [offer for offer in offers if offer.state in OUTSTANDING_OFFER]
    being_filled = opening.state in _BEING_FILLED
    if not being_filled or now >= opening.give_up_at:
        return Step(lapse=tuple(offer.id for offer in outstanding), give_up=being_filled)

    lapsed = [offer for offer in outstanding if _is_over(offer, now)]
    waiting = [offer for offer in outstanding if offer not in lapsed]
    again_at: datetime | None = None
    if policy.dispatch is Dispatch.ADAPTIVE:
        ask, again_at = _as_time_asks(opening, offers, ranked, policy, now, response)
    else:
        ask = () if waiting else _next_wave(offers, ranked, policy)
    looks = [offer.held_until for offer in waiting if offer.held_until is not None]
    if again_at is not None:
        looks.append(again_at)
    return Step(
        lapse=tuple(offer.id for offer in lapsed), ask=ask, look_again_at=min([*looks, opening.give_up_at])
    )


def _is_over(offer: OfferFacts, now: datetime) -> bool:
    return offer.held_until is not None and offer.held_until <= now


def _line(offers: Sequence[OfferFacts], ranked: Sequence[Ranked]) -> list[Ranked]:
    """Those not asked yet, urgent ones first however they were sorted. Nobody twice."""
    asked = {offer.entry_id for offer in offers}
    return sorted((each for each in ranked if each.entry_id not in asked), key=lambda each: not each.urgent)


def _next_wave(offers: Sequence[OfferFacts], ranked: Sequence[Ranked], policy: Policy) -> tuple[UUID, ...]:
    """The next to be asked: all urgent or none, so that urgent ones race only each other."""
    line = _line(offers, ranked)
    size = policy.batch_size if policy.dispatch is Dispatch.BATCH else 1
    return tuple(each.entry_id for each in line[:size] if each.urgent == line[0].urgent)


def _as_time_asks(
    opening: OpeningFacts,
    offers: Sequence[OfferFacts],
    ranked: Sequence[Ranked],
    policy: Policy,
    now: datetime,
    response: Response,
) -> tuple[tuple[UUID, ...], datetime | None]:
    """Whom to ask now, and when the next. In the clinic's allowed hours: those of one patient only delay them."""
    line = _line(offers, ranked)[:MOST_PLANNED]
    hours = hours_of(policy, (ZoneInfo(opening.zone),))
    minutes = minutes_allowed_between(now, opening.give_up_at, hours)
    if not line or not minutes:
        return (), None
    clocks = _Clocks(policy, hours, now)
    found = plan(
        [clocks.asked(offer) for offer in offers if _may_still_say_yes(offer, policy, now)],
        [Person(each.chance, each.urgent, clocks.waits(each.zones)) for each in line],
        Terms(
            minutes=minutes,
            hold=policy.hold_minutes,
            wanted=policy.wanted_fill,
            most_too_late=None if policy.fill_first else policy.most_too_late,
            hard=policy.hard_holds,
        ),
        response,
    )
    again_at = None if found.again_in is None else add_allowed(now, found.again_in, hours)
    return tuple(line[place].entry_id for place in found.now), again_at


def _may_still_say_yes(offer: OfferFacts, policy: Policy, now: datetime) -> bool:
    """Being asked, or silent when their time was up: a late yes counts while the slot is free (soft hold)."""
    if offer.state is OfferState.LAPSED:
        return offer.handed_over_at is not None and not policy.hard_holds
    return offer.state in OUTSTANDING_OFFER and not (policy.hard_holds and _is_over(offer, now))


@dataclass(frozen=True, slots=True)
class _Clocks:
    """Everybody's time in minutes of allowed time, theirs where it is another than the clinic's."""

    policy: Policy
    hours: Hours
    now: datetime

    def asked(self, offer: OfferFacts) -> Person:
        if offer.handed_over_at is None:
            return Person(offer.chance, offer.urgent, self.waits(offer.zones))
        hours, held = self._theirs(offer.zones), 0.0
        if (
            offer.state in OUTSTANDING_OFFER
            and offer.held_until is not None
            and not _is_over(offer, self.now)
        ):
            held = max(minutes_allowed_between(self.now, offer.held_until, hours), _A_MOMENT)
        asked = minutes_allowed_between(offer.handed_over_at, self.now, hours)
        return Person(offer.chance, offer.urgent, asked=asked, held=held)

    def waits(self, zones: tuple[str, ...]) -> float:
        """Minutes of the clinic's allowed time until it is an allowed hour for them too."""
        if not zones:
            return 0.0
        try:
            return minutes_allowed_between(self.now, next_allowed(self.now, self._theirs(zones)), self.hours)
        except NeverAllowed:
            return float("inf")

    def _theirs(self, zones: tuple[str, ...]) -> Hours:
        return hours_of(self.policy, tuple(ZoneInfo(zone) for zone in zones)) if zones else self.hours
