"""Choosing times for somebody who waits, to offer or to book one: a page, and a dialog where scripts run."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import matches
from bot.admin.frame import blueprint, by_me, done, going_out, in_clinic
from clinic import desk_booking, desk_times, phrases, reaching
from rules.permissions import Permission
from rules.scoring import Score
from rules.slot_choice import Slot
from rules.states import WAITING_ENTRY, Channel
from storage.queries import waitlist as queries
from storage.queries.waitlist import Past, Waiting
from storage.tables import Provider, WaitlistEntry
from storage.transaction import Tx

pages = blueprint("offer_dialog")


@dataclass(frozen=True, slots=True)
class Choice:
    """A time that can be ticked. `value` names it in the form: an opening, or free time of a provider."""

    value: str
    start: datetime
    provider: str
    score: Score
    is_opening: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One time of day: by day, what is free then."""

    clock: str
    cells: list[list[Choice]]


@dataclass(frozen=True, slots=True)
class Times:
    """What can be chosen for an entry: days across, times down. `ticked` is what was picked, or the best."""

    waiting: Waiting
    days: list[datetime]
    rows: list[Row]
    ticked: Choice | None
    channels: list[Channel]
    history: list[Past]


@dataclass(frozen=True, slots=True)
class Chosen:
    opening_ids: list[UUID]
    free: list[Slot]
    gone: int  # free times that somebody has taken meanwhile


@pages.get("/waitlist/<uuid:entry_id>/offer")
@needs(Permission.MANAGE_WAITLIST)
def page(entry_id: UUID) -> str:
    picked = f"opening/{request.args.get('opening')}"
    return render_template("offer_page.html", times=in_clinic(lambda tx: _times(tx, entry_id, picked)))


@pages.post("/waitlist/<uuid:entry_id>/offer")
@needs(Permission.MANAGE_WAITLIST)
def offer(entry_id: UUID) -> Response:
    try:
        channel = Channel(request.form["channel"]) if request.form.get("channel") else None
    except ValueError:
        abort(400)

    def work(tx: Tx) -> str:
        chosen = _chosen(tx, entry_id)
        wanted = len(chosen.opening_ids) + len(chosen.free) + chosen.gone
        if not wanted:
            return "nothing-chosen"
        made = desk_times.offer(tx, entry_id, chosen.opening_ids, chosen.free, by_me(), channel=channel)
        if not made:
            return "not-offered"
        note = "offered" if len(made) == wanted else "offered-some"
        return going_out(tx, note, [each.opening_id for each in made])

    return done("entries.page", in_clinic(work), entry_id=entry_id)


@pages.post("/waitlist/<uuid:entry_id>/book")
@needs(Permission.MODIFY_APPOINTMENT)
def book(entry_id: UUID) -> Response:
    """One time is booked without asking. With several ticked, it is for staff to say which."""
    tell = "tell" in request.form

    def work(tx: Tx) -> str:
        chosen = _chosen(tx, entry_id)
        if len(chosen.opening_ids) + len(chosen.free) != 1:
            return "not-filled" if chosen.gone == 1 else "choose-one"
        if chosen.opening_ids:
            visit = desk_booking.book_entry(tx, chosen.opening_ids[0], entry_id, by_me(), tell=tell)
        else:
            visit = desk_booking.book_entry_at(tx, chosen.free[0], entry_id, by_me(), tell=tell)
        if visit is None:
            return "not-filled"
        return "booked-told" if tell else "filled"

    return done("entries.page", in_clinic(work), entry_id=entry_id)


def _chosen(tx: Tx, entry_id: UUID) -> Chosen:
    """What is ticked: "opening/id", or "free/provider/start"."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    if entry.state not in WAITING_ENTRY:
        abort(409)
    opening_ids, free = list[UUID](), list[Slot | None]()
    for value in request.form.getlist("time"):
        kind, _, rest = value.partition("/")
        provider, _, start = rest.partition("/")
        try:
            if kind == "opening":
                opening_ids.append(UUID(rest))
            else:
                free.append(desk_times.free_at(tx, entry, UUID(provider), datetime.fromisoformat(start)))
        except (ValueError, TypeError):
            abort(400)
    still = [slot for slot in free if slot is not None]
    return Chosen(opening_ids, still, len(free) - len(still))


def _times(tx: Tx, entry_id: UUID, picked: str) -> Times:
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    if entry.state not in WAITING_ENTRY:
        abort(409)
    choices = [*_openings(tx, entry_id), *_free(tx, entry)]
    zone = ZoneInfo(tx.clinic().timezone)
    days = sorted({each.start.astimezone(zone).date(): each.start for each in choices}.items())
    best = max(choices, key=lambda each: (each.is_opening, each.score.total), default=None)
    return Times(
        waiting=queries.waiting(tx.session, [entry_id])[0],
        days=[start for _, start in days],
        rows=list(_rows(choices, [day for day, _ in days], zone)),
        ticked=next((each for each in choices if each.value == picked), best),
        channels=reaching.channels(tx, entry),
        history=queries.history(tx.session, entry_id),
    )


def _openings(tx: Tx, entry_id: UUID) -> Iterable[Choice]:
    for each in matches.of_entry(tx, entry_id).suit:
        if each.score is not None:
            opening = each.place.opening
            yield Choice(
                f"opening/{opening.id}", opening.starts_at, each.place.provider.name, each.score, True
            )


def _free(tx: Tx, entry: WaitlistEntry) -> Iterable[Choice]:
    for slot in desk_times.free_for(tx, entry):
        provider = tx.session.get_one(Provider, slot.provider_id)
        value = f"free/{provider.id}/{slot.span.start.isoformat()}"
        yield Choice(value, slot.span.start, provider.name, slot.score, False)


def _rows(choices: list[Choice], days: list[date], zone: ZoneInfo) -> Iterable[Row]:
    def clock(each: Choice) -> datetime:
        return each.start.astimezone(zone)

    for time in sorted({clock(each).time() for each in choices}):
        at_that_time = [each for each in choices if clock(each).time() == time]
        yield Row(
            phrases.clock(at_that_time[0].start, zone.key),
            [
                sorted(
                    (each for each in at_that_time if clock(each).date() == day),
                    key=lambda each: (not each.is_opening, -each.score.total, each.provider),
                )
                for day in days
            ],
        )
