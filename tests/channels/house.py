"""A clinic with several channels, and its patients as they follow links."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from clinic import consent, policies, reminding
from clinic.audit import SYSTEM
from rules.policy import Policy
from rules.states import Channel, ConsentKind, ConsentSource, SenderKind
from storage.tables import (
    Appointment,
    AppointmentType,
    Consent,
    Message,
    Offer,
    Patient,
    PatientContact,
    Provider,
    Sender,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests import factories
from tests.chaos.house import LINE, House
from tests.system import System

ANA, BEN = range(2)
LINK = re.compile(r"https?://\S+/o/\S+")
SENDERS = {
    Channel.WHATSAPP: (SenderKind.WHATSAPP, f"whatsapp:{LINE}"),
    Channel.EMAIL: (SenderKind.EMAIL, "desk@lakeside.example"),
    Channel.VOICE: (SenderKind.VOICE, f"voice:{LINE}"),
}


@dataclass(frozen=True)
class Page:
    """A page as a phone without JavaScript has it."""

    status: int
    text: str
    headers: httpx.Headers

    @property
    def form(self) -> str:
        """What the form holds beside its buttons; "" where the page has none."""
        found = re.search(r'name="form" value="([^"]*)"', self.text)
        return found[1] if found else ""

    @property
    def says(self) -> list[str]:
        return [unescape(line).strip() for line in re.findall(r'class="says"[^>]*>([^<]*)<', self.text)]


@dataclass(frozen=True)
class Reached:
    system: System
    house: House

    def opens(self, *channels: Channel) -> None:
        """The clinic has these channels too."""
        for channel in channels:
            kind, address = SENDERS[channel]
            self.run(
                lambda tx, k=kind, a=address: tx.session.add(Sender(address=a, kind=k, rate_per_second=1000))
            )

    def wants(self, patient: int, *channels: Channel) -> None:
        """A patient's channels, in order."""

        def change(tx: Tx) -> None:
            tx.session.get_one(WaitlistEntry, self.house.entries[patient]).channels = list(channels)

        self.run(change)

    def agrees(
        self, patient: int, kind: ConsentKind, address: str | None = None, *, granted: bool = True
    ) -> None:
        """What a patient agreed to, on their number or on a mailbox."""

        def change(tx: Tx) -> None:
            who = self.house.patients[patient]
            point = consent.contact_point(tx, address or self.house.phones[patient])
            known = select(PatientContact).where(
                PatientContact.patient_id == who, PatientContact.contact_point_id == point.id
            )
            if tx.session.scalar(known) is None:
                tx.session.add(PatientContact(patient_id=who, contact_point_id=point.id, position=1))
            consent.grant(tx, who, point, kind, granted=granted, source=ConsentSource.STAFF, by=SYSTEM)

        self.run(change)

    def frees(self, hours: int = 48) -> UUID:
        """A slot comes free, and everything that follows at once has happened."""
        opening = self.house.free_slot(hours)
        self.system.work()
        return opening

    def books(self, patient: int = ANA, hours: int = 24, provider: str | None = None) -> UUID:
        """A visit so many hours from now, booked long ago; `provider`: another one than Dr Lee."""

        def book(tx: Tx) -> UUID:
            who = tx.session.get_one(Patient, self.house.patients[patient])
            lee = tx.session.get_one(Provider, self.house.provider_id)
            kind = tx.session.get_one(AppointmentType, self.house.type_id)
            other = factories.provider(tx, provider) if provider else lee
            start, long_ago = tx.now + timedelta(hours=hours), tx.now - timedelta(days=30)
            return factories.visit(tx, who, other, kind, start=start, booked_at=long_ago).id

        made: UUID = self.run(book)
        return made

    def reminds(self) -> None:
        """Patients are reminded from now on, and whatever is due has gone out."""
        self.run(reminding.begin)
        self.system.work()

    def decides(self, **changed: object) -> None:
        """The clinic's policy, changed in this."""

        def change(tx: Tx) -> None:
            policies.change(tx, Policy.model_validate(policies.current(tx).model_dump() | changed), SYSTEM)

        self.run(change)

    def visit(self, visit_id: UUID) -> Appointment:
        return next(visit for visit in self.visits() if visit.id == visit_id)

    def offer(self, opening: UUID, patient: int = ANA) -> Offer:
        return self.house.offers(opening)[self.house.patients[patient]]

    def visits(self) -> list[Appointment]:
        with self.house.store.unscoped() as session:
            return list(session.scalars(select(Appointment)))

    def messages(self) -> list[Message]:
        with self.house.store.unscoped() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    def consents(self, kind: ConsentKind) -> list[bool]:
        """What stands of one kind."""
        with self.house.store.unscoped() as session:
            standing = select(Consent.granted).where(Consent.kind == kind, Consent.superseded_at.is_(None))
            return list(session.scalars(standing))

    def run(self, work: Any) -> Any:
        return self.house.store.run(self.house.clinic_id, work)

    def link_texted(self, patient: int = ANA) -> str:
        """The link in the last text to a patient that has one."""
        texts = self.system.carrier.sent_to(self.house.phones[patient])
        return str([LINK.findall(text) for text in texts if LINK.search(text)][-1][0])

    def look(self, link: str, method: str = "GET") -> Page:
        return _page(self.system.http.request(method, link))

    def tap(self, link: str, answer: str = "accept", *, form: str | None = None) -> Page:
        """Open the page and press a button; then everything follows."""
        sent = {"answer": answer, "form": self.look(link).form if form is None else form}
        page = _page(self.system.http.post(link, data=sent))
        self.system.work()
        return page


def _page(response: httpx.Response) -> Page:
    return Page(response.status_code, response.text, response.headers)
