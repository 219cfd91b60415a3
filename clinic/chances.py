"""What dispatch must know of each person beside their match: how likely they say yes, and where they are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from rules.channels import in_order
from rules.facts import OfferFacts, Ranked
from rules.phones import zones_for
from rules.response import Response
from rules.states import Channel, EntryPriority
from rules.waves import MOST_PLANNED
from storage.queries.responses import Whereabouts, answers_of, whereabouts
from storage.tables import Offer, Opening
from storage.transaction import Tx

AN_HOUR = timedelta(hours=1)


def of_line(tx: Tx, opening: Opening, ranked: Sequence[Ranked], response: Response) -> list[Ranked]:
    """The line with each one's chance of saying yes and their zones, as far down as anybody plans. The channel
    they want first is taken for the one they will be asked on."""
    first, rest = ranked[:MOST_PLANNED], ranked[MOST_PLANNED:]
    where = whereabouts(tx.session, [each.entry_id for each in first])
    history = answers_of(tx.session, {each.patient_id for each in where.values()}, but=opening.id)
    known = [
        replace(
            each,
            chance=_chance(
                response,
                each.score,
                (opening.starts_at - tx.now) / AN_HOUR,
                in_order(where[each.entry_id].channels)[0],
                history.get(where[each.entry_id].patient_id),
            ),
            zones=_zones(tx, where[each.entry_id]),
        )
        for each in first
    ]
    return [*known, *rest]


def of_offers(
    tx: Tx, opening: Opening, offers: Sequence[tuple[Offer, EntryPriority]], response: Response
) -> list[OfferFacts]:
    """The offers of an opening as dispatch wants them, each with the chance it had when it was made."""
    where = whereabouts(tx.session, [offer.entry_id for offer, _ in offers])
    history = answers_of(tx.session, {offer.patient_id for offer, _ in offers}, but=opening.id)
    return [
        OfferFacts(
            id=offer.id,
            entry_id=offer.entry_id,
            state=offer.state,
            urgent=priority is EntryPriority.URGENT,
            held_until=offer.held_until,
            handed_over_at=offer.handed_over_at,
            chance=_chance(
                response,
                offer.score,
                (opening.starts_at - offer.made_at) / AN_HOUR,
                offer.channel,
                history.get(offer.patient_id),
            ),
            zones=_zones(tx, where[offer.entry_id]),
        )
        for offer, priority in offers
    ]


def _chance(
    response: Response, score: float, notice: float, channel: Channel, history: tuple[int, int] | None
) -> float:
    accepted, asked = history or (0, 0)
    return response.chance(score, notice, channel=channel, accepted=accepted, asked=asked)


def _zones(tx: Tx, where: Whereabouts) -> tuple[str, ...]:
    """Empty where they are where the clinic is."""
    home = tx.clinic().timezone
    zones = tuple(zone.key for zone in zones_for(where.zone, home, where.address or ""))
    return () if zones == (home,) else zones
