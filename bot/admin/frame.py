"""What every staff page has in common: whose it is, the clinic it shows, its clock, and how it answers."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import phonenumbers
from flask import Blueprint, Flask, abort, current_app, g, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound
from werkzeug.wrappers import Response

from bot.access import signed_in
from bot.admin import notes, readings, words
from bot.services import Services
from clinic import daily_caps, pausing, phrases
from clinic.audit import By, by_staff
from rules.channels import channel_of, contact_of
from rules.permissions import Permission, allows
from rules.states import Channel
from storage.queries import inbox, pauses
from storage.queries.pauses import Pause
from storage.tables import Clinic, Staff
from storage.transaction import Tx

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)


def init_app(app: Flask) -> None:
    app.context_processor(_common)
    for written in (clock, day, near_day, when, phone, since, left, sentence):
        app.add_template_filter(written)
    app.add_template_filter(lambda row: (str(row.id), row.name), "named")
    app.add_template_filter(words.escalated, "why")
    app.add_template_filter(words.language, "language")
    app.add_template_filter(readings.reading, "reading")
    app.jinja_env.globals["words"] = words
    app.jinja_env.globals["readings"] = readings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def blueprint(name: str) -> Blueprint:
    """The routes of a page. An id that is of no row of this clinic's is not found, whosever it may be."""
    pages = Blueprint(name, __name__)
    pages.register_error_handler(NoResultFound, _not_here)
    return pages


def _not_here(_error: Exception) -> tuple[str, int]:
    return render_template("problem.html", code=404), 404


def services() -> Services:
    found: Services = current_app.extensions["services"]
    return found


def me() -> Staff:
    """Whoever is signed in. Only for routes that need it."""
    staff = signed_in()
    if staff is None:
        abort(401)
    return staff


def by_me() -> By:
    return by_staff(me().id)


def in_clinic(work: Callable[[Tx], T]) -> T:
    """Do `work` in one transaction, in the clinic of whoever is signed in."""
    return services().store.run(me().clinic_id, work)


def may(permission: str) -> bool:
    """Whether whoever is signed in has a permission, by its name in the table ("conversations:reply")."""
    staff = signed_in()
    return staff is not None and allows(staff.role, Permission(permission))


def now() -> datetime:
    """One moment for the whole page."""
    return _once("now", services().clock)


def clinic() -> Clinic:
    return _once("clinic", lambda: in_clinic(lambda tx: tx.clinic()))


def _once(name: str, find: Callable[[], T]) -> T:
    """What a page needs in several places, found once a request."""
    if name not in g:
        setattr(g, name, find())
    found: T = getattr(g, name)
    return found


def asked_id(field: str) -> UUID | None:
    """The id in a field of the address or the form. What makes no sense is left out."""
    try:
        return UUID(request.values.get(field, ""))
    except ValueError:
        return None


def asked_word(words: type[Word], field: str) -> Word | None:
    """The same of a word, such as a status."""
    try:
        return words(request.values.get(field, ""))
    except ValueError:
        return None


def done(view: str, note: str, *, at: str | None = None, **values: Any) -> Response:
    """After an action: back to a page, which says what was done, at the place it was done."""
    return redirect(url_for(view, note=note, _anchor=at, **values), 303)


def going_out(tx: Tx, note: str, opening_ids: Collection[UUID] = ()) -> str:
    """The note on what has just been said first; another where it waits until somebody resumes."""
    return f"{note}-paused" if pausing.holds_back(tx, opening_ids) else note


def _common() -> dict[str, Any]:
    return {
        "me": signed_in(),
        "may": may,
        "now": now(),
        "clinic": clinic,
        "unseen": _unseen,
        "pauses": _pauses,
        "near_caps": _near_caps,
        "note": notes.NOTES.get(request.args.get("note", "")),
    }


def _unseen() -> inbox.Unseen:
    return _once("unseen", lambda: in_clinic(lambda tx: inbox.unseen(tx.session)))


def _pauses() -> list[Pause]:
    return _once("pauses", lambda: in_clinic(lambda tx: pauses.lasting(tx.session, tx.clinic())))


def _near_caps() -> Sequence[daily_caps.Used]:
    return _once("near_caps", lambda: in_clinic(daily_caps.near))


# How things are written: the clinic's clock, and numbers as people say them


def clock(moment: datetime) -> str:
    return phrases.clock(moment, clinic().timezone)


def day(moment: datetime) -> str:
    return str(phrases.day(moment, clinic().timezone))


def near_day(moment: datetime) -> str:
    """`today`, `tomorrow, Tue Dec 1`, else the day."""
    zone = ZoneInfo(clinic().timezone)
    ahead = moment.astimezone(zone).date() - now().astimezone(zone).date()
    return {0: "today", 1: f"tomorrow, {day(moment)}"}.get(ahead.days, day(moment))


def when(moment: datetime) -> str:
    """The time alone if it is today, else with the day."""
    return clock(moment) if day(moment) == day(now()) else str(phrases.when(moment, clinic().timezone))


def phone(address: str) -> str:
    """`(212) 555-0143` for the clinic's own country, `+34 612 34 56 78` for others; with the channel, where that
    is not texts."""
    if channel_of(address) is Channel.CHAT and contact_of(address) == address:
        return "web chat"
    try:
        number = phonenumbers.parse(contact_of(address))
    except phonenumbers.NumberParseException:
        return address
    at_home = phonenumbers.country_code_for_region(clinic().region) == number.country_code
    form = phonenumbers.PhoneNumberFormat
    written = phonenumbers.format_number(number, form.NATIONAL if at_home else form.INTERNATIONAL)
    return f"{CHANNEL_NAMES.get(channel_of(address), '')} {written}".strip()


CHANNEL_NAMES = {Channel.WHATSAPP: "WhatsApp", Channel.VOICE: "calls to", Channel.CHAT: "web chat with"}


def since(moment: datetime) -> str:
    """How long ago: `just now`, `12 min`, `3 h`, `2 days`."""
    minutes = int((now() - moment) / timedelta(minutes=1))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    if hours < 24:
        return f"{hours} h"
    return "1 day" if hours < 48 else f"{hours // 24} days"


def sentence(text: str) -> str:
    """With a capital to begin with; names keep theirs."""
    return text[:1].upper() + text[1:]


def left(moment: datetime) -> str:
    """How long is left, as the countdown on the page writes it: `4:05` below an hour, else `2 h 10 min`."""
    seconds = max(0, int((moment - now()).total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes}:{seconds % 60:02}"
