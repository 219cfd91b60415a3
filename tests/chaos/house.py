"""The clinic that the fire is lit under: where it is about noon now, with as many patients as a test wants.

The tests of this folder run on the real clock, and texts go out in allowed hours only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text

from bot.demo.carrier.client import Carrier
from clinic import openings, policies, waitlist
from clinic.audit import SYSTEM
from clinic.openings import Freed
from clinic.waitlist import Wish
from rules.facts import Span
from rules.policy import Policy
from rules.states import FreedBy
from storage.tables import Offer, Sender
from storage.transaction import Store, Tx
from tests import factories
from tests.databases import empty
from tests.system import System

LINE = "+12125550100"
HOLD = timedelta(minutes=120)
HALF_AN_HOUR = timedelta(minutes=30)


def noon_zone() -> str:
    """A zone where it is now between 12:00 and 12:59. The names of these zones count westward."""
    west = datetime.now(UTC).hour - 12
    return f"Etc/GMT{west:+d}" if west else "Etc/GMT"


def hours_ahead(hours: int) -> datetime:
    """A full hour, so many hours from now."""
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)


def phone(number: int) -> str:
    return f"+1212556{number:04d}"


@dataclass(frozen=True)
class House:
    """A clinic with one provider, one type of visit of half an hour, and patients who all wait for one."""

    store: Store
    clinic_id: UUID
    sender_id: UUID
    provider_id: UUID
    type_id: UUID
    patients: Sequence[UUID]
    entries: Sequence[UUID]

    @property
    def phones(self) -> list[str]:
        return [phone(number) for number in range(len(self.patients))]

    def free_slot(self, hours: int = 48) -> UUID:
        """A slot comes free so many hours from now, and is worked as any other."""
        start = hours_ahead(hours)
        freed = Freed(self.provider_id, Span(start, start + HALF_AN_HOUR), FreedBy.STAFF_CANCEL)
        return self.store.run(self.clinic_id, lambda tx: _opened(tx, freed))

    def offers(self, opening_id: UUID) -> dict[UUID, Offer]:
        """The offers of an opening, by patient."""
        with self.store.unscoped() as session:
            found = session.scalars(select(Offer).where(Offer.opening_id == opening_id)).all()
        return {offer.patient_id: offer for offer in found}

    def count(self, condition: str) -> int:
        """How many messages there are for which a condition in SQL holds."""
        with self.store.unscoped() as session:
            found = session.execute(text(f"SELECT count(*) FROM message WHERE {condition}"))
            return int(found.scalar_one())

    def at_rest(self) -> bool:
        """Every text has been read, and every text out has come to its end."""
        return self.waiting() == 0

    def waiting(self) -> int:
        """How many texts are not at their end."""
        return self.count("inbound_state = 'unread' OR outbox_state IN ('queued', 'claimed', 'unknown')")


def build_house(store: Store, patients: int, **decided: object) -> House:
    """Empty the database, and build a house in it. `decided` are fields of its policy."""
    empty(store.engine.url)
    with store.unscoped() as session:
        clinic = factories.clinic(session, datetime.now(UTC), line=LINE)
        clinic.timezone = noon_zone()
        clinic_id = clinic.id
    return store.run(clinic_id, lambda tx: _furnished(tx, store, patients, decided))


def fresh_house(system: System, patients: int, **decided: object) -> House:
    """A house in an empty system: nothing queued, no text at the carrier, no fault."""
    system.services.redis.flushdb()
    system.carrier.reset()
    system.clock.set(datetime.now(UTC))
    house = build_house(system.services.store, patients, **decided)
    system.services.redis.flushdb()
    return house


def _furnished(tx: Tx, store: Store, patients: int, decided: dict[str, object]) -> House:
    policies.change(tx, Policy.model_validate({"calendar_link": False} | decided), SYSTEM)
    sender = tx.session.scalars(select(Sender)).one()
    sender.rate_per_second = 1000
    lee, checkup = factories.provider(tx), factories.visit_type(tx)
    people = [
        factories.patient(tx, f"P{number} Test", phone=phone(number), zone=noon_zone()).id
        for number in range(patients)
    ]
    entries = [waitlist.add(tx, Wish(who, checkup.id), SYSTEM).id for who in people]
    return House(store, tx.clinic_id, sender.id, lee.id, checkup.id, people, entries)


def _opened(tx: Tx, freed: Freed) -> UUID:
    opening = openings.open_slot(tx, freed, SYSTEM)
    assert opening is not None
    return opening.id


def wait_again(house: House, patient: int) -> None:
    """A patient who got a visit waits for another."""
    wish = Wish(house.patients[patient], house.type_id)
    house.store.run(house.clinic_id, lambda tx: waitlist.add(tx, wish, SYSTEM))


def answers(carrier: Carrier, since: int) -> dict[str, list[str]]:
    """What the clinic has sent after the carrier's message number `since`, by phone."""
    found: dict[str, list[str]] = {}
    for message in carrier.messages(since=since):
        if message["direction"] == "outbound-api":
            found.setdefault(message["phone"], []).append(message["body"])
    return found
