"""Who has a later visit of a type that enrols waits for an earlier one: made and gone with the visit."""

from datetime import timedelta

from clinic import appointments, enrolment, quieting, waitlist
from clinic.appointments import Booking
from clinic.audit import PATIENT, SYSTEM
from clinic.waitlist import Wish
from rules.states import CancelledBy, EntryState
from storage.tables import Appointment, AppointmentType, Message, Provider, WaitlistEntry
from storage.transaction import Tx
from tests.waitlist.desk import NOW, Desk

JANUARY = NOW + timedelta(days=43)


def enrolling(desk: Desk) -> AppointmentType:
    return desk.kind(enrols=True)


def booked(desk: Desk, kind: AppointmentType, days: int = 43) -> Appointment:
    """A visit of Maria's, booked as the desk would."""
    who, lee = desk.on_file(), desk.provider()

    def work(tx: Tx) -> Appointment:
        visit = appointments.book(tx, Booking(who.id, lee.id, kind.id, NOW + timedelta(days=days)), SYSTEM)
        assert visit is not None
        return visit

    return desk.run(work)


def cancel(desk: Desk, visit: Appointment) -> None:
    desk.run(lambda tx: appointments.cancel(tx, visit.id, SYSTEM, who=CancelledBy.STAFF))


def states(desk: Desk) -> list[tuple[EntryState, str | None]]:
    return [(entry.state, entry.resolution) for entry in desk.all_of(WaitlistEntry)]


def test_a_booking_puts_them_on_the_list_and_texts_nobody(desk: Desk) -> None:
    visit = booked(desk, enrolling(desk))
    (entry,) = desk.all_of(WaitlistEntry)
    assert (entry.enrolled, entry.added_by, entry.replaces_id) == (True, "enrolment", visit.id)
    assert (entry.preferred_provider_id, entry.expires_at) == (visit.provider_id, visit.starts_at)
    assert desk.all_of(Message) == []


def test_a_type_that_enrols_nobody_puts_nobody_on_the_list(desk: Desk) -> None:
    booked(desk, desk.kind())
    assert desk.all_of(WaitlistEntry) == []


def test_it_goes_with_the_visit_and_comes_back_with_it(desk: Desk) -> None:
    visit = booked(desk, enrolling(desk))
    cancel(desk, visit)
    assert states(desk) == [(EntryState.REMOVED, "visit gone")]
    desk.run(lambda tx: appointments.bring_back(tx, appointments.lock(tx, visit.id), SYSTEM))
    assert states(desk) == [(EntryState.ACTIVE, None)]


def test_who_left_the_list_is_not_put_on_it_again_by_that_visit(desk: Desk) -> None:
    kind = enrolling(desk)
    booked(desk, kind)
    entries = desk.all_of(WaitlistEntry)
    desk.by_text(lambda tx, conversation: quieting.leave(tx, conversation, entries, PATIENT))
    desk.run(lambda tx: enrolment.work(tx, kind.id))
    assert states(desk) == [(EntryState.REMOVED, "patient removed")]


def test_who_has_asked_for_something_themselves_stays_without_the_visit(desk: Desk) -> None:
    visit = booked(desk, enrolling(desk))
    (entry,) = desk.all_of(WaitlistEntry)
    assert desk.run(lambda tx: enrolment.claim(tx, waitlist.lock(tx, entry.id), PATIENT))
    cancel(desk, visit)
    (left,) = desk.all_of(WaitlistEntry)
    assert (left.state, left.enrolled, left.replaces_id) == (EntryState.ACTIVE, False, None)
    assert left.expires_at == NOW + timedelta(days=90)


def test_who_waits_already_is_not_put_on_the_list_twice(desk: Desk) -> None:
    kind = enrolling(desk)
    entry = desk.waits(kind)
    lee = desk.provider()
    desk.visit(entry, JANUARY, with_whom=lee, kind=kind)
    desk.run(lambda tx: enrolment.work(tx, kind.id))
    assert [each.id for each in desk.all_of(WaitlistEntry)] == [entry.id]


def test_switching_on_sees_to_visits_that_are_there_and_off_takes_them_off(desk: Desk) -> None:
    kind = desk.kind()
    visit = booked(desk, kind)
    desk.run(lambda tx: enrolment.switch(tx, kind.id, SYSTEM, on=True))
    for _ in range(2):  # it may run again
        assert desk.run(lambda tx: enrolment.work(tx, kind.id)) is None
    assert [entry.replaces_id for entry in desk.all_of(WaitlistEntry)] == [visit.id]
    desk.run(lambda tx: enrolment.switch(tx, kind.id, SYSTEM, on=False))
    desk.run(lambda tx: enrolment.work(tx, kind.id))
    assert states(desk) == [(EntryState.REMOVED, "not enrolled")]
    desk.run(lambda tx: enrolment.switch(tx, kind.id, SYSTEM, on=True))
    desk.run(lambda tx: enrolment.work(tx, kind.id))
    assert states(desk) == [(EntryState.ACTIVE, None)]


def test_an_own_entry_stays_when_the_type_enrols_nobody_any_more(desk: Desk) -> None:
    kind, who = enrolling(desk), desk.on_file()
    desk.run(lambda tx: waitlist.add(tx, Wish(who.id, kind.id), PATIENT))
    desk.run(lambda tx: enrolment.switch(tx, kind.id, SYSTEM, on=False))
    desk.run(lambda tx: enrolment.work(tx, kind.id))
    assert states(desk) == [(EntryState.ACTIVE, None)]


def test_another_visit_of_that_type_takes_its_place(desk: Desk) -> None:
    kind = enrolling(desk)
    first = booked(desk, kind)
    who, kim = first.patient_id, desk.provider("Dr Kim")
    second = desk.run(
        lambda tx: appointments.book(tx, Booking(who, kim.id, kind.id, JANUARY + timedelta(days=1)), SYSTEM)
    )
    assert second is not None
    cancel(desk, second)
    waiting = [each for each in desk.all_of(WaitlistEntry) if each.state is EntryState.ACTIVE]
    assert [each.replaces_id for each in waiting] == [first.id]


def test_a_visit_moved_elsewhere_takes_the_entry_along(desk: Desk) -> None:
    kind = enrolling(desk)
    visit = booked(desk, kind)

    def moved(tx: Tx) -> None:
        found = appointments.lock(tx, visit.id)
        found.starts_at, found.ends_at = JANUARY + timedelta(days=2), JANUARY + timedelta(days=2, minutes=30)

    desk.run(moved)
    desk.run(lambda tx: enrolment.work(tx, kind.id))
    (entry,) = desk.all_of(WaitlistEntry)
    assert entry.expires_at == JANUARY + timedelta(days=2)


def test_the_first_offer_says_how_to_leave(desk: Desk) -> None:
    visit = booked(desk, enrolling(desk))
    lee = desk.run(lambda tx: tx.session.get_one(Provider, visit.provider_id))
    (offer,) = desk.ask(desk.opening(lee))
    desk.hand_over(offer)
    (text,) = desk.all_of(Message)
    assert "LEAVE LIST ends offers" in text.body
    assert text.segments == 1
