"""Today: what is happening with every free slot, what is to do, and the day's visits."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from clinic import filling, reminders
from rules.permissions import Role
from rules.states import (
    AppointmentState,
    DeliveryState,
    EscalationKind,
    OfferState,
    OpeningState,
    OutboxState,
    TaskKind,
    TaskState,
)
from storage.tables import Appointment, Clinic, Message, Offer, Opening, Provider, Task
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_inbox import escalated

TOMORROW = NOW + timedelta(days=1)
MARIA = "+12125550101"


def free_slot(desk: Desk, **more: Any) -> UUID:
    """Dr Lee tomorrow at 10:00am, and Maria who waits for it."""

    def work(tx: Tx) -> UUID:
        kind = factories.visit_type(tx)
        factories.entry(tx, factories.patient(tx, phone=MARIA), kind)
        own = {"start": TOMORROW, "type_id": kind.id, **more}
        return factories.opening(tx, factories.provider(tx), **own).id

    return desk.do(work)


def being_asked(desk: Desk) -> tuple[UUID, UUID]:
    """A slot that Maria has until 10:45am to answer for."""
    slot = free_slot(desk)

    def work(tx: Tx) -> UUID:
        filling.work(tx, slot)
        offer = tx.session.query(Offer).one()
        offer.state, offer.handed_over_at = OfferState.OPEN, tx.now
        offer.held_until = tx.now + timedelta(minutes=45)
        return offer.id

    return slot, desk.do(work)


def coming_visit(desk: Desk, **more: Any) -> UUID:
    def work(tx: Tx) -> UUID:
        maria, lee = factories.patient(tx, phone=MARIA), factories.provider(tx)
        return factories.visit(tx, maria, lee, factories.visit_type(tx), **{"start": TOMORROW, **more}).id

    return desk.do(work)


def test_a_slot_being_filled_shows_whom_it_asks_and_what_time_is_left(desk: Desk) -> None:
    being_asked(desk)
    page = desk.browser().get("/today").text
    for expected in (
        "Dr Lee",
        "tomorrow, Wed Nov 25, 10:00am",
        "Maria Lopez",
        "answer by 10:45am",
        ">45:00<",
    ):
        assert expected in page


def test_the_countdown_counts_to_the_moment_the_hold_ends(desk: Desk) -> None:
    being_asked(desk)
    until = (NOW + timedelta(minutes=45)).isoformat()
    assert f'data-until="{until}"' in desk.browser().get("/today").text


def test_an_offer_that_waits_for_the_morning_says_so(desk: Desk) -> None:
    slot = free_slot(desk)

    def work(tx: Tx) -> None:
        filling.work(tx, slot)
        message = tx.session.query(Message).filter_by(outbox_state=OutboxState.QUEUED).one()
        message.not_before = NOW + timedelta(hours=23)

    desk.do(work)
    assert "Text waiting to go out, not before Wed Nov 25, 9:00am" in desk.browser().get("/today").text


def test_what_needs_a_person_stands_above_what_goes_by_itself(desk: Desk) -> None:
    being_asked(desk)
    early, late = NOW - timedelta(hours=1), NOW - timedelta(minutes=5)
    given_up: dict[str, Any] = {"state": OpeningState.EXPIRED, "opened_at": early, "give_up_at": late}
    two_days = NOW + timedelta(days=2)
    desk.do(lambda tx: factories.opening(tx, factories.provider(tx, "Dr Roy"), start=two_days, **given_up))
    page = desk.browser().get("/today").text
    assert page.index("Nobody took it. We stopped asking at 9:55am.") < page.index("1 person is being asked.")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"offer_from": NOW + timedelta(minutes=8)}, "Nobody is asked yet."),
        ({"automatic": False}, "Automatic offers are off for this slot."),
        ({}, "Nobody who waits fits, or may be asked now."),
        (
            {"state": OpeningState.EXPIRED, "opened_at": NOW, "give_up_at": NOW - timedelta(minutes=5)},
            "It came free too late to ask anybody by itself.",
        ),
    ],
    ids=["undo may still come", "automation stopped", "nobody asked", "too late"],
)
def test_a_slot_says_why_nobody_is_asked(desk: Desk, more: dict[str, Any], sentence: str) -> None:
    free_slot(desk, **more)
    assert sentence in desk.browser().get("/today").text


def test_billing_sees_the_slots_but_not_who_waits_for_them(desk: Desk) -> None:
    being_asked(desk)
    page = desk.browser(Role.BILLING).get("/today").text
    assert "1 person is being asked" in page
    assert "Maria" not in page
    assert "Choose a patient" not in page


def test_a_doctor_sees_who_is_asked_but_no_button_to_change_it(desk: Desk) -> None:
    being_asked(desk)
    page = desk.browser(Role.DOCTOR).get("/today").text
    assert "Maria Lopez" in page
    assert "Take back" not in page
    assert "Withdraw" not in page


def test_offering_now_has_the_next_in_line_asked(desk: Desk) -> None:
    slot = free_slot(desk, offer_from=NOW + timedelta(minutes=8))
    desk.browser().post(f"/openings/{slot}/offer-now")
    assert desk.get(Opening, slot).offer_from == NOW
    assert "opening.offered_now" in desk.audited()


def test_withdrawing_a_slot_takes_it_off_the_board(desk: Desk) -> None:
    slot, _ = being_asked(desk)
    page = desk.browser().post(f"/openings/{slot}/withdraw", follow_redirects=True).text
    assert desk.get(Opening, slot).state is OpeningState.WITHDRAWN
    assert "No free slot right now" in page


def test_taking_an_offer_back_leaves_the_slot_free(desk: Desk) -> None:
    slot, offer = being_asked(desk)
    desk.browser().post(f"/offers/{offer}/withdraw")
    assert desk.get(Offer, offer).state is OfferState.WITHDRAWN
    assert desk.get(Opening, slot).state is OpeningState.OPEN


def test_a_visit_is_listed_under_its_provider_on_its_day(desk: Desk) -> None:
    coming_visit(desk)
    browser = desk.browser()
    assert "Maria Lopez" not in browser.get("/today?day=2026-11-24").text
    assert "Maria Lopez" in browser.get("/today?day=2026-11-25").text


@pytest.mark.parametrize("day", ["2026-11-23", "2027-01-01", "soon"])
def test_a_day_that_is_not_shown_leads_to_today(desk: Desk, day: str) -> None:
    coming_visit(desk, start=NOW + timedelta(hours=2))
    assert "Maria Lopez" in desk.browser().get(f"/today?day={day}").text


def test_on_a_day_without_visits_the_next_that_has_some_is_shown(desk: Desk) -> None:
    coming_visit(desk)
    page = desk.browser().get("/today").text
    assert "No visits before Wednesday, Nov 25." in page
    assert "Maria Lopez" in page


def test_today_can_be_looked_at_without_visits(desk: Desk) -> None:
    coming_visit(desk)
    page = desk.browser().get("/today?day=2026-11-24").text
    assert "No visits on this day." in page
    assert "No visits before" not in page


def test_on_a_day_with_visits_they_are_shown(desk: Desk) -> None:
    coming_visit(desk, start=NOW + timedelta(hours=2))
    coming_visit(desk)
    assert "No visits before" not in desk.browser().get("/today").text


def test_a_visit_late_in_the_evening_is_on_the_clinics_day_not_on_that_of_utc(desk: Desk) -> None:
    coming_visit(desk, start=NOW + timedelta(hours=11))  # 9:00pm here, tomorrow in UTC
    assert "9:00pm" in desk.browser().get("/today").text


def test_a_task_is_done_once(desk: Desk) -> None:
    def work(tx: Tx) -> UUID:
        task = Task(kind=TaskKind.CALL_PATIENT, patient_id=factories.patient(tx).id, made_at=tx.now)
        tx.session.add(task)
        tx.session.flush()
        return task.id

    task = desk.do(work)
    sam = desk.staff()
    browser = desk.sign_in(sam)
    assert "Call the patient" in browser.get("/today").text
    for _ in range(2):
        page = browser.post(f"/tasks/{task}/done", follow_redirects=True).text
    assert "Nothing to do." in page
    found = desk.get(Task, task)
    assert (found.state, found.done_by) == (TaskState.DONE, sam.id)
    assert desk.audited().count("task.done") == 1


def test_a_task_about_nobody_known_is_shown_too(desk: Desk) -> None:
    desk.do(lambda tx: tx.session.add(Task(kind=TaskKind.LOOK_AT, note="Two charts look alike", made_at=NOW)))
    assert "Two charts look alike" in desk.browser().get("/today").text


def test_a_pause_is_told_on_every_page(desk: Desk) -> None:
    desk.do(lambda tx: setattr(tx.session.get_one(Clinic, tx.clinic_id), "paused_at", NOW))
    browser = desk.browser()
    assert "Automatic texts are paused" in browser.get("/today").text
    assert "Automatic texts are paused" in browser.get("/inbox").text


def test_a_paused_provider_is_named(desk: Desk) -> None:
    desk.do(lambda tx: setattr(factories.provider(tx, "Dr Roy"), "paused_at", NOW))
    assert desk.do(lambda tx: tx.session.query(Provider).one().paused_at) == NOW
    assert "Automatic offers are paused</strong> for Dr Roy" in desk.browser().get("/today").text


def test_an_emergency_stands_on_top_of_the_page(desk: Desk) -> None:
    escalated(desk, MARIA, EscalationKind.EMERGENCY)
    page = desk.browser().get("/today").text
    assert page.index("A patient may have an emergency") < page.index("Free slots")


def test_the_page_carries_no_script_or_style_of_its_own(desk: Desk) -> None:
    being_asked(desk)
    page = desk.browser().get("/today").text
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == page.count("<script src=")


def test_pages_about_patients_are_kept_by_no_cache(desk: Desk) -> None:
    assert desk.browser().get("/today").headers["Cache-Control"] == "no-store"


def reminded(desk: Desk, visit_id: UUID, delivery: DeliveryState = DeliveryState.DELIVERED) -> None:
    """A reminder of the visit has gone out."""

    def work(tx: Tx) -> None:
        text = reminders.write(tx, [tx.session.get_one(Appointment, visit_id)])
        assert text is not None
        text.outbox_state, text.delivery_state = OutboxState.SENT, delivery

    desk.do(work)


def test_how_many_of_a_day_s_visits_are_confirmed_is_said(desk: Desk) -> None:
    coming_visit(desk, state=AppointmentState.CONFIRMED)
    page = desk.browser().get(f"/today?day={TOMORROW:%Y-%m-%d}").text
    assert "1 of 1 to come confirmed" in page


def test_a_visit_that_was_reminded_of_without_an_answer_says_so(desk: Desk) -> None:
    visit = coming_visit(desk)
    browser, shown = desk.browser(), f"/today?day={TOMORROW:%Y-%m-%d}"
    before = browser.get(shown).text
    reminded(desk, visit)
    assert "Reminded, no answer yet" not in before
    assert "Reminded, no answer yet" in browser.get(shown).text


def test_a_reminder_that_did_not_arrive_says_so_and_whom_to_call(desk: Desk) -> None:
    visit = coming_visit(desk)
    reminded(desk, visit, DeliveryState.UNDELIVERED)
    page = desk.browser().get(f"/today?day={TOMORROW:%Y-%m-%d}").text
    assert "Reminder did not arrive" in page
    assert "Reminded, no answer yet" not in page
    assert re.search(
        r"The last reminder did not arrive\. Call \(\d{3}\) \d{3}-\d{4}, or send another\.", page
    )


def test_a_reminder_sent_again_after_one_that_did_not_arrive_waits_for_an_answer(desk: Desk) -> None:
    visit = coming_visit(desk)
    reminded(desk, visit, DeliveryState.UNDELIVERED)
    reminded(desk, visit)
    page = desk.browser().get(f"/today?day={TOMORROW:%Y-%m-%d}").text
    assert "Reminder did not arrive" not in page
    assert "Reminded, no answer yet" in page
