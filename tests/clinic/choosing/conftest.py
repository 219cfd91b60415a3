"""A desk where times are shown to two patients."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import time
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import choosing, holds, restoring, undo
from clinic.choosing import Outcome
from clinic.slots import Search
from rules.states import (
    ACTIVE_APPOINTMENT,
)
from rules.wanted import Stretch, Wanted
from storage.tables import (
    Appointment,
    Availability,
    Conversation,
    Hold,
    Message,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House
from tests.clinic.days import NEW_YORK, TUESDAY


@dataclass
class Desk:
    """Dr Lee works on Tuesday from nine to twelve; Maria and Ana have phones of their own."""

    house: House
    lee: Any
    kind: Any
    patients: dict[str, UUID]
    lines: dict[str, UUID]

    def show(self, who: str = "Maria", **changes: Any) -> list[Hold]:
        search = {
            "patient_id": self.patients[who],
            "type_id": self.kind.id,
            "wanted": Wanted((Stretch(TUESDAY, TUESDAY),)),
        }
        return self.house.run(lambda tx: list(holds.show(tx, self.line(tx, who), Search(**search | changes))))

    def choose(self, held: Hold, who: str = "Maria") -> Outcome:
        return self.house.run(lambda tx: choosing.choose(tx, self.line(tx, who), held.id))

    def choose_together(self, marias: Hold, anas: Hold) -> list[Outcome]:
        """Both choose at the same instant."""
        together = Barrier(2)

        def answer(held: Hold, who: str) -> Outcome:
            together.wait()
            return self.choose(held, who)

        with ThreadPoolExecutor(2) as both:
            said = [both.submit(answer, marias, "Maria"), both.submit(answer, anas, "Ana")]
            return [each.result() for each in said]

    def undo(self, who: str = "Maria") -> bool:
        def take_back(tx: Tx) -> bool:
            line = self.line(tx, who)
            newest = undo.newest(tx, line.id)
            return newest is not None and restoring.put_back(tx, line, newest)

        return self.house.run(take_back)

    def line(self, tx: Tx, who: str) -> Conversation:
        return tx.session.get_one(Conversation, self.lines[who])

    def booked(self) -> list[Appointment]:
        return self.rows(select(Appointment).where(Appointment.state.in_(ACTIVE_APPOINTMENT)))

    def rows(self, statement: Any) -> list[Any]:
        return self.house.run(lambda tx: list(tx.session.scalars(statement)))

    def said(self) -> str:
        return str(self.rows(select(Message.body).order_by(Message.id.desc()))[0])


@pytest.fixture
def desk(house: House) -> Desk:
    def furnish(tx: Tx) -> Desk:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        tx.session.add(Availability(provider_id=lee.id, weekday=1, from_time=time(9), until_time=time(12)))
        phones = {
            "Maria": f"+1212555{house.clinic_id.int % 1000:03}1",
            "Ana": f"+1212555{house.clinic_id.int % 1000:03}2",
        }
        return Desk(
            house,
            lee,
            kind,
            {name: factories.patient(tx, f"{name} X", phone=phone).id for name, phone in phones.items()},
            {name: factories.conversation(tx, phone).id for name, phone in phones.items()},
        )

    return house.run(furnish)


def clocks(shown: list[Hold]) -> list[str]:
    return [f"{held.starts_at.astimezone(NEW_YORK):%H:%M}" for held in shown]
