"""The wordings of a campaign are tried on some of its recipients; the rest get the one that wins."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from clinic.audit import SYSTEM, record
from rules.trials import Tally, winner
from storage.queries import campaign_results
from storage.queries import campaigns as queries
from storage.tables import Campaign
from storage.transaction import Tx

DAY = timedelta(days=1)
"""A winner is looked for once a day: the oftener one looks, the more each look has to show."""


def next_look_at(campaign: Campaign) -> datetime | None:
    """When a winner is looked for next; None: there is none to be found, or not yet."""
    if campaign.try_percent is None or campaign.winner is not None or campaign.prepared_at is None:
        return None
    return campaign.prepared_at + (campaign.looks + 1) * DAY


def look(tx: Tx, campaign: Campaign) -> None:
    """Once a day: is there a winner? Then the rest gets it. The campaign is locked, so this happens once."""
    look_at, days = next_look_at(campaign), campaign.decide_days
    if look_at is None or look_at > tx.now or days is None:
        return
    campaign.looks += (tx.now - look_at) // DAY + 1
    tried = _tried(tx, campaign)
    is_over = all(each.of for each in tried) or not _more_to_come(tx, campaign)
    found = winner(tried, days, last=campaign.looks >= days and is_over)
    if found is None:
        return
    campaign.winner, campaign.winner_at = found.name, tx.now
    queries.let_rest_go(tx.session, campaign.id, tx.now)
    after = {"winner": found.name, "real": found.real, "looks": campaign.looks}
    record(tx, SYSTEM, "campaign.winner", campaign, after=after)


def _more_to_come(tx: Tx, campaign: Campaign) -> bool:
    """Whether a wording that has gone to nobody may still go to somebody, say on the next day that is allowed."""
    moments = (
        queries.next_due_at(tx.session, campaign.id),
        queries.on_their_way(tx.session, campaign.id, tx.now),
    )
    return any(moment is not None for moment in moments)


def _tried(tx: Tx, campaign: Campaign) -> Sequence[Tally]:
    """How many of those who were texted each wording has brought back."""
    found = {each.variant: each for each in campaign_results.by_variant(tx.session, campaign.id)}
    labels = queries.labels(tx.session, campaign.id)
    return [
        Tally(label, found[label].rebooked, found[label].texted) if label in found else Tally(label, 0, 0)
        for label in labels
    ]
