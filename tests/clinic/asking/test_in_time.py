"""A slot is looked at when it has to be, whatever else is asked of it at the same moment."""

from uuid import UUID

from sqlalchemy import select

from clinic import openings
from clinic.audit import SYSTEM
from clinic.openings import Freed
from rules.facts import Span
from rules.states import DueKind, FreedBy
from storage.tables import DueWork
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office


def test_a_text_that_goes_out_does_not_put_off_a_look_that_is_due(office: Office) -> None:
    """Of two who are asked together the first is not reached: their hold must not keep the slot for nothing."""
    office.decide(dispatch="batch")
    for name in ("Maria Lopez", "Ana Diaz"):
        office.waits(office.patient(name))
    opening_id = office.do(lambda tx: opened(tx, office))
    office.settle()
    office.look_at(opening_id)

    office.do(lambda tx: openings.look_at(tx, opening_id, office.ahead(2)))

    (due,) = office.do(lambda tx: rows_of(tx, opening_id))
    assert due.due_at <= office.clock()


def test_a_slot_done_with_is_looked_at_when_it_is_asked_for_again(office: Office) -> None:
    opening_id = office.do(lambda tx: opened(tx, office))

    def end(tx: Tx) -> None:
        (due,) = rows_of(tx, opening_id)
        due.done_at = tx.now

    office.do(end)
    office.do(lambda tx: openings.look_at(tx, opening_id, office.ahead(2)))

    (due,) = office.do(lambda tx: rows_of(tx, opening_id))
    assert (due.done_at, due.due_at) == (None, office.ahead(2))


def opened(tx: Tx, office: Office) -> UUID:
    freed = Freed(office.lee, Span(office.ahead(24), office.ahead(24.5)), FreedBy.STAFF_CANCEL)
    opening = openings.open_slot(tx, freed, SYSTEM)
    assert opening is not None
    return opening.id


def rows_of(tx: Tx, opening_id: UUID) -> list[DueWork]:
    found = select(DueWork).where(DueWork.kind == DueKind.OPENING, DueWork.subject_id == opening_id)
    return list(tx.session.scalars(found))
