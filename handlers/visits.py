"""Which of their visits a text means: whose, with whom, and when, as far as it says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import appointments, phrases, waitlist
from handlers.naming import named
from handlers.pointing import in_any_week
from handlers.spans import covers
from handlers.turn import Turn, listed
from nlu.names import names_provider
from nlu.spanish import in_english
from nlu.understanding import TimeSpan
from nlu.words import pattern, plain
from rules.policy import WEEKDAY_NAMES
from storage.tables import Appointment, Provider

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Meant:
    """Visits that a text can mean, soonest first.

    `missing` says, in words for the patient, what they said that no visit fits ("on Tue Dec 1"); `visits` are
    then those that fit the rest.
    """

    visits: Sequence[Appointment]
    missing: phrases.Words = ""


def meant(turn: Turn) -> Meant:
    """Their coming visits, narrowed by what the text says: the name first, then the provider, then the time."""
    left = Meant(appointments.coming(turn.tx, turn.patient_ids))
    for narrow in (_whose, _with_whom, _when):
        if not left.missing:
            left = narrow(turn, left.visits)
    return left


def says_missed(turn: Turn) -> bool:
    """Whether a text speaks of a visit that they have not come to."""
    return pattern("visits", "missed").search(plain(turn.whole.text)) is not None


def among(turn: Turn, visits: Sequence[Appointment]) -> Sequence[Appointment]:
    """Of these visits those that the text names, by patient, provider and time; all where it names none."""
    left = Meant(visits)
    for narrow in (_whose, _with_whom, _when):
        found = narrow(turn, left.visits)
        left = left if found.missing else found
    return left.visits


def line(turn: Turn, visit: Appointment) -> phrases.Words:
    """A visit as a line of a numbered list."""
    return listed(turn, appointments.words(turn.tx, visit))


def _whose(turn: Turn, visits: Sequence[Appointment]) -> Meant:
    said = named(turn)
    theirs = [visit for visit in visits if visit.patient_id in [patient.id for patient in said]]
    if not said or theirs:
        return Meant(theirs or visits)
    return Meant(visits, phrases.part("visit_for", name=said[0].first_name))


def _with_whom(turn: Turn, visits: Sequence[Appointment]) -> Meant:
    everybody = turn.tx.session.scalars(select(Provider).order_by(Provider.name)).all()
    said = [each for each in everybody if names_provider(turn.whole.text, each.name)]
    theirs = [visit for visit in visits if visit.provider_id in [each.id for each in said]]
    if not said or theirs:
        return Meant(theirs or visits)
    return Meant(visits, phrases.part("visit_with", provider=said[0].name))


def _when(turn: Turn, visits: Sequence[Appointment]) -> Meant:
    """By the times said, but not those gone by ("he was sick last night"), nor those that could not be placed.

    "Can't come tomorrow" rules tomorrow out and so names it; but where another time is named that a visit has
    ("not the Tuesday one, the Thursday one"), that counts. Where no visit is near enough, "Tuesday" may be one
    of a later week.
    """
    zone = ZoneInfo(turn.tx.clinic().timezone)
    said = [each for span in turn.whole.times for each in readings(turn, span) if not _gone_by(turn, each)]
    for spans in (said, in_any_week(said)):
        for ruled_out in (False, True):
            those = [span for span in spans if span.excluded is ruled_out]
            fitting = [each for each in visits if any(covers(span, each.starts_at, zone) for span in those)]
            if fitting:
                return Meant(fitting)
    return Meant(visits, _then(said[0], turn.tx.clinic().timezone) if said else "")


def cannot_come(turn: Turn) -> bool:
    """Whether the text says that they cannot come to a visit they have ("can't make it Thursday"). Of who waits
    for nothing a day alone that does not suit says so ("no voy a poder hoy")."""
    said = pattern("visits", "cannot_come").search(plain(turn.whole.text)) is not None
    if turn.whole.signals.question or not (said or _rules_out_its_time(turn)):
        return False
    found = meant(turn)
    return bool(found.visits) and not found.missing


def _rules_out_its_time(turn: Turn) -> bool:
    once = any(span.excluded and span.dated and not span.weekly for span in turn.whole.times)
    return once and not waitlist.waiting_of(turn.tx, turn.patient_ids)


def names_another_time(turn: Turn) -> bool:
    """Whether a time was said that none of their visits has ("can't make it Thursday, Friday would work")."""
    return bool(other_times(turn, meant(turn).visits))


def other_times(turn: Turn, found: Sequence[Appointment]) -> tuple[TimeSpan, ...]:
    """The times said that none of these visits has."""
    zone = ZoneInfo(turn.tx.clinic().timezone)
    return tuple(
        span
        for span in turn.whole.times
        if not any(covers(each, visit.starts_at, zone) for each in readings(turn, span) for visit in found)
    )


def _then(span: TimeSpan, zone: str) -> phrases.Words:
    if not span.dated or span.grain in ("week", "month"):
        return phrases.part("visit_then")
    return phrases.part("visit_on", day=phrases.day(span.start, zone))


def readings(turn: Turn, span: TimeSpan) -> Iterator[TimeSpan]:
    """What a time that was said can mean: "next Friday" either of two days, "Monday" said on a Monday today or in
    a week. What could not be placed means nothing here."""
    if span.exact or span.or_start:
        yield replace(span, exact=True)
    other = span.or_start or (span.start + A_WEEK if _names_today(turn, span) else None)
    if other is not None:
        yield replace(span, exact=True, start=other, end=span.end and other + (span.end - span.start))


def _names_today(turn: Turn, span: TimeSpan) -> bool:
    zone = ZoneInfo(turn.tx.clinic().timezone)
    today, said = turn.tx.now.astimezone(zone), span.start.astimezone(zone)
    weekday = WEEKDAY_NAMES[today.weekday()][:3].lower()
    return span.dated and today.date() == said.date() and weekday in in_english(span.text).lower()


def _gone_by(turn: Turn, span: TimeSpan) -> bool:
    return span.dated and span.end is not None and span.end <= turn.tx.now
