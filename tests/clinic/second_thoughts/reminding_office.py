"""A clinic that reminds by itself, what happens to its visits, and what its patients hear."""

from datetime import timedelta
from uuid import UUID

from clinic import pausing
from rules.states import OutboxState
from storage.tables import Appointment, Message, Reminder
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office

HOW = "Reply 1 to confirm, 2 to change it, 3 if you can't come."
AGES_AGO = timedelta(days=30)


def visit(desk: Office, who: UUID, *, hours: float) -> UUID:
    return desk.visit(who, hours=hours, booked_at=desk.clock() - AGES_AGO)


def change(desk: Office, visit_id: UUID, **fields: object) -> None:
    def work(tx: Tx) -> None:
        row = tx.session.get_one(Appointment, visit_id)
        for name, value in fields.items():
            setattr(row, name, value)

    desk.do(work)


def move(desk: Office, visit_id: UUID, *, hours: float) -> None:
    start = desk.ahead(hours)
    change(desk, visit_id, starts_at=start, ends_at=start + timedelta(minutes=30))


def reminded(desk: Office) -> list[int]:
    return [each.hours for each in desk.all(Reminder)]


def sent(desk: Office, who: UUID) -> int:
    return len(desk.texts(who))


def held_back(desk: Office, *, hours: float = 24) -> tuple[UUID, UUID]:
    """Maria, and her visit whose reminder waits while the clinic's texts are paused."""
    pause(desk, paused=True)
    maria = desk.patient()
    of_hers = visit(desk, maria, hours=hours)
    desk.later(minutes=31)
    assert [each.outbox_state for each in desk.all(Message)] == [OutboxState.QUEUED]
    return maria, of_hers


def pause(desk: Office, *, paused: bool) -> None:
    deed = pausing.pause_clinic if paused else pausing.resume_clinic
    assert desk.do(lambda tx: deed(tx, desk.sam))


def goes_on(desk: Office) -> list[str]:
    """The texts that go once the pause is over."""
    pause(desk, paused=False)
    desk.later(minutes=2)
    return [each.body for each in desk.all(Message) if each.outbox_state is OutboxState.SENT]
