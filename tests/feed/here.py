"""What is done here, in the clinic's own book, while the practice system tells of its visits."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import appointments, openings, waitlist
from clinic.appointments import Booking
from clinic.audit import BOT, PATIENT, SYSTEM
from clinic.openings import Freed
from clinic.waitlist import Wish
from rules.facts import Span
from rules.states import AppointmentState, CancelledBy, FreedBy, OfferState, TaskKind, TaskState
from storage.tables import Appointment, AppointmentType, Offer, Patient, Provider, Task
from storage.transaction import Tx
from tests.feed.conftest import provider_id

THREE = datetime(2026, 12, 1, 20, tzinfo=UTC)  # Tuesday 15:00 in New York
HALF_HOUR = timedelta(minutes=30)


def book(tx: Tx, patient: str) -> UUID:
    who = tx.session.scalars(select(Patient).filter_by(external_id=patient)).one()
    kind = tx.session.scalars(select(AppointmentType).filter_by(external_id="check")).one()
    visit = appointments.book(tx, Booking(who.id, provider_id(tx, "lee"), kind.id, THREE), PATIENT)
    assert visit is not None
    return visit.id


def cancel(tx: Tx, external_id: str) -> None:
    visit = tx.session.scalars(select(Appointment).filter_by(external_id=external_id)).one()
    assert appointments.cancel(tx, visit.id, PATIENT, who=CancelledBy.PATIENT)


def give_up_for_three_o_clock(tx: Tx) -> None:
    later = tx.session.scalars(select(Appointment).filter_by(external_id="v1")).one()
    earlier = tx.session.get_one(Appointment, book(tx, "maria"))
    appointments.give_up_for(tx, later, earlier, PATIENT)


def kept_elsewhere(tx: Tx) -> None:
    tx.clinic().schedule_elsewhere = True


def set_state(tx: Tx, state: AppointmentState) -> None:
    tx.session.scalars(select(Appointment)).one().state = state


def free_three_o_clock(tx: Tx) -> None:
    freed = Freed(provider_id(tx, "lee"), Span(THREE, THREE + HALF_HOUR), FreedBy.STAFF_CANCEL)
    assert openings.open_slot(tx, freed, BOT)


def waits(tx: Tx, patient: str) -> None:
    who = tx.session.scalars(select(Patient).filter_by(external_id=patient)).one()
    kind = tx.session.scalars(select(AppointmentType).filter_by(external_id="check")).one()
    entry = waitlist.add(tx, Wish(who.id, kind.id), SYSTEM)
    entry.added_at = tx.now - timedelta(days=30)


def offer_went_out(tx: Tx) -> None:
    tx.session.scalars(select(Offer)).one().state = OfferState.OPEN


def rename_provider(tx: Tx, before: str, after: str) -> None:
    tx.session.scalars(select(Provider).filter_by(external_id=before)).one().external_id = after


def close_tasks(tx: Tx) -> None:
    for task in tx.session.scalars(select(Task).where(Task.kind == TaskKind.LOOK_AT)):
        task.state = TaskState.DONE
