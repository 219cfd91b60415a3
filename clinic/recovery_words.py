"""What is said about a lost visit: to its patient, and to staff, with what it does to a treatment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from clinic import appointments, holds, phrases
from clinic.recovery_attempts import BY_STAFF
from clinic.recovery_cases import Case
from rules.campaigns import merged
from rules.recovery import Impact, impact
from rules.recovery_terms import Wording
from rules.states import AttemptChannel, AttemptResult, CancellationKind
from storage.queries import recovery as queries
from storage.tables import Appointment, Hold, Patient, Provider, RecoveryAttempt
from storage.transaction import Tx

LOST = {
    CancellationKind.NO_SHOW: "Missed",
    CancellationKind.LATE_CANCEL: "Cancelled late",
    CancellationKind.CANCELLED: "Cancelled",
    CancellationKind.PRACTICE_CANCEL: "Cancelled by us",
}


def wording_of(case: Case, wording: Wording) -> str:
    """What an attempt's wording is told apart by: of a first text, how the visit was lost."""
    return case.lost.kind if wording is Wording.LOST else wording


OPENS: Mapping[str, str] = {
    CancellationKind.NO_SHOW: "recovery_no_show",
    CancellationKind.LATE_CANCEL: "recovery_late_cancel",
    CancellationKind.CANCELLED: "recovery_cancelled",
    CancellationKind.PRACTICE_CANCEL: "recovery_practice_cancel",
    Wording.AGAIN: "recovery_again",
    Wording.LAST: "recovery_last",
}
"""The phrase with which a text begins, where the clinic has no words of its own."""


@dataclass(frozen=True, slots=True)
class _OwnWords(phrases.Spoken):
    """A clinic's own words, with their fields filled in."""

    text: str
    values: Mapping[str, phrases.Words]

    def in_language(self, language: str) -> str:
        return merged(
            self.text, {name: phrases.said(value, language) for name, value in self.values.items()}, {}
        )


def opening(
    tx: Tx, visit: Appointment, wording: str, own: str | None, *, spoken: bool = False
) -> phrases.Words:
    """How a text about a lost visit begins, or what is `spoken` in a call: in the clinic's own words, if it has
    any."""
    named = appointments.words(tx, visit)
    if spoken:
        named = {**named, "when": phrases.in_full(visit.starts_at, tx.clinic().timezone)}
    return begun(tx, wording, own, named)


def begun(tx: Tx, wording: str, own: str | None, named: Mapping[str, phrases.Words]) -> phrases.Words:
    """The same where what it names is known: first name, provider, time."""
    if own is None:
        return phrases.part(OPENS[wording], **named)
    clinic = tx.clinic()
    values = {
        "first_name": named["name"],
        "provider": named["provider"],
        "when": named["when"],
        "clinic": clinic.short_name,
        "phone": phrases.phone(clinic.phone),
    }
    return _OwnWords(own, values)


def offered(tx: Tx, kept: Sequence[Hold]) -> dict[str, phrases.Words]:
    """Times to choose from, as a numbered list, and until when they are kept; nothing where there are none."""
    if not kept:
        return {}
    lines = [phrases.part("line", **holds.words(tx, held)) for held in kept]
    until = phrases.answer_by(kept[0].until, tx.clinic().timezone, tx.now)
    return {"options": phrases.numbered(lines), "line": lines[0], "by": until}


# For staff


def impact_of(tx: Tx, visit: Appointment) -> Impact | None:
    """What the loss of a visit does to its patient's treatment; None where it belongs to none."""
    plan = queries.plan_of(tx.session, visit)
    zone = ZoneInfo(tx.clinic().timezone)
    kept = [moment.astimezone(zone).date() for moment in queries.kept_of(tx.session, visit)]
    return impact(plan, kept, tx.now.astimezone(zone).date()) if plan is not None else None


def impact_words(found: Impact) -> str:
    """`Visit 4 of 12, plan now 3 weeks behind.`"""
    weeks = "1 week" if found.weeks_behind == 1 else f"{found.weeks_behind} weeks"
    behind = f", plan now {weeks} behind" if found.weeks_behind else ""
    return f"Visit {found.visit} of {found.of}{behind}."


def summary(tx: Tx, case: Case) -> str:
    """All that somebody needs who calls: what was lost and why, what was tried, what it does to a treatment."""
    visit = tx.session.get_one(Appointment, case.lost.appointment_id)
    patient = tx.session.get_one(Patient, visit.patient_id)
    provider = tx.session.get_one(Provider, visit.provider_id).name
    because = f" ({case.lost.reason.replace('_', ' ')})" if case.lost.reason else ""
    when = phrases.said(phrases.when(visit.starts_at, tx.clinic().timezone), "en")
    lost = (
        f"{LOST[case.lost.kind]} {when} with {provider}{because}: {patient.first_name} {patient.last_name}."
    )
    found = impact_of(tx, visit)
    return " ".join(filter(None, (lost, _tried(tx, case), impact_words(found) if found else "")))


def _tried(tx: Tx, case: Case) -> str:
    made = queries.attempts_of(tx.session, [case.row.id])[case.row.id]
    tried = list(filter(None, (_by_us(tx, made, called=False), _by_us(tx, made, called=True))))
    said = ". ".join(tried) or "No text could be sent"
    notes = [each.note for each in made if each.note]
    answer = "has written since, and nothing is booked" if case.row.answered_at else _silence(made)
    return " ".join([f"{said}: {answer}." if answer else f"{said}.", *notes])


def _by_us(tx: Tx, made: Sequence[RecoveryAttempt], *, called: bool) -> str:
    days = [
        each.sent_at
        for each in made
        if each.sent_at is not None
        and each.wording != BY_STAFF
        and (each.channel is AttemptChannel.PHONE) == called
    ]
    return f"{'Called by machine' if called else 'Texted'} {_days(tx, days)}" if days else ""


def _silence(made: Sequence[RecoveryAttempt]) -> str:
    silent = [each for each in made if each.sent_at is not None and each.result is AttemptResult.NO_RESPONSE]
    return "no answer" if silent else ""


def _days(tx: Tx, moments: Sequence[datetime]) -> str:
    zone = ZoneInfo(tx.clinic().timezone)
    days = [phrases.short_day(each.astimezone(zone).date()) for each in moments]
    return phrases.said(phrases.both(list(dict.fromkeys(phrases.said(day, "en") for day in days))), "en")
