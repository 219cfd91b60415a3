"""Who is asked about an opening, in which order, and why somebody is not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from rules.arrays.columns import EntryArrays
from rules.arrays.order import in_order
from rules.eligibility import first_refusal, why_not_all
from rules.factors import Match
from rules.facts import EntryFacts, OpeningFacts, Ranked
from rules.ordering import TINY, boosted, is_urgent
from rules.policy import Policy
from rules.profiles import way_of
from rules.refusals import Refusal
from rules.scoring import Score
from rules.view import View, look_at


def rank(
    entries: Iterable[EntryFacts],
    opening: OpeningFacts,
    policy: Policy,
    now: datetime,
    *,
    automatic: bool = True,
    limit: int | None = None,
) -> list[Ranked]:
    """Everybody who may be offered the opening, best first (`rules.ordering`); with `limit`, only so many.

    Where nobody of the staff chooses (`automatic`), those below the clinic's threshold are left out, and a boost
    by staff does not lift them over it; and a patient who waits for two things is in the list once, with the
    better one, so that one wave never asks them twice.

    The list is worked out all at once (`rules.arrays`); parts and reasons are put together one by one, for those
    given back, so a short `limit` is what makes a long list quick. Quickest are `entries` loaded as `EntryArrays`.
    """
    view = look_at(opening, policy, now, automatic=automatic)
    waiting = entries if isinstance(entries, EntryArrays) else EntryArrays.of(entries)
    if not len(waiting):
        return []
    places = in_order(waiting, view).places[:limit]
    return [ranked(waiting[int(each)], view) for each in places]


def explain(
    entry: EntryFacts, opening: OpeningFacts, policy: Policy, now: datetime, *, automatic: bool = True
) -> Score | Refusal:
    """The score of one entry with its breakdown, or why it is not offered the opening."""
    view = look_at(opening, policy, now, automatic=automatic)
    return first_refusal(entry, view) or score_of(entry, view)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an entry is not offered an opening: every filter in the way, and its score beside the least wanted.

    Nothing in the way and a score that is high enough: it is in line.
    """

    refusals: tuple[Refusal, ...]
    score: Score
    below: float | None  # the threshold that the score (without the boost) does not reach

    @property
    def sentences(self) -> tuple[str, ...]:
        said = tuple(refusal.sentence for refusal in self.refusals)
        if self.below is None:
            return said
        plain = self.score.total - self.score.parts.get("boost", 0.0)
        least = f"under the {self.below:.0%} from which slots are offered without staff"
        return (*said, f"The match is {plain:.0%}, {least}.")


def why_not(entry: EntryFacts, opening: OpeningFacts, policy: Policy, now: datetime) -> WhyNot:
    """What staff are told who ask "why not Maria?"."""
    view, least = look_at(opening, policy, now), way_of(policy).least
    plain = way_of(policy).profile.score(Match(entry, view))
    return WhyNot(
        refusals=why_not_all(entry, opening, policy, now),
        score=boosted(plain, entry.boost_points),
        below=least if plain.total < least - TINY else None,
    )


def place_of(
    entry_id: UUID, waiting: EntryArrays, opening: OpeningFacts, policy: Policy, now: datetime
) -> int | None:
    """Where an entry stands in the order in which the bot asks, 1 first; None where it is not asked."""
    if not len(waiting):
        return None
    places = in_order(waiting, look_at(opening, policy, now)).places
    found = np.flatnonzero(np.isin(places, waiting.places_of(entry_id)))
    return int(found[0]) + 1 if len(found) else None


def score_of(entry: EntryFacts, view: View) -> Score:
    """What the clinic's profile gives the entry, and what staff added."""
    return boosted(way_of(view.policy).profile.score(Match(entry, view)), entry.boost_points)


def ranked(entry: EntryFacts, view: View) -> Ranked:
    """An entry that may be asked, with its score and why."""
    score = score_of(entry, view)
    return Ranked(entry.id, score.total, is_urgent(entry), score.parts, score.reasons)
