"""A clinic's API as a program with a token uses it, on a real database, with a clock that stands still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from clinic import tokens
from clinic.audit import SYSTEM
from clinic.tokens import NewToken
from rules.permissions import Permission
from storage.tables import AppointmentType, Clinic, Message, Opening, Patient, Provider
from tests import factories
from tests.admin.desk import NOW, Desk


@dataclass
class Program:
    """Something that calls the API."""

    desk: Desk
    token: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        sent = {
            "Authorization": f"Bearer {self.token}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        return self.desk.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=sent)

    def get(self, path: str) -> Any:
        response = self.call("GET", path)
        assert response.status_code == 200, response.text
        return response.json

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.call("POST", path, body, **headers)


def token(desk: Desk, *permissions: Permission, at: Clinic | None = None, **more: Any) -> str:
    """All permissions where none is named."""
    new = NewToken("test", list(permissions or Permission), **more)
    return desk.do(lambda tx: tokens.create(tx, new, SYSTEM), at=at)


@dataclass
class Town:
    """A program, and some rows of its clinic."""

    program: Program
    lee: Provider
    kim: Provider
    checkup: AppointmentType
    maria: Patient
    paul: Patient

    def opening(self, *, hours: float = 24, minutes: int = 30) -> Opening:
        start = NOW + timedelta(hours=hours)
        return self.program.desk.do(lambda tx: factories.opening(tx, self.lee, start=start, minutes=minutes))

    def waits(self, who: Patient | None = None, **more: Any) -> Any:
        """Somebody put on the list by the API."""
        patient = (who or self.maria).external_id
        response = self.program.post(
            "/waitlist", {"patient": patient, "type": self.checkup.external_id, **more}
        )
        assert response.status_code == 201, response.text
        return response.json

    def said_to(self, address: str) -> Sequence[str]:

        return self.program.desk.do(
            lambda tx: tx.session.scalars(
                select(Message.body).where(Message.address == address).order_by(Message.id)
            ).all()
        )


@pytest.fixture
def program(desk: Desk) -> Program:
    return Program(desk, token(desk))


@pytest.fixture
def town(program: Program) -> Town:
    do = program.desk.do
    return Town(
        program=program,
        lee=do(lambda tx: factories.provider(tx, "Dr Lee")),
        kim=do(lambda tx: factories.provider(tx, "Dr Kim")),
        checkup=do(factories.visit_type),
        maria=do(lambda tx: factories.patient(tx, "Maria Lopez", phone="+12125550101")),
        paul=do(lambda tx: factories.patient(tx, "Paul Ortiz", phone="+12125550102")),
    )
