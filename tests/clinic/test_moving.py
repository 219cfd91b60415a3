"""A move and whatever else wants the same rows take them in one order, so that they wait and never lock up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select, text

from clinic import moving, openings
from clinic.audit import SYSTEM
from storage.tables import Appointment, Opening
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import NOW, House
from tests.processes import comes_true

SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=8)

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def furnish(tx: Tx) -> tuple[Appointment, Opening]:
    """A visit next week, and an opening tomorrow."""
    lee, kind, maria = factories.provider(tx), factories.visit_type(tx), factories.patient(tx)
    return factories.visit(tx, maria, lee, kind, start=LATER), factories.opening(tx, lee, start=SOON)


def test_a_move_leaves_the_visit_to_an_acceptance_that_has_the_opening(house: House) -> None:
    visit, opening = house.run(furnish)

    def move(tx: Tx) -> Appointment | None:
        return moving.move(tx, visit.id, SOON, None, SYSTEM, tell=False)

    def waits() -> bool:
        with house.engine.connect() as connection:
            return connection.scalar(WAITING) == 1

    def accept(tx: Tx) -> None:
        openings.lock(tx, opening.id)
        moved = pool.submit(house.run, move)
        assert comes_true(waits)
        later = select(Appointment).where(Appointment.id == visit.id)
        assert tx.session.scalars(later.with_for_update(key_share=True, nowait=True)).one()
        assert not moved.done()

    with ThreadPoolExecutor(1) as pool:
        house.run(accept)


def test_a_move_into_an_opening_fills_it(house: House) -> None:
    visit, opening = house.run(furnish)
    assert house.run(lambda tx: moving.move(tx, visit.id, SOON, None, SYSTEM, tell=False))
    assert house.run(lambda tx: tx.session.get_one(Opening, opening.id).appointment_id) == visit.id
