"""The demo's made-up clinic: a full week, a waitlist, and people who sign in. Loaded by the importer."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from importlib.resources import files
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.demo import schedule
from bot.demo.state import DemoClinic
from clinic import answers, clinics, imports, policies, reaching, staff
from clinic.audit import SYSTEM
from clinic.clinics import NewClinic, NoSuchClinic
from clinic.imports import Kind
from clinic.staff import NewStaff
from rules.chat_policy import MOST_ORIGINS
from rules.permissions import Role
from rules.policy import Policy
from rules.states import UPCOMING_APPOINTMENT, AnswerTopic, AppointmentState, Channel, ConsentKind
from storage.tables import (
    Appointment,
    Consent,
    ContactPoint,
    Patient,
    PatientContact,
    Sender,
    Staff,
    WaitlistEntry,
)
from storage.transaction import Links, Store, Tx, make_engine

ZONE = "America/New_York"
NUMBER = "+17165550100"
LAKESIDE = NewClinic(
    slug="lakeside",
    name="Lakeside Family Clinic",
    short_name="Lakeside",
    phone="+17165550199",
    sender=NUMBER,
    timezone=ZONE,
    address="12 Harbor Street, Buffalo, NY",
    # Whoever tries the demo at night wants to see it work, and to see a hold lapse.
    policy=Policy(
        allowed_from=time(0),
        allowed_until=time(23, 59, 59),
        hold_minutes=15,
        reminder_channels=(Channel.VOICE, Channel.SMS),
        chat=True,
    ),
)
ADMIN, DESK = "admin@lakeside.example", "desk@lakeside.example"
ON_CALL = "+17165550190"
FIRST_IN_LINE = ("p01", "p02", "p03", "p04")
"""Waiting patients whom nearly every opening suits: theirs are the phones to look at."""

ANSWERS = (
    (AnswerTopic.PARKING, "en", "Parking is free behind the building; the entrance is on Elm Street."),
    (
        AnswerTopic.PARKING,
        "es",
        "El estacionamiento es gratis, detras del edificio; se entra por Elm Street.",
    ),
    (AnswerTopic.INSURANCE, "en", "We take Aetna, Cigna, BlueCross BlueShield, Medicare and Medicaid."),
    (AnswerTopic.INSURANCE, "es", "Aceptamos Aetna, Cigna, BlueCross BlueShield, Medicare y Medicaid."),
)

CALLED = ("p05", "p31", "p38", "p46")
"""Who agreed to automatic calls: the first waits, and wants to be called before being texted."""


def build(
    database_url: str,
    *,
    password: str,
    phones: Path,
    sites: Sequence[str],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> DemoClinic:
    """Make the clinic, or bring its week up to today. Writes `phones`, and its import files beside it. `sites` are
    the origins its chat may stand on.

    Made anew at every start of the demo: what is there already stays as its visitors left it.
    """
    engine = make_engine(database_url)
    # Nothing is sent or woken from here: whatever runs later finds its work by the rows.
    store = Store(engine, clock=clock, waker=lambda _kind, _id: None, links=Links("http://127.0.0.1", ""))
    try:
        clinic_id = _clinic_id(store)
        shown = store.run(clinic_id, lambda tx: _fill(tx, password=password, folder=phones.parent / "import"))
        store.run(clinic_id, lambda tx: let_chat(tx, sites))
    finally:
        engine.dispose()
    phones.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return DemoClinic(slug=LAKESIDE.slug, name=LAKESIDE.name, number=NUMBER, staff_email=ADMIN)


TEXTS_PER_SECOND = 20
"""As a well registered number may send. At a plain long code's one a second the demo would feel slow."""


def _clinic_id(store: Store) -> UUID:
    try:
        return clinics.id_of(store, LAKESIDE.slug)
    except NoSuchClinic:
        return clinics.create(store, LAKESIDE).id


def _fill(tx: Tx, *, password: str, folder: Path) -> list[dict[str, str]]:
    """Everything in one transaction: a start that is broken off leaves nothing half made."""
    first = tx.session.scalar(select(WaitlistEntry.id).limit(1)) is None
    schedule.write(folder, tx.now.astimezone(ZoneInfo(ZONE)), first=first, without=_cancelled(tx))
    for kind in (Kind.PROVIDERS, Kind.TYPES, Kind.AVAILABILITY, Kind.PATIENTS):
        imports.load(tx, kind, (files("bot.demo") / "data" / f"{kind}.csv").read_bytes())
    imports.load(tx, Kind.VISITS, (folder / "visits.csv").read_bytes(), skip_conflicts=True)
    if first:
        imports.load(tx, Kind.WAITLIST, (folder / "waitlist.csv").read_bytes())
        _wants_calls(tx, CALLED[0])
        for topic, language, text in ANSWERS:
            answers.put(tx, topic, text, SYSTEM, language)
    if Channel.VOICE not in reaching.senders(tx):
        clinics.add_sender(tx, Channel.VOICE, NUMBER, SYSTEM)
    for line in tx.session.scalars(select(Sender)):
        line.rate_per_second = TEXTS_PER_SECOND
    _let_in(tx, NewStaff(ADMIN, "Robin Hale", Role.CLINIC_ADMIN, password))
    _let_in(tx, NewStaff(DESK, "Sam Ortiz", Role.FRONT_DESK, password, phone=ON_CALL, on_call=True))
    return phones_to_show(tx)


def let_chat(tx: Tx, sites: Sequence[str]) -> None:
    """Let the chat stand on the demo's site, whose port may be another each time."""
    policy = policies.current(tx)
    missing = [site for site in sites if site not in policy.chat_origins]
    if missing:
        origins = (*missing, *policy.chat_origins)[:MOST_ORIGINS]
        on = policy.chat or not policy.chat_origins  # off and with sites somebody turned it off
        policies.change(tx, policy.model_copy(update={"chat": on, "chat_origins": origins}), SYSTEM)


def _wants_calls(tx: Tx, external_id: str) -> None:
    waits = select(WaitlistEntry).join(Patient, Patient.id == WaitlistEntry.patient_id)
    for entry in tx.session.scalars(waits.where(Patient.external_id == external_id)):
        entry.channels = [Channel.VOICE, Channel.SMS]


def _cancelled(tx: Tx) -> set[str | None]:
    found = select(Appointment.external_id).where(Appointment.state == AppointmentState.CANCELLED)
    return set(tx.session.scalars(found))


def _let_in(tx: Tx, somebody: NewStaff) -> None:
    if tx.session.scalar(select(Staff).where(Staff.email == somebody.email)) is None:
        staff.create(tx, somebody)


def phones_to_show(tx: Tx) -> list[dict[str, str]]:
    """`{name, number}` of four patients first in line, of one with a visit on the next workday, and of those who
    are called."""
    tomorrow = schedule.workday(tx.now.astimezone(ZoneInfo(ZONE)).date(), 1)
    noon = datetime.combine(tomorrow, time(12), ZoneInfo(ZONE))
    shown = [
        *FIRST_IN_LINE,
        *_coming_next(tx, noon),
        *CALLED,
    ]
    rows = tx.session.execute(
        select(Patient.external_id, Patient.first_name, Patient.last_name, ContactPoint.address)
        .join(PatientContact, PatientContact.patient_id == Patient.id)
        .join(ContactPoint, ContactPoint.id == PatientContact.contact_point_id)
        .where(Patient.external_id.in_(shown))
    )
    known: dict[str | None, dict[str, str]] = {
        key: {"name": f"{first} {last}", "number": number} for key, first, last, number in rows
    }
    return [known[key] for key in shown]


def _coming_next(tx: Tx, since: datetime) -> Sequence[str | None]:
    """The patient whose visit comes first, of those who are texted and not called."""
    return tx.session.scalars(
        select(Patient.external_id)
        .join(Appointment, Appointment.patient_id == Patient.id)
        .join(Consent, Consent.patient_id == Patient.id)
        .where(Appointment.state.in_(UPCOMING_APPOINTMENT), Appointment.starts_at >= since)
        .where(Patient.external_id.not_in(CALLED))
        .where(Consent.kind == ConsentKind.CARE_TEXT, Consent.granted, Patient.no_text.is_(False))
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(1)
    ).all()
