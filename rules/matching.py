"""Who is asked about an opening, and in which order."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from rules.eligibility import first_refusal
from rules.facts import EntryFacts, OpeningFacts, Ranked
from rules.policy import Policy
from rules.profiles import PROFILES, Match
from rules.refusals import Refusal
from rules.scoring import Score
from rules.states import EntryPriority
from rules.view import look_at

_TINY = 1e-9  # three tenths and two fifths of a float do not always make seven tenths
_MOST_BOOST = 40


def rank(
    entries: Iterable[EntryFacts],
    opening: OpeningFacts,
    policy: Policy,
    now: datetime,
    *,
    automatic: bool = True,
) -> list[Ranked]:
    """Everybody who may be offered the opening, best first.

    Urgent entries come first, always; then patients who said yes to this very slot, too late, when it was free
    before; then those whose visit the clinic cancelled; then by score (or strictly by who joined first, if the
    clinic chose so); then by who joined first. Where nobody of the staff chooses
    (`automatic`), those below the clinic's threshold are left out, and a boost by staff does not lift them over
    it; and a patient who waits for two things is in the list once, with the better one, so that one wave never
    asks them twice.
    """
    view, profile = look_at(opening, policy, now, automatic=automatic), PROFILES[policy.profile]
    least = policy.threshold - _TINY if automatic else 0.0
    found: list[tuple[EntryFacts, Score]] = []
    for entry in entries:
        if first_refusal(entry, view) is not None:
            continue
        score = profile.score(Match(entry, view))
        if score.total >= least:
            found.append((entry, _boosted(score, entry.boost_points)))
    found.sort(key=lambda each: _place(*each, first_come=policy.first_come))
    if automatic:
        found = _once_a_patient(found)
    return [
        Ranked(entry.id, score.total, _is_urgent(entry), score.parts, score.reasons) for entry, score in found
    ]


def explain(
    entry: EntryFacts, opening: OpeningFacts, policy: Policy, now: datetime, *, automatic: bool = True
) -> Score | Refusal:
    """The score of one entry with its breakdown, or why it is not offered the opening."""
    view = look_at(opening, policy, now, automatic=automatic)
    refusal = first_refusal(entry, view)
    if refusal is not None:
        return refusal
    return _boosted(PROFILES[policy.profile].score(Match(entry, view)), entry.boost_points)


def _once_a_patient(found: list[tuple[EntryFacts, Score]]) -> list[tuple[EntryFacts, Score]]:
    best: dict[UUID, tuple[EntryFacts, Score]] = {}
    for entry, score in found:
        best.setdefault(entry.patient_id, (entry, score))
    return list(best.values())


def _boosted(score: Score, points: int) -> Score:
    points = min(max(points, 0), _MOST_BOOST)
    return score.plus("boost", points / 100, f"moved up {points} points by staff") if points else score


def _is_urgent(entry: EntryFacts) -> bool:
    return entry.priority is EntryPriority.URGENT


def _place(
    entry: EntryFacts, score: Score, *, first_come: bool
) -> tuple[bool, bool, bool, float, datetime, UUID]:
    """Sorts smallest first. The id at the end makes the order the same every time."""
    by_score = 0.0 if first_come else -score.total
    first = (not _is_urgent(entry), not entry.said_yes, not entry.displaced)
    return (*first, by_score, entry.added_at, entry.id)
