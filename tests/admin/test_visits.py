"""What staff do with a visit: cancel it, with two minutes to think again, approve it, and remind of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from clinic import appointments, policies
from clinic.appointments import Booking
from clinic.audit import SYSTEM
from rules.permissions import Role
from rules.policy import Policy
from rules.states import AppointmentState, ConfirmMode, Direction
from storage.tables import Appointment, Clinic, Message, Opening, VisitRisk
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_today import MARIA, TOMORROW, coming_visit


def cancels_at_once(desk: Desk) -> None:
    """Without the wait in which staff can undo it."""
    desk.do(lambda tx: policies.change(tx, Policy(staff_undo_minutes=0), SYSTEM))


def test_cancelling_a_visit_frees_its_time_and_tells_the_patient(desk: Desk) -> None:
    cancels_at_once(desk)
    visit = coming_visit(desk)
    response = desk.browser().post(f"/visits/{visit}/cancel", data={"tell": "yes", "day": "2026-11-25"})
    assert response.location == f"/today?note=cancelled-told&day=2026-11-25#visit-{visit}"
    assert desk.get(Appointment, visit).state is AppointmentState.CANCELLED
    assert desk.do(lambda tx: tx.session.query(Opening).count()) == 1
    assert desk.do(lambda tx: tx.session.query(Message).filter_by(direction=Direction.OUT).count()) == 1


def test_a_patient_who_knows_is_not_texted(desk: Desk) -> None:
    cancels_at_once(desk)
    visit = coming_visit(desk)
    desk.browser().post(f"/visits/{visit}/cancel")
    assert desk.do(lambda tx: tx.session.query(Message).count()) == 0


def test_a_visit_that_has_begun_is_not_cancelled(desk: Desk) -> None:
    visit = coming_visit(desk, start=NOW - timedelta(minutes=5))
    response = desk.browser().post(f"/visits/{visit}/cancel")
    assert response.location == f"/today?note=not-cancelled#visit-{visit}"


def test_a_visit_that_has_begun_offers_no_cancelling(desk: Desk) -> None:
    coming_visit(desk, start=NOW - timedelta(minutes=5))
    page = desk.browser().get("/today").text
    assert "Maria Lopez" in page
    assert "Cancel the visit" not in page


def test_a_cancelled_visit_waits_behind_an_undo_that_counts_down(desk: Desk) -> None:
    visit = coming_visit(desk)
    browser = desk.browser()
    response = browser.post(f"/visits/{visit}/cancel", data={"tell": "yes", "day": "2026-11-25"})
    assert response.location == f"/today?note=cancelling&day=2026-11-25#visit-{visit}"
    page = browser.get("/today?day=2026-11-25").text
    assert f'data-until="{(NOW + timedelta(minutes=2)).isoformat()}">2:00<' in page
    assert f"/visits/{visit}/undo-cancel" in page
    assert "Cancel the visit" not in page
    assert desk.get(Appointment, visit).state is AppointmentState.BOOKED


def test_a_cancel_is_undone_while_it_waits(desk: Desk) -> None:
    visit = coming_visit(desk)
    browser = desk.browser()
    browser.post(f"/visits/{visit}/cancel")
    response = browser.post(f"/visits/{visit}/undo-cancel", data={"day": "2026-11-25"})
    assert response.location == f"/today?note=kept&day=2026-11-25#visit-{visit}"
    assert desk.get(Appointment, visit).cancel_due_at is None
    assert "Cancelling in" not in browser.get("/today?day=2026-11-25").text


def test_a_cancel_that_has_happened_is_not_undone(desk: Desk) -> None:
    cancels_at_once(desk)
    visit = coming_visit(desk)
    browser = desk.browser()
    browser.post(f"/visits/{visit}/cancel")
    assert browser.post(f"/visits/{visit}/undo-cancel").location == f"/today?note=not-kept#visit-{visit}"


def test_whoever_may_not_cancel_sees_that_it_is_being_cancelled_but_no_undo(desk: Desk) -> None:
    visit = coming_visit(desk)
    desk.browser().post(f"/visits/{visit}/cancel")
    page = desk.browser(Role.CLINICAL_STAFF).get("/today?day=2026-11-25").text
    assert "Cancelling in" in page
    assert "Undo" not in page


def test_a_reminder_is_sent_once_when_staff_ask_for_it(desk: Desk) -> None:
    visit = coming_visit(desk)
    browser = desk.browser()
    assert browser.post(f"/visits/{visit}/remind").location == f"/today?note=reminded#visit-{visit}"
    assert browser.post(f"/visits/{visit}/remind").location == f"/today?note=not-reminded#visit-{visit}"
    assert desk.do(lambda tx: [each.phrase for each in tx.session.query(Message)]) == ["reminder"]


def a_request(desk: Desk) -> UUID:
    """A booking by text that staff have the last word on, within half an hour."""

    def work(tx: Tx) -> UUID:
        maria, lee = factories.patient(tx, phone=MARIA), factories.provider(tx)
        kind = factories.visit_type(tx, confirm_mode=ConfirmMode.STAFF)
        requested: dict[str, Any] = {"state": AppointmentState.REQUESTED}
        visit = factories.visit(tx, maria, lee, kind, start=TOMORROW, **requested)
        appointments.ask_approval(tx, factories.conversation(tx, MARIA), visit)
        return visit.id

    return desk.do(work)


def test_a_booking_to_approve_is_a_task_with_the_time_left_and_stands_out_on_its_day(desk: Desk) -> None:
    visit = a_request(desk)
    page = desk.browser().get("/today?day=2026-11-25").text
    assert "Approve a booking" in page
    assert ">30:00<" in page
    assert f'class="visit requested" id="visit-{visit}"' in page
    assert page.count(f"/visits/{visit}/approve") == page.count(f"/visits/{visit}/refuse") == 4


def test_approving_books_the_visit_tells_the_patient_and_ends_the_task(desk: Desk) -> None:
    visit = a_request(desk)
    browser = desk.browser()
    assert browser.post(f"/visits/{visit}/approve").location == f"/today?note=approved#visit-{visit}"
    assert desk.get(Appointment, visit).state is AppointmentState.BOOKED
    assert desk.do(lambda tx: [each.phrase for each in tx.session.query(Message)]) == ["approved"]
    assert "Nothing to do." in browser.get("/today").text


def test_refusing_frees_the_time_and_tells_the_patient(desk: Desk) -> None:
    visit = a_request(desk)
    browser = desk.browser()
    assert browser.post(f"/visits/{visit}/refuse").location == "/today?note=refused"
    assert desk.get(Appointment, visit).state is AppointmentState.CANCELLED
    assert desk.do(lambda tx: [each.phrase for each in tx.session.query(Message)]) == ["refused"]
    assert browser.post(f"/visits/{visit}/approve").location == f"/today?note=not-waiting#visit-{visit}"


def test_a_task_to_enter_something_says_what_is_to_be_entered(desk: Desk) -> None:
    def work(tx: Tx) -> None:
        tx.session.get_one(Clinic, tx.clinic_id).schedule_elsewhere = True
        maria, lee, kind = factories.patient(tx), factories.provider(tx), factories.visit_type(tx)
        booking = Booking(maria.id, lee.id, kind.id, TOMORROW)
        assert appointments.book(tx, booking, SYSTEM) is not None

    desk.do(work)
    page = " ".join(desk.browser().get("/today").text.split())
    assert "Enter in your system" in page
    assert "Maria Lopez." in page
    assert "Dr Lee, Wed Nov 25, 10:00am" in page


def test_a_menu_that_would_be_empty_is_not_shown(desk: Desk) -> None:
    """Clinical staff may approve a booking; they can neither cancel it nor remind of it yet."""
    visit = a_request(desk)
    page = desk.browser(Role.CLINICAL_STAFF).get("/today?day=2026-11-25").text
    assert f"/visits/{visit}/approve" in page
    assert f'id="more-{visit}"' not in page


def likely_missed(desk: Desk) -> None:
    visit = coming_visit(desk)
    believed = VisitRisk(
        appointment_id=visit, chance=0.234, reasons=["missed 2 of 5 visits", "on a Monday"], foreseen_at=NOW
    )
    desk.do(lambda tx: tx.session.add(believed))


def test_a_coming_visit_says_how_likely_it_is_missed_and_why(desk: Desk) -> None:
    likely_missed(desk)
    page = desk.browser().get("/today?day=2026-11-25").text
    assert "Chance to be missed: 23%" in page
    assert "Missed 2 of 5 visits, on a Monday." in page


def test_who_cannot_do_anything_about_it_is_not_told(desk: Desk) -> None:
    likely_missed(desk)
    page = desk.browser(Role.BILLING).get("/today?day=2026-11-25").text
    assert "Maria Lopez" in page
    assert "Chance to be missed" not in page


def test_a_visit_of_which_nothing_is_foreseen_says_nothing(desk: Desk) -> None:
    coming_visit(desk)
    assert "Chance to be missed" not in desk.browser().get("/today?day=2026-11-25").text
