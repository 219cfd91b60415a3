"""Visits as a calendar file: when, and at which clinic. Nothing of what it is for."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import icalendar
from sqlalchemy import func, select

from clinic import links, phrases, policies
from rules.channels import channel_of
from rules.segments import segments
from rules.states import ACTIVE_APPOINTMENT, Channel
from storage.tables import Appointment, AuditEvent, Message
from storage.transaction import Tx

KEPT_AFTER = timedelta(days=1)
"""A visit's file can be had until so long after it."""


def file_of(tx: Tx, *visits: Appointment, language: str = phrases.DEFAULT_LANGUAGE) -> str:
    """The visits as iCalendar text (RFC 5545). A visit's UID stays, and its SEQUENCE grows with every change, so
    that a calendar that has it already moves or cancels its own. Times are in UTC, which every calendar shows in
    its own zone."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Standby//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for visit in visits:
        calendar.add_component(_event(tx, visit, language))
    return str(calendar.to_ical().decode())


def _event(tx: Tx, visit: Appointment, language: str) -> icalendar.Event:
    clinic = tx.clinic()
    event = icalendar.Event()
    event.add("uid", f"{visit.id}@{urlsplit(tx.links.public_url).hostname}")
    event.add("dtstamp", tx.now)
    event.add("sequence", _changes(tx, visit))
    event.add("summary", phrases.render("calendar_title", language, clinic=clinic.short_name))
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("status", "CONFIRMED" if visit.state in ACTIVE_APPOINTMENT else "CANCELLED")
    event.add("description", phrases.phone(clinic.phone))
    if clinic.address:
        event.add("location", clinic.address)
    return event


def is_kept(visit: Appointment, now: datetime) -> bool:
    return visit.ends_at + KEPT_AFTER > now


def add_link(tx: Tx, message: Message, visit: Appointment) -> None:
    """End a confirmation with the link to the visit's file, where the text gets no longer by it. An email has the
    file itself."""
    if not policies.current(tx).calendar_link or channel_of(message.address) not in (
        Channel.SMS,
        Channel.WHATSAPP,
    ):
        return
    longer = f"{message.body} {links.calendar_link(tx.links, visit)}"
    if segments(longer) == 1:
        message.body, message.segments = longer, 1


def _changes(tx: Tx, visit: Appointment) -> int:
    """How often the visit was changed since it was booked."""
    events = select(func.count(AuditEvent.id)).where(
        AuditEvent.subject_kind == Appointment.__tablename__, AuditEvent.subject_id == visit.id
    )
    tx.session.flush()
    return max(0, (tx.session.scalar(events) or 0) - 1)
