"""Who is meant by a campaign, and who of them is left out and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, null, or_, select
from sqlalchemy.orm import Session

from rules.campaigns import Audience
from rules.states import UPCOMING_APPOINTMENT, AppointmentState, LeftOut, RiskState, StepChannel
from storage.queries.contactable import first_contact, has_any, has_one_not_stopped, may_reach
from storage.tables import Appointment, ContactPoint, Patient, PatientContact, Recipient, RiskScore

SEEN = (
    AppointmentState.BOOKED,
    AppointmentState.CONFIRMED,
    AppointmentState.ARRIVED,
    AppointmentState.COMPLETED,
)
"""States of a past visit that took place, as far as anybody knows: not every clinic marks who has arrived."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What keeps a campaign apart from others: whom they texted since then is left alone."""

    campaign_id: UUID | None
    now: datetime
    contacted_since: datetime


@dataclass(frozen=True, slots=True)
class Meant:
    """A patient to be written to, on a number or mailbox; None: only a letter reaches them."""

    patient_id: UUID
    address: str | None


Channels = Sequence[StepChannel]

NOT_MEANT = "not meant any more"


def fits(audience: Audience, now: datetime) -> list[ColumnElement[bool]]:
    """Conditions on `Patient` that an audience comes to."""
    past = (Appointment.patient_id == Patient.id, Appointment.starts_at <= now)
    seen = exists().where(*past, Appointment.state.in_(SEEN))
    found: list[ColumnElement[bool]] = _of_themselves(audience, now.date())
    if audience.not_seen_days is not None:
        since = now - timedelta(days=audience.not_seen_days)
        found += [seen, ~seen.where(Appointment.starts_at > since)]
    if audience.least_no_shows is not None:
        missed = select(func.count()).where(*past, Appointment.state == AppointmentState.NO_SHOW)
        found.append(missed.correlate(Patient).scalar_subquery() >= audience.least_no_shows)
    if audience.names_risk:
        found.append(_at_risk(audience))
    if audience.provider_ids:
        found.append(seen.where(Appointment.provider_id.in_(audience.provider_ids)))
    if audience.type_ids:
        found.append(seen.where(Appointment.type_id.in_(audience.type_ids)))
    return found


def _at_risk(audience: Audience) -> ColumnElement[bool]:
    """As their score was worked out last."""
    score = exists().where(RiskScore.patient_id == Patient.id)
    if audience.risk_levels:
        score = score.where(RiskScore.level.in_(audience.risk_levels))
    return score.where(RiskScore.state == RiskState.DROPPED_OUT) if audience.dropped_out else score


def _of_themselves(audience: Audience, today: date) -> list[ColumnElement[bool]]:
    """What is asked of the patient's own record."""
    found: list[ColumnElement[bool]] = []
    if audience.stages:
        found.append(Patient.stage.in_(audience.stages))
    if audience.age_from is not None:
        found.append(Patient.birth_date <= _years_before(today, audience.age_from))
    if audience.age_until is not None:
        found.append(Patient.birth_date > _years_before(today, audience.age_until + 1))
    if audience.languages:
        found.append(Patient.language.in_(audience.languages))
    if audience.tags:
        found.append(or_(*(Patient.tags.contains([tag]) for tag in audience.tags)))
    return found


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # February 29th
        return day.replace(year=day.year - years, day=28)


def _upcoming(rest: Rest) -> ColumnElement[bool]:
    return exists().where(
        Appointment.patient_id == Patient.id,
        Appointment.state.in_(UPCOMING_APPOINTMENT),
        Appointment.starts_at > rest.now,
    )


def _lately(rest: Rest) -> ColumnElement[bool]:
    """Another campaign has written to them, or to somebody on a number or mailbox of theirs."""
    by_another = exists().where(
        Recipient.contacted_at > rest.contacted_since,
        Recipient.campaign_id != rest.campaign_id if rest.campaign_id else Recipient.id.is_not(None),
    )
    theirs = (
        PatientContact.patient_id == Patient.id,
        PatientContact.contact_point_id == ContactPoint.id,
        ContactPoint.address == Recipient.address,
    )
    return by_another.where(Recipient.patient_id == Patient.id) | by_another.where(*theirs)


def left_out(rest: Rest, channels: Channels) -> ColumnElement[str | None]:
    """Why a patient is not written to on any of the channels (`LeftOut`), or null. Somebody else on the same phone
    is looked for apart."""
    return case(
        (Patient.no_text, LeftOut.NO_TEXT.value),
        (~has_any(channels, rest.now), _unreached(channels).value),
        (~has_one_not_stopped(channels, rest.now), LeftOut.OPTED_OUT.value),
        (~may_reach(channels, rest.now), LeftOut.NO_CONSENT.value),
        (_upcoming(rest), LeftOut.UPCOMING_VISIT.value),
        (_lately(rest), LeftOut.RECENTLY_CONTACTED.value),
        else_=null(),
    )


def _unreached(channels: Channels) -> LeftOut:
    return LeftOut.NO_CHAT if set(channels) == {StepChannel.CHAT} else LeftOut.BAD_NUMBER


def _nothing_against(rest: Rest, channels: Channels) -> list[ColumnElement[bool]]:
    """`left_out` is null, told in the way that is quickest where most are meant."""
    return [~Patient.no_text, ~_upcoming(rest), ~_lately(rest), may_reach(channels, rest.now)]


@dataclass(frozen=True, slots=True)
class Count:
    """How many would be written to in a language, each phone counted once. And how many on each channel."""

    recipients: int
    reached: Mapping[StepChannel, int]


def counted(
    session: Session, audience: Audience, rest: Rest, channels: Channels
) -> tuple[dict[str, Count], dict[LeftOut, int]]:
    """How many would be written to, by language, and how many are left out, by reason."""
    used = list(dict.fromkeys(channels))
    found = (
        select(
            Patient.language,
            left_out(rest, used).label("why"),
            first_contact(used, rest.now).label("address"),
            *(may_reach([each], rest.now).label(each) for each in used),
        )
        .where(*fits(audience, rest.now))
        .subquery()
    )
    no_phone = func.count().filter(found.c.address.is_(None))
    rows = session.execute(
        select(
            found.c.language,
            found.c.why,
            func.count(),
            func.count(found.c.address.distinct()) + no_phone,
            *(func.count().filter(found.c[each]) for each in used),
        )
        .group_by(found.c.language, found.c.why)
        .order_by(found.c.language)
    )
    meant: dict[str, Count] = {}
    left: dict[LeftOut, int] = {}
    for language, why, patients, numbers, *reached in rows:
        if why is None:
            by_channel = zip(used, reached, strict=True)
            meant[language] = Count(numbers, {each: min(count, numbers) for each, count in by_channel})
            left[LeftOut.SAME_NUMBER] = left.get(LeftOut.SAME_NUMBER, 0) + patients - numbers
        else:
            left[LeftOut(why)] = left.get(LeftOut(why), 0) + patients
    return meant, {why: count for why in LeftOut if (count := left.get(why, 0))}


def some(
    session: Session, audience: Audience, rest: Rest, channels: Channels, limit: int
) -> list[tuple[Patient, StepChannel]]:
    """A few who would be written to, each with the first channel that reaches them."""
    first = case(*((may_reach([each], rest.now), each.value) for each in dict.fromkeys(channels)))
    found = select(Patient, first).where(*fits(audience, rest.now), *_nothing_against(rest, channels))
    rows = session.execute(found.order_by(Patient.id).limit(limit))
    return [(patient, StepChannel(channel)) for patient, channel in rows]


def next_meant(
    session: Session, audience: Audience, rest: Rest, channels: Channels, after: UUID | None, limit: int
) -> list[Meant]:
    """The next patients to be written to behind one, in the order of their ids."""
    wanted = select(Patient.id, first_contact(channels, rest.now)).where(
        *fits(audience, rest.now), *_nothing_against(rest, channels)
    )
    if after is not None:
        wanted = wanted.where(Patient.id > after)
    return [Meant(*row) for row in session.execute(wanted.order_by(Patient.id).limit(limit))]


def why_not(
    session: Session, audience: Audience, rest: Rest, channels: Channels, patient_ids: Sequence[UUID]
) -> dict[UUID, str]:
    """Why some of these patients are not to be written to now, by patient; the others may be."""
    rows = session.execute(
        select(Patient.id, left_out(rest, channels)).where(
            Patient.id.in_(patient_ids), *fits(audience, rest.now)
        )
    )
    found = {patient_id: why for patient_id, why in rows}
    reasons = {patient_id: found.get(patient_id, NOT_MEANT) for patient_id in patient_ids}
    return {patient_id: why for patient_id, why in reasons.items() if why is not None}
