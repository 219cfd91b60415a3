"""Somebody was thought not to come, and came after all."""

from uuid import UUID

from clinic import appointments, by_hand, no_shows
from rules.states import LIVE_OPENING, CancelledBy, FilledBy
from storage.tables import Appointment, Opening, Patient, Provider
from storage.transaction import Tx
from tests import factories
from tests.clinic.second_thoughts.conftest import Office


def test_nothing_of_their_time_stays_free_whoever_had_it_meanwhile(office: Office) -> None:
    """A walk-in took it and gave it back, so that it came free a second time."""
    tom, ana = office.patient("Tom Reed"), office.patient("Ana Ruiz")
    visit = office.do(lambda tx: an_hour(tx, office, tom))
    office.clock.set(office.ahead(1 + 1 / 60))
    assert office.do(lambda tx: no_shows.mark(tx, visit, office.sam))
    (rest,) = office.all(Opening)
    walk_in = office.do(lambda tx: walks_in(tx, office, rest.id, ana))
    office.do(lambda tx: appointments.cancel(tx, walk_in, office.sam, who=CancelledBy.STAFF))
    assert any(each.state in LIVE_OPENING for each in office.all(Opening))

    assert office.do(lambda tx: no_shows.undo(tx, visit, office.sam))
    assert not any(each.state in LIVE_OPENING for each in office.all(Opening))


def test_what_is_free_stays_free_while_somebody_else_is_there(office: Office) -> None:
    tom, ana = office.patient("Tom Reed"), office.patient("Ana Ruiz")
    visit = office.do(lambda tx: an_hour(tx, office, tom, minutes=90))
    office.clock.set(office.ahead(1 + 1 / 60))
    office.do(lambda tx: no_shows.mark(tx, visit, office.sam))
    (rest,) = office.all(Opening)
    office.do(lambda tx: walks_in(tx, office, rest.id, ana))

    assert not office.do(lambda tx: no_shows.undo(tx, visit, office.sam))
    assert [each.starts_at for each in office.all(Opening) if each.state in LIVE_OPENING] == [
        office.ahead(1 + 35 / 60)
    ]


def an_hour(tx: Tx, office: Office, who: UUID, *, minutes: int = 60) -> UUID:
    patient, lee = tx.session.get_one(Patient, who), tx.session.get_one(Provider, office.lee)
    kind = factories.visit_type(tx, "Root canal", minutes=minutes)
    return factories.visit(tx, patient, lee, kind, start=office.ahead(1)).id


def walks_in(tx: Tx, office: Office, opening_id: UUID, who: UUID) -> UUID:
    visit: Appointment | None = by_hand.fill(
        tx, opening_id, office.sam, patient_id=who, type_id=office.kind, how=FilledBy.WALK_IN
    )
    assert visit is not None
    return visit.id
