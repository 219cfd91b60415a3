"""Who is meant by a campaign, and who of them is left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, null, or_, select
from sqlalchemy.orm import Session

from rules.campaigns import Audience
from rules.states import UPCOMING_APPOINTMENT, AppointmentState, ConsentKind, LeftOut
from storage.tables import (
    Appointment,
    Consent,
    ContactPoint,
    Patient,
    PatientContact,
    Recipient,
)

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
    """A patient to be texted."""

    patient_id: UUID
    address: str


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
    if audience.provider_ids:
        found.append(seen.where(Appointment.provider_id.in_(audience.provider_ids)))
    if audience.type_ids:
        found.append(seen.where(Appointment.type_id.in_(audience.type_ids)))
    return found


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


def _phones() -> list[ColumnElement[bool]]:
    """A number of the patient's that reaches them."""
    return [
        PatientContact.patient_id == Patient.id,
        PatientContact.contact_point_id == ContactPoint.id,
        ContactPoint.address.startswith("+"),
        ContactPoint.wrong_number_at.is_(None),
        ContactPoint.undeliverable_at.is_(None),
    ]


def _not_stopped() -> list[ColumnElement[bool]]:
    return [ContactPoint.opted_out_at.is_(None), ContactPoint.carrier_blocked_at.is_(None)]


def address() -> ColumnElement[str | None]:
    """The patient's first number on which they agreed to hear news."""
    agreed = (
        Consent.patient_id == Patient.id,
        Consent.contact_point_id == ContactPoint.id,
        Consent.kind == ConsentKind.MARKETING_TEXT,
        Consent.granted,
        Consent.superseded_at.is_(None),
    )
    return (
        select(ContactPoint.address)
        .where(*_phones(), *_not_stopped(), *agreed)
        .order_by(PatientContact.position, ContactPoint.id)
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )


def left_out(rest: Rest) -> ColumnElement[str | None]:
    """Why a patient is not texted (`LeftOut`), or null. Somebody else on the same phone is looked for apart."""
    upcoming = exists().where(
        Appointment.patient_id == Patient.id,
        Appointment.state.in_(UPCOMING_APPOINTMENT),
        Appointment.starts_at > rest.now,
    )
    lately = exists().where(
        Recipient.patient_id == Patient.id,
        Recipient.contacted_at > rest.contacted_since,
        Recipient.campaign_id != rest.campaign_id if rest.campaign_id else Recipient.id.is_not(None),
    )
    return case(
        (Patient.no_text, LeftOut.NO_TEXT.value),
        (~exists().where(*_phones()), LeftOut.BAD_NUMBER.value),
        (~exists().where(*_phones(), *_not_stopped()), LeftOut.OPTED_OUT.value),
        (address().is_(None), LeftOut.NO_CONSENT.value),
        (upcoming, LeftOut.UPCOMING_VISIT.value),
        (lately, LeftOut.RECENTLY_CONTACTED.value),
        else_=null(),
    )


def counted(session: Session, audience: Audience, rest: Rest) -> tuple[dict[str, int], dict[LeftOut, int]]:
    """How many would be texted, by language, and how many are left out, by reason."""
    found = (
        select(Patient.language, left_out(rest).label("why"), address().label("address"))
        .where(*fits(audience, rest.now))
        .subquery()
    )
    rows = session.execute(
        select(found.c.language, found.c.why, func.count(), func.count(found.c.address.distinct()))
        .group_by(found.c.language, found.c.why)
        .order_by(found.c.language)
    )
    texted: dict[str, int] = {}
    left: dict[LeftOut, int] = {}
    for language, why, patients, numbers in rows:
        if why is None:
            texted[language] = numbers
            left[LeftOut.SAME_NUMBER] = left.get(LeftOut.SAME_NUMBER, 0) + patients - numbers
        else:
            left[LeftOut(why)] = left.get(LeftOut(why), 0) + patients
    return texted, {why: count for why in LeftOut if (count := left.get(why, 0))}


def some(session: Session, audience: Audience, rest: Rest, limit: int) -> Sequence[Patient]:
    """A few who would be texted."""
    found = select(Patient).where(*fits(audience, rest.now), left_out(rest).is_(None))
    return session.scalars(found.order_by(Patient.id).limit(limit)).all()


def next_meant(
    session: Session, audience: Audience, rest: Rest, after: UUID | None, limit: int
) -> list[Meant]:
    """The next patients to be texted behind one, in the order of their ids."""
    wanted = select(Patient.id, address()).where(*fits(audience, rest.now), left_out(rest).is_(None))
    if after is not None:
        wanted = wanted.where(Patient.id > after)
    rows = session.execute(wanted.order_by(Patient.id).limit(limit))
    return [Meant(patient_id, number) for patient_id, number in rows if number is not None]


def why_not(session: Session, audience: Audience, rest: Rest, patient_id: UUID) -> str | None:
    """Why one patient is not to be texted now; None where nothing speaks against it."""
    row = session.execute(
        select(left_out(rest)).where(Patient.id == patient_id, *fits(audience, rest.now))
    ).first()
    return "not meant any more" if row is None else row[0]
