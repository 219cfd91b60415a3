"""Stopping what goes by itself: pausing automatic texts, closing a day, and opening it again.

Both need the permission to edit the calendar, which the front desk has not. They silence the bot for everybody,
or cancel a day's visits at once; the desk has what it needs for one slot or one visit on the Today page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, done, in_clinic
from clinic import closing, coming_back, pausing
from clinic.coming_back import Away
from rules.permissions import Permission
from storage.queries import today, waitlist
from storage.queries.today import Visit
from storage.tables import Provider
from storage.transaction import Tx

pages = blueprint("closing")


@dataclass(frozen=True, slots=True)
class Plan:
    """What closing a day would do, to be looked at before it is done."""

    day: date
    provider: Provider | None
    providers: Sequence[Provider]
    visits: list[Visit]
    reached: dict[UUID, bool]  # by visit: whether a text tells its patient in time
    openings: int
    away: Sequence[Away]  # from now on, whoever it is

    @property
    def texts(self) -> int:
        return sum(self.reached.values())


@pages.post("/pause")
@needs(Permission.EDIT_CALENDAR)
def pause_clinic() -> Response:
    in_clinic(lambda tx: pausing.pause_clinic(tx, by_me()))
    return done("today.page", "paused")


@pages.post("/resume")
@needs(Permission.EDIT_CALENDAR)
def resume_clinic() -> Response:
    in_clinic(lambda tx: pausing.resume_clinic(tx, by_me()))
    return done("today.page", "resumed")


@pages.post("/providers/<uuid:provider_id>/pause")
@needs(Permission.EDIT_CALENDAR)
def pause_provider(provider_id: UUID) -> Response:
    in_clinic(lambda tx: pausing.pause_provider(tx, provider_id, by_me()))
    return done("today.page", "provider-paused")


@pages.post("/providers/<uuid:provider_id>/resume")
@needs(Permission.EDIT_CALENDAR)
def resume_provider(provider_id: UUID) -> Response:
    in_clinic(lambda tx: pausing.resume_provider(tx, provider_id, by_me()))
    return done("today.page", "resumed")


@pages.get("/day/close")
@needs(Permission.EDIT_CALENDAR)
def confirm() -> str:
    """Whom it would meet: nobody closes a day by a slip of the finger."""
    return render_template("close_day.html", plan=in_clinic(_plan))


@pages.post("/day/close")
@needs(Permission.EDIT_CALENDAR)
def close() -> Response:
    def work(tx: Tx) -> date:
        day, provider = _day(tx), _provider(tx)
        closing.close_day(tx, day, by_me(), provider_id=provider.id if provider else None)
        return day

    return done("today.page", "day-closed", day=in_clinic(work).isoformat())


@pages.post("/time-off/<uuid:off_id>/end")
@needs(Permission.EDIT_CALENDAR)
def end_time_off(off_id: UUID) -> Response:
    opened = in_clinic(lambda tx: coming_back.end(tx, off_id, by_me()))
    note = "not-open-again" if opened is None else "open-again" if opened else "back-all-taken"
    return done("closing.confirm", note)


def _plan(tx: Tx) -> Plan:
    day, provider = _day(tx), _provider(tx)
    found = closing.would_close(tx, day, provider_id=provider.id if provider else None)
    span = closing.whole_day(day, ZoneInfo(tx.clinic().timezone))
    visits = sorted(
        today.visits_between(tx.session, span.start, span.end), key=lambda each: each.appointment.starts_at
    )
    return Plan(
        day=day,
        provider=provider,
        providers=waitlist.providers(tx.session),
        visits=[each for each in visits if each.appointment.id in found.visits],
        reached=found.visits,
        openings=found.openings,
        away=coming_back.ahead(tx),
    )


def _day(tx: Tx) -> date:
    """A day that is not over: today if none is named."""
    first = tx.now.astimezone(ZoneInfo(tx.clinic().timezone)).date()
    try:
        day = date.fromisoformat(request.values.get("day") or first.isoformat())
    except ValueError:
        abort(400)
    if day < first:
        abort(400)
    return day


def _provider(tx: Tx) -> Provider | None:
    """For one provider alone; for everybody where none is named."""
    named = request.values.get("provider")
    try:
        return tx.session.get_one(Provider, UUID(named)) if named else None
    except ValueError:
        abort(400)
