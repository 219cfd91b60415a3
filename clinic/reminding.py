"""Reminders by themselves: at the clinic's times before a visit, one text for all visits of a patient's day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic import messages, policies, reaching, reminders
from clinic.audit import BOT, record
from clinic.reaching import Way
from rules.hours import hours_of
from rules.phones import zones_for
from rules.reminders import A_DAY_BEFORE, Moment, Place, asks_again, due, is_likely, moments, next_at
from rules.states import DueKind
from storage.queries import reminders as queries
from storage.queries.due import set_due
from storage.queries.reminders import Coming
from storage.tables import Appointment, Message, Reminder
from storage.transaction import Tx

LOOK_EVERY = timedelta(minutes=30)
"""Visits come and are moved meanwhile; those that were there keep their times to the minute."""

AHEAD = timedelta(days=2)
"""How much sooner than its hours say a reminder may go: before a long night, or with another visit of that day."""

TRIED_JUST_NOW = timedelta(hours=6)
"""A channel on which a reminder of a visit has failed so lately is not tried again for it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit to come and its reminders: all of them, and the one that is due now."""

    coming: Coming
    moments: Sequence[Moment]
    due: Moment | None
    second_ask: bool

    @property
    def is_second_ask(self) -> bool:
        return self.second_ask and self.due is not None and self.due.hours == A_DAY_BEFORE


def begin(tx: Tx) -> None:
    """A new clinic's patients are reminded from now on."""
    set_due(tx.session, tx.clinic_id, DueKind.REMINDERS, tx.clinic_id, tx.now)


def work(tx: Tx, _clinic_id: UUID) -> datetime:
    """Write every reminder that is due; gives when to look again. What due rows call; may run any number of
    times."""
    soon = tx.now + LOOK_EVERY
    decided = policies.current(tx)
    if not decided.reminder_hours:
        return soon
    soonest = max(decided.reminder_hours[0], decided.sooner_ask_hours)
    until = tx.now + timedelta(hours=soonest) + AHEAD
    found = queries.coming(tx.session, tx.now, until, reminders.states(tx))
    planned = [_planned(tx, each) for each in found]
    for day in _days(tx, planned):
        _remind(tx, day)
    return min([soon, *filter(None, (next_at(each.moments, tx.now) for each in planned))])


def _planned(tx: Tx, coming: Coming) -> Planned:
    decided, clinic = policies.current(tx), tx.clinic()
    again = asks_again(coming.reminded, coming.chance, decided.second_ask_chance)
    hours = {*decided.reminder_hours, *((A_DAY_BEFORE,) if again else ())}
    if decided.sooner_ask_hours and is_likely(coming.chance, decided.second_ask_chance):
        hours.add(decided.sooner_ask_hours)
    zones = zones_for(coming.zone, clinic.timezone, coming.number or clinic.phone)
    place = Place(ZoneInfo(clinic.timezone), hours_of(decided, zones))
    start = coming.visit.starts_at
    all_of = moments(start, hours, place)
    return Planned(coming, all_of, due(start, all_of, coming.reminded, coming.heard_at, tx.now), again)


def _days(tx: Tx, planned: Iterable[Planned]) -> Iterable[list[Planned]]:
    """The visits of each patient by the day on the clinic's calendar."""
    zone = ZoneInfo(tx.clinic().timezone)
    days: dict[tuple[object, ...], list[Planned]] = defaultdict(list)
    for each in planned:
        visit = each.coming.visit
        days[visit.patient_id, visit.starts_at.astimezone(zone).date()].append(each)
    return days.values()


def _remind(tx: Tx, day: Sequence[Planned]) -> None:
    """One text for a day: what is due first takes along the others of which it has not been said."""
    first = next((each for each in day if each.due is not None), None)
    if first is None or first.due is None:
        return
    hours = first.due.hours
    visits = [each.coming.visit for each in day if hours not in each.coming.reminded]
    text = reminders.write(tx, visits, second=first.is_second_ask)
    if text is None:
        return
    for visit in visits:
        tx.session.add(
            Reminder(appointment_id=visit.id, starts_at=visit.starts_at, hours=hours, message_id=text.id)
        )
        record(tx, BOT, "reminder.due", visit, after={"hours": hours})
    tx.session.flush()


def another_way(tx: Tx, message_id: UUID) -> None:
    """A reminder did not arrive: the same goes by the patient's next channel, where one is left that was not tried
    just now. What due rows call; where a newer one has been written since, there is nothing to do."""
    message = tx.session.get_one(Message, message_id)
    visits = reminders.wanted(tx, message)
    if not visits:
        return
    tried = queries.since(tx.session, visits[0].id, reminders.REMINDER_PHRASES, tx.now - TRIED_JUST_NOW)
    way = _untried(tx, visits, {each.conversation_id for each in [message, *tried]})
    if way is None or any(each.id > message.id for each in tried):
        return
    again = reminders.write_by(tx, way, visits, second=message.phrase == "reminder_second")
    queries.hand_on(tx.session, message.id, again.id)
    record(tx, BOT, "reminder.another_way", visits[0], after={"channel": way.channel})


def _untried(tx: Tx, visits: Sequence[Appointment], tried: Collection[UUID]) -> Way | None:
    """What WhatsApp would not take goes by text, so that is no other way."""
    for way in reaching.to_remind(tx, visits[0].patient_id):
        language = messages.language_of(tx, way.conversation, visits[0].patient_id)
        phrase = reminders.phrase_for(way.channel, visits)
        if way.conversation.id not in tried and reaching.carries(tx, way.conversation, phrase, language):
            return way
    return None
