"""What to do next about an opening: whose time is up, who is asked now, when to look again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rules.facts import OfferFacts, OpeningFacts, Ranked
from rules.policy import Dispatch, Policy
from rules.states import OUTSTANDING_OFFER, OpeningState

_BEING_FILLED = (OpeningState.OPEN, OpeningState.OFFERING)


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
) -> Step:
    """One look at an opening. Called again with nothing changed it says the same; with its own answer
    carried out it says nothing new.

    1. No longer being filled, or past its give-up time: nobody is asked, what is out lapses.
    2. Offers held until now or earlier lapse. One still waiting to be sent has no deadline yet.
    3. While anybody is still being asked, nobody else is.
    4. Else the next wave goes out: one entry, or the best few.
    5. Look again when the first hold ends, at give-up the latest.
    """
    outstanding = [offer for offer in offers if offer.state in OUTSTANDING_OFFER]
    being_filled = opening.state in _BEING_FILLED
    if not being_filled or now >= opening.give_up_at:
        return Step(lapse=tuple(offer.id for offer in outstanding), give_up=being_filled)

    lapsed = [offer for offer in outstanding if _is_over(offer, now)]
    waiting = [offer for offer in outstanding if offer not in lapsed]
    ask = () if waiting else _next_wave(offers, ranked, policy)
    deadlines = [offer.held_until for offer in waiting if offer.held_until is not None]
    return Step(
        lapse=tuple(offer.id for offer in lapsed),
        ask=ask,
        look_again_at=min([*deadlines, opening.give_up_at]),
    )


def _is_over(offer: OfferFacts, now: datetime) -> bool:
    return offer.held_until is not None and offer.held_until <= now


def _next_wave(offers: Sequence[OfferFacts], ranked: Sequence[Ranked], policy: Policy) -> tuple[UUID, ...]:
    """The next to be asked. Nobody twice; all urgent or none, so that urgent ones race only each other."""
    asked = {offer.entry_id for offer in offers}
    candidates = [each for each in ranked if each.entry_id not in asked]
    wave = [each for each in candidates if each.urgent] or candidates
    size = policy.batch_size if policy.dispatch is Dispatch.BATCH else 1
    return tuple(each.entry_id for each in wave[:size])
