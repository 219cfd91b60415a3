"""Stopping what goes by itself: pausing automatic texts, closing a day, and opening it again; and a provider's
working more on a day.

All of it needs the permission to edit the calendar, which the front desk has not: it silences the bot for
everybody, or cancels a day's visits at once. The desk has what it needs for one slot or one visit on Today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, done, in_clinic
from clinic import closing, coming_back, more_time, pausing
from clinic.coming_back import Away
from clinic.more_time import TimeRefused
from rules.facts import Span
from rules.permissions import Permission
from storage.queries import today, waitlist
from storage.queries.today import Visit
from storage.tables import Provider
from storage.transaction import Tx

pages = blueprint("closing")

ENDS = ("from", "until")


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


@pages.get("/day/more")
@needs(Permission.EDIT_CALENDAR)
def more() -> str:
    return _more({"day": request.args.get("day", "")})


@pages.post("/day/more")
@needs(Permission.EDIT_CALENDAR)
def add_time() -> Response | tuple[str, int]:
    """Somebody works more on a day: what is new of it is offered."""

    def work(tx: Tx) -> tuple[date, int]:
        provider = _provider(tx)
        if provider is None:
            raise TimeRefused("Choose who works then.")
        span = _hours(ZoneInfo(tx.clinic().timezone))
        return span.start.date(), more_time.add(tx, provider.id, span, by_me())

    try:
        day, opened = in_clinic(work)
    except TimeRefused as reason:
        return _more(request.form, refused=str(reason)), 422
    return done("today.page", "time-added" if opened else "time-added-none", day=day.isoformat())


def _more(form: Mapping[str, str], refused: str = "") -> str:
    providers = in_clinic(lambda tx: waitlist.providers(tx.session))
    return render_template("more_time.html", providers=providers, form=form, refused=refused)


def _hours(zone: ZoneInfo) -> Span:
    form = request.form
    try:
        day = date.fromisoformat(form.get("day", ""))
        start, end = (datetime.combine(day, time.fromisoformat(form.get(name, "")), zone) for name in ENDS)
    except ValueError:
        raise TimeRefused("Write the day and both times, such as 13:00 and 16:00.") from None
    return Span(start, end)


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
