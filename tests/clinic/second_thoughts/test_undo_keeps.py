"""Undo puts back exactly what was there, whatever that was; and against a yes in the same instant, one wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from clinic import acceptance, appointments, offers, restoring, undo
from clinic.acceptance import Outcome
from clinic.audit import PATIENT
from rules.states import LIVE_OPENING, CancelledBy, EntryPriority
from storage.tables import Appointment, Cancellation, Offer, Opening, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.clinic.second_thoughts.conftest import Office

WISHES = st.fixed_dictionaries(
    {
        "priority": st.sampled_from(list(EntryPriority)),
        "offers_declined": st.integers(0, 2),
        "unanswered_in_row": st.integers(0, 2),
        "notice_hours": st.integers(0, 5),
    }
)


def stand(office: Office, who: UUID) -> tuple[Any, ...]:
    """All that counts of a patient and of what is free, but for the history."""

    def work(tx: Tx) -> tuple[Any, ...]:
        visits = [
            (visit.starts_at, visit.state, visit.replaced_by_id)
            for visit in tx.session.scalars(select(Appointment).where(Appointment.patient_id == who))
            if visit.state != "cancelled"
        ]
        entries = [
            (row.state, row.resolution, row.replaces_id, row.offers_declined, row.priority, row.auto_match)
            for row in tx.session.scalars(select(WaitlistEntry).where(WaitlistEntry.patient_id == who))
        ]
        free = [
            (row.provider_id, row.starts_at, row.ends_at)
            for row in tx.session.scalars(select(Opening).where(Opening.state.in_(LIVE_OPENING)))
        ]
        return sorted(visits), entries, sorted(free)

    return office.do(work)


def fresh(office: Office, wish: dict[str, Any], later_state: str | None) -> UUID:
    """A patient who waits, perhaps with a later visit to give up."""
    who = office.patient("Maria Lopez")
    later = office.visit(who, hours=24 * 40 + len(office.phones), state=later_state) if later_state else None
    office.waits(who, replaces_id=later, **wish)
    return who


def free_a_slot(office: Office) -> None:
    visit = office.visit(office.patient("Tom Reed"), hours=24 + len(office.phones))
    office.do(lambda tx: appointments.cancel(tx, visit, PATIENT, who=CancelledBy.PATIENT))
    office.settle()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wish=WISHES, later_state=st.sampled_from([None, "booked", "confirmed"]))
def test_a_booking_taken_back_leaves_everything_as_it_was(
    office: Office, wish: dict[str, Any], later_state: str | None
) -> None:
    office.decide(threshold=0, gap_hours=0)
    who = fresh(office, wish, later_state)
    free_a_slot(office)
    office.do(lambda tx: offers.lapse(tx, office.offer_to(who).id))  # so that the entry has no open offer
    before = stand(office, who)
    assert office.accepts(who) is Outcome.BOOKED
    assert office.takes_back(who)
    assert stand(office, who) == before
    clear(office)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wish=WISHES, state=st.sampled_from(["booked", "confirmed"]))
def test_a_cancel_taken_back_leaves_everything_as_it_was(
    office: Office, wish: dict[str, Any], state: str
) -> None:
    who = fresh(office, wish, state)
    office.do(lambda tx: factories.conversation(tx, office.phones[who]))
    (visit,) = [row for row in office.all(Appointment) if row.patient_id == who]
    before = stand(office, who)
    office.do(lambda tx: appointments.cancel_by_text(tx, office.conversation(tx, who), visit.id))
    office.settle()
    assert office.takes_back(who)
    assert stand(office, who) == before
    assert not [row for row in office.all(Cancellation) if row.patient_id == who]
    clear(office)


def clear(office: Office) -> None:
    """Nobody waits and nothing is free, so that the next example begins as the first."""

    def work(tx: Tx) -> None:
        for entry in tx.session.scalars(select(WaitlistEntry)):
            entry.state = "removed"  # type: ignore[assignment]
        for opening in tx.session.scalars(select(Opening)):
            opening.state = "withdrawn"  # type: ignore[assignment]

    office.do(work)


def test_of_an_undo_and_a_yes_to_the_visit_it_wants_back_one_wins(office: Office) -> None:
    """Maria took an earlier slot and staff let her later one be offered at once; Ana says yes to that in the
    instant in which Maria takes her booking back."""
    office.decide(cascade_at_once_hours=72, hold_minutes=600)
    maria, ana = office.patient("Maria Lopez"), office.patient("Ana Ruiz")
    later = office.visit(maria, hours=60)
    office.waits(maria, replaces_id=later)
    free_a_slot(office)
    office.waits(ana)
    office.accepts(maria)
    offer = office.offer_to(ana).id
    start = Barrier(2)

    def takes_back(tx: Tx) -> bool:
        conversation = office.conversation(tx, maria)
        newest = undo.newest(tx, conversation.id)
        start.wait(timeout=10)
        return newest is not None and restoring.put_back(tx, conversation, newest)

    def says_yes(tx: Tx) -> Outcome:
        conversation = office.conversation(tx, ana)
        start.wait(timeout=10)
        return acceptance.accept(tx, conversation, tx.session.get_one(Offer, offer), PATIENT)

    with ThreadPoolExecutor() as both:
        undone = both.submit(office.do, takes_back)
        booked = both.submit(office.do, says_yes)
        assert undone.result()
    has_it = booked.result() is Outcome.BOOKED
    assert (office.get(Appointment, later).state == "cancelled") == has_it
    holders = [row for row in office.all(Appointment) if row.starts_at == office.ahead(60)]
    assert sum(row.state == "booked" for row in holders) == 1
