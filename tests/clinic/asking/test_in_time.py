"""A slot is looked at when it has to be, whatever else is asked of it at the same moment."""

from uuid import UUID

from sqlalchemy import select

from clinic import by_hand, filling, openings, pausing
from clinic.audit import SYSTEM
from clinic.openings import Freed
from rules.facts import Span
from rules.states import DueKind, FreedBy
from storage.tables import DueWork, Offer
from storage.transaction import Tx
from tests import factories
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


def test_a_slot_given_up_once_and_offered_by_hand_is_given_up_again(office: Office) -> None:
    """Though the text waits for the morning, or for a pause to end."""
    opening_id = office.do(lambda tx: opened(tx, office))
    office.later(hours=23)
    entry = office.waits(office.patient())
    office.do(lambda tx: by_hand.offer_by_hand(tx, opening_id, entry, office.sam))

    (due,) = office.do(lambda tx: rows_of(tx, opening_id))
    assert (due.done_at, due.due_at) == (None, office.ahead(24))


def test_who_has_an_offer_that_waits_to_go_out_gets_no_other(office: Office) -> None:
    """It may go at any moment, and then the two would be nearer than the clinic allows."""
    maria = office.patient()
    office.waits(maria)
    kim = office.do(lambda tx: factories.provider(tx, "Dr Kim").id)
    first = office.do(lambda tx: opened(tx, office, hours=72))
    office.do(lambda tx: filling.work(tx, first))
    office.do(lambda tx: pausing.pause_provider(tx, office.lee, office.sam))

    office.later(hours=25)
    office.do(lambda tx: opened(tx, office, hours=96, provider_id=kim))
    office.settle()
    assert [offer.opening_id for offer in office.all(Offer)] == [first]


def opened(tx: Tx, office: Office, *, hours: float = 24, provider_id: UUID | None = None) -> UUID:
    span = Span(office.ahead(hours), office.ahead(hours + 0.5))
    freed = Freed(provider_id or office.lee, span, FreedBy.STAFF_CANCEL)
    opening = openings.open_slot(tx, freed, SYSTEM)
    assert opening is not None
    return opening.id


def rows_of(tx: Tx, opening_id: UUID) -> list[DueWork]:
    found = select(DueWork).where(DueWork.kind == DueKind.OPENING, DueWork.subject_id == opening_id)
    return list(tx.session.scalars(found))
