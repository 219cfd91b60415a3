"""What a campaign came to, in numbers and in plain sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from clinic import conversations, policies
from rules.campaigns import cost_cents
from rules.trials import Interval, Tally, verdict, verdicts, wilson
from storage.queries import campaign_results as queries
from storage.queries.campaign_results import ByStep, ByVariant, Progress
from storage.tables import Campaign
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Results:
    """`sentences` say which differences in bookings are real. `minutes_left`: at the number's rate; None where
    nothing goes out."""

    progress: Progress
    variants: Sequence[ByVariant]
    held_out: ByVariant | None
    steps: Sequence[ByStep]
    sentences: Sequence[str]
    cents: int
    minutes_left: int | None

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
    held_out = next((each for each in found if each.variant is None), None)
    steps = [each for each in queries.by_step(tx.session, campaign.id) if each.variant is not None]
    progress = queries.progress(tx.session, campaign.id, tx.now)
    sender = conversations.texting(tx)
    seconds = progress.left / sender.rate_per_second if sender else 0
    return Results(
        progress=progress,
        variants=texted,
        held_out=held_out,
        steps=steps,
        sentences=_sentences(texted, held_out),
        cents=cost_cents(sum(each.segments for each in steps), policies.current(tx).segment_cents),
        minutes_left=ceil(seconds / 60) if progress.left else None,
    )


def share_rebooked(row: ByVariant) -> Interval:
    """The share of those texted that came back, as an interval of 95%."""
    return wilson(row.rebooked, row.texted)


def _sentences(texted: Sequence[ByVariant], held_out: ByVariant | None) -> list[str]:
    """Which wording brings more back; and, against those who got nothing, whether texting does."""
    said = verdicts([Tally(f"{each.variant}", each.rebooked, each.texted) for each in texted])
    if held_out is not None and texted:
        everybody = Tally(
            "Texting", sum(each.rebooked for each in texted), sum(each.targeted for each in texted)
        )
        said.append(verdict(everybody, Tally("no text", held_out.rebooked, held_out.targeted)))
    return said
