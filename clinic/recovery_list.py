"""Lost visits as staff and programs see them: how each stands, what was tried, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic import policies, recovery_words
from clinic.recovery_cases import Case, course_of
from rules.recovery import Next, Step, impact, next_step
from rules.states import OPEN_RECOVERY, DueKind
from storage.queries import recovery as queries
from storage.queries import recovery_list as loading
from storage.queries.due import due_at
from storage.queries.recovery import Found
from storage.queries.recovery_list import Kept, Tried
from storage.tables import Conversation
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Line:
    """A case. `kept` are the times they may still choose from; `following` what is done next by itself, None once
    it is over; `waits_until` when the next text goes where its time has come and they may not be texted now;
    `impact` a sentence on what its loss does to a treatment; `talk` their newest conversation."""

    found: Found
    tried: Sequence[Tried]
    kept: Sequence[Kept]
    following: Next | None
    waits_until: datetime | None
    impact: str | None
    talk: Conversation | None

    @property
    def is_open(self) -> bool:
        return self.found.cancellation.recovery in OPEN_RECOVERY


def line(tx: Tx, case_id: UUID) -> Line | None:
    """One case; None where there is none."""
    found = queries.find(tx.session, case_id)
    return lines(tx, [found])[0] if found is not None else None


def lines(tx: Tx, found: Sequence[Found]) -> list[Line]:
    """These cases, in the same order."""
    zone = ZoneInfo(tx.clinic().timezone)
    today, terms = tx.now.astimezone(zone).date(), policies.current(tx).recovery
    cares = {(each.patient.id, each.type.id) for each in found}
    tried = loading.tried(tx.session, [each.case.id for each in found])
    talks = loading.conversations(tx.session, [each.patient.id for each in found])
    kept = loading.kept_times(tx.session, [talk.id for each in talks.values() for talk in each], tx.now)
    due = due_at(tx.session, DueKind.RECOVERY, [each.case.id for each in found])
    plans, visits = loading.plans(tx.session, cares), loading.kept_visits(tx.session, cares, zone)

    def seen(each: Found) -> Line:
        care = (each.patient.id, each.type.id)
        attempts = tried.get(each.case.id, [])
        is_open = each.cancellation.recovery in OPEN_RECOVERY
        loses = impact(plans[care], visits.get(care, []), today) if care in plans else None
        case = Case(each.case, each.cancellation)
        following = next_step(course_of(case, [made.attempt for made in attempts], terms), terms)
        return Line(
            found=each,
            tried=attempts,
            kept=kept.get(care, []) if is_open else [],
            following=following if is_open else None,
            waits_until=_waits_until(following, due.get(each.case.id), tx.now) if is_open else None,
            impact=recovery_words.impact_words(loses) if loses else None,
            talk=next(reversed(talks.get(each.patient.id, [])), None),
        )

    return [seen(each) for each in found]


def _waits_until(following: Next, due: datetime | None, now: datetime) -> datetime | None:
    waits = following.step is Step.TOUCH and following.at <= now and due is not None and due > now
    return due if waits else None
