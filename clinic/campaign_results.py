"""What a campaign came to, in numbers and in plain sentences."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from zoneinfo import ZoneInfo

from clinic import conversations, phrases, policies
from clinic.campaign_previews import cost
from rules.states import UNCONFIRMED, StepChannel
from rules.trials import REST, Interval, Tally, verdict, verdicts, wilson
from storage.queries import campaign_results as queries
from storage.queries.campaign_results import ByStep, ByVariant, Progress
from storage.tables import Campaign
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Spent:
    """What was sent, be it texts, calls, emails, letters or messages in chats; what of it arrived and failed, and
    what it cost. `delivered` None: of none of it does anybody say that it arrived."""

    sent: int = 0
    delivered: int | None = None
    failed: int = 0
    cents: int = 0

    def per(self, rebooked: int) -> int | None:
        """In cents for each who came back."""
        return round(self.cents / rebooked) if rebooked else None


@dataclass(frozen=True, slots=True)
class Results:
    """`sentences` say which differences in bookings are real, `rest` what becomes of those who wait for a winner.
    `minutes_left`: at the number's rate; None where nothing goes out. `spent` is by wording, `step_spent` by step,
    in their order."""

    progress: Progress
    variants: Sequence[ByVariant]
    held_out: ByVariant | None
    steps: Sequence[ByStep]
    sentences: Sequence[str]
    rest: str | None
    cents: int
    minutes_left: int | None
    spent: Mapping[str, Spent]
    step_spent: Sequence[Spent]

    @property
    def rebooked(self) -> int:
        return sum(each.rebooked for each in self.variants)

    @property
    def cents_per_rebooking(self) -> int | None:
        return round(self.cents / self.rebooked) if self.rebooked else None


def results(tx: Tx, campaign: Campaign) -> Results:
    """How a campaign stands now."""
    found = queries.by_variant(tx.session, campaign.id)
    texted = [each for each in found if each.variant is not None]
    tried = [each for each in texted if each.variant != REST]
    held_out = next((each for each in found if each.variant is None), None)
    steps = queries.by_step(tx.session, campaign.id)
    progress = queries.progress(tx.session, campaign.id, tx.now)
    sender = conversations.texting(tx)
    seconds = progress.left / sender.rate_per_second if sender else 0
    return Results(
        progress=progress,
        variants=texted,
        held_out=held_out,
        steps=steps,
        sentences=_sentences(tried, held_out),
        rest=_rest(tx, campaign),
        cents=_spent(tx, steps).cents,
        minutes_left=ceil(seconds / 60) if progress.left else None,
        spent={
            str(row.variant): _spent(tx, [each for each in steps if each.variant == row.variant])
            for row in texted
        },
        step_spent=[_spent(tx, [each]) for each in steps],
    )


def _spent(tx: Tx, steps: Sequence[ByStep]) -> Spent:
    pieces: Counter[StepChannel] = Counter()
    told = [each.delivered for each in steps if each.channel not in UNCONFIRMED]
    for each in steps:
        pieces[each.channel] += each.sent
    return Spent(
        sent=pieces.total(),
        delivered=sum(told) if told or not steps else None,
        failed=sum(each.failed for each in steps),
        cents=cost(policies.current(tx), pieces, sum(each.segments for each in steps)),
    )


def share_rebooked(row: ByVariant) -> Interval:
    """The share of those it went to that came back, as an interval of 95%."""
    return wilson(row.rebooked, row.texted)


def _rest(tx: Tx, campaign: Campaign) -> str | None:
    """Which wording the rest get, or when it is decided; None where nobody waits for it."""
    if campaign.try_percent is None or campaign.decide_days is None or campaign.launched_at is None:
        return None
    zone = ZoneInfo(tx.clinic().timezone)
    if campaign.winner is None:
        last = (campaign.prepared_at or tx.now) + timedelta(days=campaign.decide_days)
        by = phrases.short_day(last.astimezone(zone).date())
        return (
            f"{campaign.try_percent:g}% get one of the wordings first, and the rest wait for the one that brings "
            f"more back. It is looked for once a day; on {phrases.said(by, 'en')} the one that leads is taken."
        )
    since = phrases.short_day((campaign.winner_at or tx.now).astimezone(zone).date())
    return f"The rest get wording {campaign.winner}, since {phrases.said(since, 'en')}."


def _sentences(texted: Sequence[ByVariant], held_out: ByVariant | None) -> list[str]:
    """Which wording brings more back; and whether the campaign does, against those who got nothing of it."""
    said = verdicts([Tally(f"{each.variant}", each.rebooked, each.texted) for each in texted])
    if held_out is not None and texted:
        everybody = Tally(
            "The campaign", sum(each.rebooked for each in texted), sum(each.targeted for each in texted)
        )
        said.append(verdict(everybody, Tally("nothing", held_out.rebooked, held_out.targeted)))
    return said
