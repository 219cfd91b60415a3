"""Two visits in one place at one time: found here, row by row, before the database would refuse them all."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clinic.imports.reading import Problem, Row
from rules.states import ACTIVE_APPOINTMENT, AppointmentState
from storage.tables import Appointment
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit as a row wants it, and as the database has it so far."""

    row: Row
    found: Appointment | None
    provider_id: UUID
    room_id: UUID | None
    start: datetime
    end: datetime
    state: AppointmentState


class Diary:
    """What is taken, by provider and by room: stretches that do not overlap, in order."""

    def __init__(self) -> None:
        self._taken: dict[UUID, list[tuple[datetime, datetime, int]]] = defaultdict(list)

    def take(self, visit: Wanted | Appointment, line: int = 0) -> None:
        """Enter a visit. `line` is 0 for one that the database has."""
        start, end = _span(visit)
        for place in _places(visit):
            insort(self._taken[place], (start, end, line))

    def clash(self, visit: Wanted) -> str | None:
        """Why the visit cannot be entered, or None."""
        start, end = _span(visit)
        for what, place in zip(("provider", "room"), _places(visit), strict=False):
            taken = self._taken[place]
            after = bisect_right(taken, start, key=lambda each: each[0])
            for begins, ends, line in taken[max(after - 1, 0) : after + 1]:
                if begins < end and start < ends:
                    where = f"on line {line}" if line else "already in the database"
                    return f"the {what} has another visit at that time, {where}"
        return None


def find(tx: Tx, wanted: Sequence[Wanted], *, leaving_out: bool) -> list[Problem]:
    """The rows that cannot all be taken; of two, the later line. With `leaving_out` the rest goes together.

    A row that is left out leaves its visit as the database has it, which may be in the way of others again.
    """
    occupying = [each for each in wanted if each.state in ACTIVE_APPOINTMENT]
    stays = _staying(tx, wanted)
    out: dict[int, Problem] = {}
    while True:
        left = [each for each in occupying if each.row.line not in out]
        clashes = _clashes(left, stays)
        out |= clashes
        back = [each.found for each in left if each.row.line in clashes and _occupies(each.found)]
        stays += [visit for visit in back if visit is not None]
        if not back or not leaving_out:
            return list(out.values())


def _clashes(wanted: Sequence[Wanted], stays: Iterable[Appointment]) -> dict[int, Problem]:
    diary = Diary()
    for visit in stays:
        diary.take(visit)
    found = {}
    for each in wanted:
        why = diary.clash(each)
        if why is None:
            diary.take(each, each.row.line)
        else:
            found[each.row.line] = Problem(each.row.line, why, "start", each.row.written["start"])
    return found


def _staying(tx: Tx, wanted: Sequence[Wanted]) -> list[Appointment]:
    """Visits around that time that no row touches."""
    if not wanted:
        return []
    touched = {each.found.id for each in wanted if each.found is not None}
    around = tx.session.scalars(
        select(Appointment).where(
            Appointment.state.in_(ACTIVE_APPOINTMENT),
            Appointment.ends_at > min(each.start for each in wanted),
            Appointment.starts_at < max(each.end for each in wanted),
        )
    )
    return [visit for visit in around if visit.id not in touched]


def _occupies(visit: Appointment | None) -> bool:
    return visit is not None and visit.state in ACTIVE_APPOINTMENT


def _span(visit: Wanted | Appointment) -> tuple[datetime, datetime]:
    return (visit.start, visit.end) if isinstance(visit, Wanted) else (visit.starts_at, visit.ends_at)


def _places(visit: Wanted | Appointment) -> list[UUID]:
    return [visit.provider_id] if visit.room_id is None else [visit.provider_id, visit.room_id]
