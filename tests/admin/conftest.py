"""A clinic at its front desk, on a real database, with a clock that stands still."""

from datetime import time

import pytest

from rules.states import AttemptResult, CancellationKind, RecoveryState
from storage.tables import Availability
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.lost_visits import PHONE, Lost
from tests.clinic.lost_visits import lost, tried


@pytest.fixture
def cases(desk: Desk) -> Lost:
    def work(tx: Tx) -> Lost:
        lee = factories.provider(tx)
        for weekday in range(5):
            own = {"from_time": time(9), "until_time": time(16)}
            tx.session.add(Availability(provider_id=lee.id, weekday=weekday, **own))
        maria = lost(tx, factories.patient(tx, phone=PHONE), with_whom=lee, reason="transportation")
        tried(tx, maria, AttemptResult.PENDING)
        paul = lost(
            tx,
            factories.patient(tx, "Paul Chen"),
            kind=CancellationKind.PRACTICE_CANCEL,
            state=RecoveryState.PENDING,
            hours_ago=50,
        )
        ana = lost(tx, factories.patient(tx, "Ana Ruiz"), asked_staff_at=NOW, hours_ago=90)
        lost(tx, factories.patient(tx, "Eve Ott"), state=RecoveryState.RECOVERED, hours_ago=60)
        return Lost(maria.id, paul.id, ana.id)

    return desk.do(work)
