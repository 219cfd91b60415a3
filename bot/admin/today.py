"""Today: free slots being filled, what is left to do, and the visits of a day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import board
from bot.admin.frame import blueprint, by_me, done, in_clinic
from clinic import tasks
from rules.permissions import Permission
from rules.states import UPCOMING_APPOINTMENT, AppointmentState
from storage.queries import today as queries
from storage.queries.today import Place, Todo, Visit
from storage.tables import Provider
from storage.transaction import Tx

DAYS_AHEAD = 7
EARLY = timedelta(hours=1)
"""How long before a visit its patient may be there."""

pages = blueprint("today")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a provider's day: a visit, or a free slot."""

    at: datetime
    visit: Visit | None = None
    free: Place | None = None
    coming: bool = False
    due: bool = False
    """Its patient may walk in any moment."""

    @property
    def cancelling(self) -> bool:
        """Whether staff cancelled it, and can still undo that."""
        return self.visit is not None and self.visit.appointment.cancel_due_at is not None


@dataclass(frozen=True, slots=True)
class Day:
    """A day to choose, with how many visits it has."""

    date: date
    visits: int


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows. `columns` is the chosen day by provider; `skipped`: there is no visit before it."""

    slots: list[board.Slot]
    todos: list[Todo]
    days: list[Day]
    chosen: date
    skipped: bool
    columns: list[tuple[Provider, list[Item]]]
    to_come: int
    confirmed: int
    """Of the chosen day's visits: those yet to come, and of them those whose patients said that they will come."""


@pages.get("/today")
@needs(Permission.VIEW_CALENDAR)
def page() -> str:
    return render_template("today.html", board=in_clinic(_board))


@pages.get("/today/board")
@needs(Permission.VIEW_CALENDAR)
def fragment() -> str:
    return render_template("today_board.html", board=in_clinic(_board))


@pages.post("/tasks/<uuid:task_id>/done")
@needs(Permission.WORK_TASKS)
def finish_task(task_id: UUID) -> Response:
    in_clinic(lambda tx: tasks.done(tx, task_id, by_me()))
    return back("task-done")


def back(note: str, at: str | None = None) -> Response:
    """Back to the day that was shown."""
    return done("today.page", note, at=at, day=request.form.get("day") or None)


def _board(tx: Tx) -> Board:
    zone = ZoneInfo(tx.clinic().timezone)
    first = tx.now.astimezone(zone).date()
    days = _days(tx, first, zone)
    chosen = _chosen(days)
    slots = board.slots(tx)
    visits = queries.visits_between(tx.session, _midnight(chosen, zone), _midnight(_next(chosen), zone))
    free = [slot.place for slot in slots if slot.place.opening.starts_at.astimezone(zone).date() == chosen]
    to_come = [visit.appointment.state for visit in visits if _coming(visit, tx.now)]
    return Board(
        slots=slots,
        todos=queries.open_tasks(tx.session),
        days=days,
        chosen=chosen,
        skipped=chosen > first and not any(day.visits for day in days if day.date < chosen),
        columns=_columns(visits, free, tx.now),
        to_come=len(to_come),
        confirmed=to_come.count(AppointmentState.CONFIRMED),
    )


def _chosen(days: list[Day]) -> date:
    """The day asked for, if it is one of those shown; else the first that has visits, which mostly is today."""
    asked = request.args.get("day")
    if asked in [day.date.isoformat() for day in days]:
        return date.fromisoformat(str(asked))
    return next((day.date for day in days if day.visits), days[0].date)


def _days(tx: Tx, first: date, zone: ZoneInfo) -> list[Day]:
    days = [first + timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    starts = queries.visit_starts(tx.session, _midnight(first, zone), _midnight(_next(days[-1]), zone))
    counts: dict[date, int] = defaultdict(int)
    for start in starts:
        counts[start.astimezone(zone).date()] += 1
    return [Day(day, counts[day]) for day in days]


def _columns(visits: list[Visit], free: list[Place], now: datetime) -> list[tuple[Provider, list[Item]]]:
    """A column a provider, by name; its visits and free slots in order."""
    providers: dict[UUID, Provider] = {}
    items: dict[UUID, list[Item]] = defaultdict(list)
    for visit in visits:
        providers[visit.provider.id] = visit.provider
        items[visit.provider.id].append(
            Item(visit.appointment.starts_at, visit=visit, coming=_coming(visit, now), due=_due(visit, now))
        )
    for place in free:
        providers[place.provider.id] = place.provider
        items[place.provider.id].append(Item(place.opening.starts_at, free=place))
    return [
        (provider, sorted(items[provider.id], key=lambda item: item.at))
        for provider in sorted(providers.values(), key=lambda each: each.name)
    ]


def _coming(visit: Visit, now: datetime) -> bool:
    return visit.appointment.state in UPCOMING_APPOINTMENT and visit.appointment.starts_at > now


def _due(visit: Visit, now: datetime) -> bool:
    return visit.appointment.starts_at <= now + EARLY


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _next(day: date) -> date:
    return day + timedelta(days=1)
