"""What staff do with a visit: cancel it, with two minutes to think again."""

from datetime import timedelta

from clinic import policies
from clinic.audit import SYSTEM
from rules.permissions import Role
from rules.policy import Policy
from rules.states import AppointmentState, Direction
from storage.tables import Appointment, Message, Opening
from tests.admin.desk import NOW, Desk
from tests.admin.test_today import coming_visit


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
