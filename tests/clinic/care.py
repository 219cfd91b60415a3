"""Patients with visits behind them, and their scores."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from clinic import no_shows, risk, risk_runs
from clinic.audit import SYSTEM
from rules.states import AppointmentState
from storage.tables import Patient, RiskScore
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import NOW, House


def patient(
    house: House,
    missed: Sequence[int] = (),
    kept: Sequence[int] = (),
    *,
    phone: str | None = None,
    **more: object,
) -> UUID:
    """Somebody who missed, and kept, visits so many days ago."""

    def work(tx: Tx) -> UUID:
        who, kind = factories.patient(tx, phone=phone, **more), factories.visit_type(tx)
        ended = {AppointmentState.NO_SHOW: missed, AppointmentState.COMPLETED: kept}
        for state, days in ended.items():
            lee = factories.provider(tx)
            for each in days:
                factories.visit(tx, who, lee, kind, start=NOW - timedelta(days=each), state=state)
        return who.id

    return house.run(work)


def night(house: House) -> datetime | None:
    return risk_runs.work(house.store, house.clinic_id, house.clinic_id)


def score(house: House, who: UUID) -> RiskScore:
    return house.run(lambda tx: risk.of(tx, who))


def miss(house: House, who: UUID, *, again: int = 0) -> None:
    """They miss a visit that began just now."""

    def work(tx: Tx) -> None:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        start = tx.now - timedelta(minutes=20 + 60 * again)
        visit = factories.visit(tx, tx.session.get_one(Patient, who), lee, kind, start=start)
        assert no_shows.mark(tx, visit.id, SYSTEM)

    house.run(work)
