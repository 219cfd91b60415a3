"""Which of their visits a text means: whose, with whom, and when, as far as it says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import appointments, phrases
from handlers.guards import covers
from handlers.naming import named
from handlers.turn import Turn
from nlu.names import names_provider
from nlu.understanding import TimeSpan
from storage.tables import Appointment, Provider


@dataclass(frozen=True, slots=True)
class Meant:
    """Visits that a text can mean, soonest first.

    `missing` says, in words for the patient, what they said that no visit fits ("on Tue Dec 1"); `visits` are
    then those that fit the rest.
    """

    visits: Sequence[Appointment]
    missing: str = ""


def meant(turn: Turn) -> Meant:
    """Their coming visits, narrowed by what the text says: the name first, then the provider, then the time."""
    left = Meant(appointments.coming(turn.tx, turn.patient_ids))
    for narrow in (_whose, _with_whom, _when):
        if not left.missing:
            left = narrow(turn, left.visits)
    return left


def line(turn: Turn, visit: Appointment) -> str:
    """A visit as a line of a numbered list; on a family's phone it says whose."""
    words = appointments.words(turn.tx, visit)
    said = f"{words['when']} {words['provider']}"
    return f"{said} for {words['name']}" if len(turn.patients) > 1 else said


def _whose(turn: Turn, visits: Sequence[Appointment]) -> Meant:
    said = named(turn)
    theirs = [visit for visit in visits if visit.patient_id in [patient.id for patient in said]]
    if not said or theirs:
        return Meant(theirs or visits)
    return Meant(visits, phrases.render("visit_for", name=said[0].first_name))


def _with_whom(turn: Turn, visits: Sequence[Appointment]) -> Meant:
    everybody = turn.tx.session.scalars(select(Provider).order_by(Provider.name)).all()
    said = [each for each in everybody if names_provider(turn.read.text, each.name)]
    theirs = [visit for visit in visits if visit.provider_id in [each.id for each in said]]
    if not said or theirs:
        return Meant(theirs or visits)
    return Meant(visits, phrases.render("visit_with", provider=said[0].name))


def _when(turn: Turn, visits: Sequence[Appointment]) -> Meant:
    """By the times said, but not those gone by ("he was sick last night"), nor those that could not be placed."""
    zone = ZoneInfo(turn.tx.clinic().timezone)
    said = [each for span in turn.read.times for each in _readings(span) if not _gone_by(turn, each)]
    fitting = [visit for visit in visits if any(covers(span, visit.starts_at, zone) for span in said)]
    if not said or fitting:
        return Meant(fitting or visits)
    one_day = said[0].dated and said[0].grain not in ("week", "month")
    day = phrases.day(said[0].start, turn.tx.clinic().timezone)
    return Meant(visits, phrases.render("visit_on", day=day) if one_day else phrases.render("visit_then"))


def _readings(span: TimeSpan) -> Sequence[TimeSpan]:
    """What a time that was said can mean: "next Friday" either of two days; nothing where it was ruled out."""
    if span.excluded or not (span.exact or span.or_start):
        return ()
    first = replace(span, exact=True)
    if span.or_start is None:
        return (first,)
    return first, replace(
        first, start=span.or_start, end=span.end and span.or_start + (span.end - span.start)
    )


def _gone_by(turn: Turn, span: TimeSpan) -> bool:
    return span.dated and span.end is not None and span.end <= turn.tx.now
