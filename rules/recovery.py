"""What is tried next to make up for a lost visit, and what its loss does to a treatment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from rules.dropout import Plan
from rules.recovery_terms import RecoveryTerms
from rules.states import CancellationKind


class Step(StrEnum):
    TOUCH = "touch"  # the next text of the sequence
    CALL = "call"  # nothing has come of them, or nothing yet of an answer: somebody calls
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Course:
    """How a case has gone so far.

    `not_before`: the planned end of a missed visit and a while; where they asked for a pause (`paused`) its end.
    Of `attempts` each stands in place of a text of the sequence, whoever made it; the last was at `last_at`.
    `answered_at`: they have written since. `asked_staff`: somebody is to call. `by_text`: the clinic has texts go
    by themselves after such a loss.
    """

    opened_at: datetime
    not_before: datetime
    paused: bool = False
    attempts: int = 0
    last_at: datetime | None = None
    answered_at: datetime | None = None
    asked_staff: bool = False
    by_text: bool = True


@dataclass(frozen=True, slots=True)
class Next:
    step: Step
    at: datetime


def not_before(kind: CancellationKind, end: datetime, now: datetime, terms: RecoveryTerms) -> datetime:
    """The soonest moment for a word that we begin, about a visit lost `now` that was planned until `end`. Of a
    cancel they have just been told, or told us: that is the first word."""
    if kind is CancellationKind.NO_SHOW:
        return max(now, end.astimezone(UTC) + timedelta(minutes=terms.after_end_minutes))
    return now + timedelta(hours=terms.after_cancel_hours)


def next_step(course: Course, terms: RecoveryTerms) -> Next:
    """What is to be done next, and when.

    1. The days in which it is tried at all count anew from a pause.
    2. Once staff are asked to call, nothing more is done by itself.
    3. Any answer ends the texts; what it settled is settled elsewhere, the rest is for staff.
    4. So do as many attempts as there are to be; then the last of them gets time for an answer. What the clinic
       leaves to staff has none.
    """
    began = course.not_before if course.paused else course.opened_at
    over = Next(Step.GIVE_UP, began + timedelta(days=terms.give_up_days))
    if course.asked_staff:
        return over
    following = _call(course, terms) or _touch(course, terms)
    return following if following.at < over.at else over


def _call(course: Course, terms: RecoveryTerms) -> Next | None:
    patience = timedelta(hours=terms.answer_hours)
    if course.answered_at is not None:
        return Next(Step.CALL, course.answered_at + patience)
    if course.by_text and course.attempts < min(len(terms.touches), terms.most_attempts):
        return None
    waits = course.last_at + patience if course.last_at is not None else course.opened_at
    return Next(Step.CALL, max(waits, course.not_before))


def _touch(course: Course, terms: RecoveryTerms) -> Next:
    since = course.last_at or course.opened_at
    after = timedelta(hours=terms.touches[course.attempts].after_hours)
    return Next(Step.TOUCH, max(since + after, course.not_before))


# What it does to a treatment


@dataclass(frozen=True, slots=True)
class Impact:
    """Which visit of a plan was lost, of how many, and by how many weeks the plan is behind now."""

    visit: int
    of: int
    weeks_behind: int


def impact(plan: Plan, kept: Sequence[date], today: date) -> Impact | None:
    """`kept`: the days of the plan's visits that took place. None where the plan was through already."""
    done = sum(day >= plan.started_on for day in kept)
    if done >= plan.visits_planned:
        return None
    planned = plan.started_on + timedelta(days=plan.interval_days * done)
    return Impact(done + 1, plan.visits_planned, max(0, (today - planned).days // 7))
