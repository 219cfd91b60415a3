"""Lost visits as the Recovery page shows them, and what is done to them there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from rules.states import (
    RecoveryState,
)
from storage.tables import (
    Appointment,
    Cancellation,
    Hold,
    RecoveryCase,
)
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk

PHONE = "+12125550101"
TOMORROW = datetime(2026, 11, 25, 19, 0, tzinfo=NOW.tzinfo)
"""Wednesday, 2:00pm at the clinic."""


@dataclass
class Lost:
    """Maria missed a visit and was texted; Paul's was cancelled by us; staff are to call Ana."""

    maria: UUID
    paul: UUID
    ana: UUID


def state(desk: Desk, case_id: UUID) -> RecoveryState:
    def work(tx: Tx) -> RecoveryState:
        case = tx.session.get_one(RecoveryCase, case_id)
        return tx.session.get_one(Cancellation, case.cancellation_id).recovery

    return desk.do(work)


def post(browser: FlaskClient, case_id: UUID, deed: str, **form: str) -> str:
    """The page afterwards."""
    return browser.post(f"/recovery/{case_id}/{deed}", data=form, follow_redirects=True).text


def hold(desk: Desk, case_id: UUID, start: datetime = TOMORROW) -> None:
    def work(tx: Tx) -> None:
        visit = visit_of(tx, tx.session.get_one(RecoveryCase, case_id))
        talk = tx.session.scalars(select(Hold.conversation_id)).first()
        held = Hold(
            conversation_id=talk or factories.conversation(tx, PHONE).id,
            patient_id=visit.patient_id,
            provider_id=visit.provider_id,
            type_id=visit.type_id,
            starts_at=start,
            ends_at=start + timedelta(minutes=30),
            made_at=NOW,
            until=NOW + timedelta(minutes=15),
        )
        tx.session.add(held)

    desk.do(work)


def visit_of(tx: Tx, case: RecoveryCase) -> Appointment:
    ended = tx.session.get_one(Cancellation, case.cancellation_id)
    return tx.session.get_one(Appointment, ended.appointment_id)
