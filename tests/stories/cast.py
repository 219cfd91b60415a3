"""The stage of a story: a fresh clinic with the people its head names, their visits and their wishes."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import answers, consent, enrolment, lasting, missing, policies, reaching, reminding
from clinic.audit import SYSTEM, By, by_staff
from rules.channels import address_on
from rules.policy import Policy
from rules.states import (
    AnswerTopic,
    AppointmentState,
    Channel,
    ConfirmMode,
    ConsentKind,
    ConsentSource,
    SenderKind,
)
from storage.tables import Appointment, AppointmentType, Availability, Patient, Provider, Sender
from storage.transaction import Tx
from tests import factories
from tests.databases import empty
from tests.stories import when
from tests.stories.script import BadStory, Story
from tests.system import System

ON_CALL = "on call"
ON_CALL_PHONE = "+12125550190"
FIRST_PHONE = 12_125_550_200
LAST_NAMES = ("Quillfeather", "Brackenbury", "Ostrowski", "Vandermeer", "Tillinghast", "Achterberg")
CALLED_FIRST = (Channel.VOICE, Channel.SMS)
CHECK_UP = "check-up"
USUAL = {"staff_undo_minutes": 0, "calendar_link": False}
"""What every clinic of a story decides, unless it says otherwise: staff cancel at once, and no text ends with a
link that is another in every run."""

BESIDES = {
    "zone",
    "address",
    "answers",
    "answers in Spanish",
    "schedule elsewhere",
    "staff approve",
    "enrols",
    "works",
    "late fee",
    "no-show fee",
    "marks no-shows",
}
"""What may stand under `clinic:` besides fields of its policy."""


@dataclass
class Cast:
    """Who is in the story, and where they are found. `phones` has everybody with a phone, staff on call too."""

    story: Story
    zone: ZoneInfo
    clinic_id: UUID
    phones: dict[str, str] = field(default_factory=dict)
    patients: dict[str, UUID] = field(default_factory=dict)
    staff: By = SYSTEM

    def who(self, name: str) -> UUID:
        if name not in self.patients:
            raise BadStory(f"{self.story.name}: nobody on file is called {name}")
        return self.patients[name]

    @property
    def called(self) -> set[str]:
        """The phones of those who agreed to calls."""
        agreed = {name for name, facts in self.story.people.items() if facts.get("agreed to calls")}
        return {self.phones[name] for name in agreed}

    def private(self) -> set[str]:
        """Names and numbers that must never stand in a log."""
        last = {f"{name} {_last_name(number)}" for number, name in enumerate(self.patients)}
        numbers = {number.lstrip("+") for number in self.phones.values()}
        return {*self.patients, *last, *numbers}


def set_stage(system: System, story: Story) -> Cast:
    """Empty the house, and put the story's people into it."""
    system.services.redis.flushdb()
    system.carrier.reset()
    zone = ZoneInfo(story.clinic.get("zone", "America/New_York"))
    system.clock.set(when.moment(story.now, zone))
    empty(system.services.store.engine.url)
    with system.services.store.unscoped() as session:
        clinic = factories.clinic(session, system.clock(), line=system.number)
        clinic.timezone = str(zone)
        clinic_id = clinic.id
    cast = Cast(story, zone, clinic_id)
    system.services.store.run(clinic_id, lambda tx: _furnish(tx, cast))
    return cast


def _furnish(tx: Tx, cast: Cast) -> None:
    tx.session.scalars(select(Sender)).one().rate_per_second = 1000
    on_call = factories.staff(tx, name="Sam Rivera", on_call=True, phone=ON_CALL_PHONE)
    cast.staff, cast.phones[ON_CALL] = by_staff(on_call.id), ON_CALL_PHONE
    decided = {name: value for name, value in cast.story.clinic.items() if name in Policy.model_fields}
    tx.clinic().schedule_elsewhere = cast.story.clinic.get("schedule elsewhere") == "yes"
    unknown = set(cast.story.clinic) - set(decided) - BESIDES
    if unknown:
        raise BadStory(f"{cast.story.name}: a clinic decides nothing called {sorted(unknown)}")
    policies.change(tx, Policy.model_validate(USUAL | decided), SYSTEM)
    tx.clinic().address = cast.story.clinic.get("address", "")
    for name, hours in cast.story.clinic.get("works", {}).items():
        _works(tx, cast, name, hours)
    if "staff approve" in cast.story.clinic:
        visit_type(tx, cast.story.clinic["staff approve"]).confirm_mode = ConfirmMode.STAFF
    _missed_visits(tx, cast)
    _reminders(tx, cast)
    if "enrols" in cast.story.clinic:
        visit_type(tx, cast.story.clinic["enrols"]).enrols = True
    for said, language in (("answers", "en"), ("answers in Spanish", "es")):
        for topic, answer in cast.story.clinic.get(said, {}).items():
            answers.put(tx, AnswerTopic(topic), answer, SYSTEM, language)
    for number, (name, facts) in enumerate(cast.story.people.items()):
        _enter(tx, cast, number, name, facts)
    for kind in tx.session.scalars(select(AppointmentType).where(AppointmentType.enrols)):
        enrolment.look_at(tx, kind.id)


def _missed_visits(tx: Tx, cast: Cast) -> None:
    """What a check-up that is cancelled late, or missed, costs; and whether missed ones are marked by itself."""
    if cast.story.clinic.get("marks no-shows") == "yes":
        missing.begin(tx)
    check_up = visit_type(tx, CHECK_UP)
    check_up.late_fee_cents = 100 * int(cast.story.clinic.get("late fee", 0))
    check_up.no_show_fee_cents = 100 * int(cast.story.clinic.get("no-show fee", 0))


def _reminders(tx: Tx, cast: Cast) -> None:
    """Only where a story says when: in the others nobody is reminded by itself."""
    if "reminder_hours" in cast.story.clinic:
        reminding.begin(tx)


def _enter(tx: Tx, cast: Cast, number: int, name: str, facts: Any) -> None:
    """One person: their phone, and if they are on file their record, visits and wish."""
    phone = cast.phones.get(facts.get("shares phone with", "")) or f"+{FIRST_PHONE + number}"
    cast.phones[name] = phone
    if facts.get("not on file"):
        return
    reached_at = None if facts.get("no number") else phone
    who = factories.patient(
        tx,
        f"{name} {_last_name(number)}",
        phone=reached_at,
        zone=facts.get("zone"),
        language=facts.get("language", "en"),
    )
    cast.patients[name] = who.id
    for words in [*filter(None, [facts.get("visit")]), *facts.get("visits", ())]:
        _visit(tx, cast, who, words)
    if "last seen" in facts:
        _was_here(tx, who, when.duration(facts["last seen"]), number)
    if facts.get("agreed to news"):
        _agreed(tx, who, phone, ConsentKind.MARKETING_TEXT)
    if facts.get("agreed to calls"):
        _agreed(tx, who, phone, ConsentKind.VOICE)
        _calls(tx)
    later = _visit(tx, cast, who, facts["later visit"]) if "later visit" in facts else None
    if "waits for" in facts:
        # Who is named first has waited longest, by a second.
        since = when.duration(facts.get("waiting since", "30 days")) - timedelta(seconds=number)
        entry = factories.entry(
            tx,
            who,
            visit_type(tx, facts["waits for"]),
            added_at=tx.now - since,
            priority=facts.get("priority", "standard"),
            replaces_id=later.id if later else None,
            expires_at=tx.now - since + timedelta(days=policies.current(tx).entry_expires_days),
            auto_book=facts.get("agreed beforehand") == "yes",
            channels=list(CALLED_FIRST) if facts.get("agreed to calls") else [],
        )
        lasting.watch(tx, entry)


def _works(tx: Tx, cast: Cast, name: str, hours: list[str]) -> None:
    """When a provider works: `Thu Dec 3 9:00am-12:00pm`, on that date."""
    for each in hours:
        words, _, until = each.rpartition("-")
        start = when.moment(words, cast.zone, tx.now).astimezone(cast.zone)
        end = when.moment(f"{words.rpartition(' ')[0]} {until}", cast.zone, tx.now).astimezone(cast.zone)
        tx.session.add(
            Availability(
                provider_id=provider(tx, name).id,
                on_date=start.date(),
                from_time=start.time(),
                until_time=end.time(),
            )
        )
    tx.session.flush()


def _last_name(number: int) -> str:
    return LAST_NAMES[number % len(LAST_NAMES)]


def _visit(tx: Tx, cast: Cast, who: Patient, words: str) -> Appointment:
    start, _, with_whom = words.partition(" with ")
    at = when.moment(start, cast.zone, tx.now)
    return factories.visit(tx, who, provider(tx, with_whom), visit_type(tx, CHECK_UP), start=at)


def _was_here(tx: Tx, who: Patient, ago: timedelta, number: int) -> None:
    """A check-up with Dr Lee so long ago."""
    at = tx.now - ago + timedelta(minutes=30 * number)
    of, kind = provider(tx, "Dr Lee"), visit_type(tx, CHECK_UP)
    factories.visit(tx, who, of, kind, start=at, state=AppointmentState.COMPLETED)


def _agreed(tx: Tx, who: Patient, phone: str, kind: ConsentKind) -> None:
    point = consent.contact_point(tx, phone)
    consent.grant(tx, who.id, point, kind, granted=True, source=ConsentSource.INTAKE, by=SYSTEM)


def _calls(tx: Tx) -> None:
    """The clinic calls from the number it texts from."""
    usable = reaching.senders(tx)
    if Channel.VOICE not in usable:
        number = address_on(Channel.VOICE, usable[Channel.SMS].address)
        tx.session.add(Sender(address=number, kind=SenderKind.VOICE, rate_per_second=1000))
        tx.session.flush()


def provider(tx: Tx, name: str) -> Provider:
    found = tx.session.scalar(select(Provider).where(Provider.name == name))
    return found or factories.provider(tx, name)


def visit_type(tx: Tx, name: str) -> AppointmentType:
    found = tx.session.scalar(select(AppointmentType).where(AppointmentType.name == name))
    return found or factories.visit_type(tx, name)
