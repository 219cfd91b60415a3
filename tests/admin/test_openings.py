"""One free slot: choosing whom to ask, and booking somebody in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from rules.states import EntryPriority, OfferState, OpeningState
from storage.tables import Appointment, AppointmentType, Offer, Opening, Patient, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_today import TOMORROW, being_asked, free_slot


def only(desk: Desk, table: type[Patient] | type[AppointmentType] | type[WaitlistEntry]) -> UUID:
    return desk.do(lambda tx: tx.session.query(table).one().id)


def test_candidates_stand_best_first_with_score_and_reasons(desk: Desk) -> None:
    slot = free_slot(desk)

    def work(tx: Tx) -> None:
        kind = tx.session.query(AppointmentType).one()
        james = factories.patient(tx, "James Hall", phone="+12125550102")
        factories.entry(tx, james, kind, priority=EntryPriority.URGENT, added_at=tx.now)

    desk.do(work)
    page = desk.browser().get(f"/openings/{slot}").text
    assert page.index("James Hall") < page.index("Maria Lopez")
    assert "match of James Hall" in page
    assert "any day will do" in page


def test_a_chosen_patient_is_offered_the_slot(desk: Desk) -> None:
    slot = free_slot(desk)
    entry = only(desk, WaitlistEntry)
    response = desk.browser().post(f"/openings/{slot}/offer", data={"entry": str(entry)})
    assert response.location == f"/openings/{slot}?note=offered"
    assert desk.do(lambda tx: tx.session.query(Offer).one().entry_id) == entry


def test_somebody_already_asked_is_not_asked_again(desk: Desk) -> None:
    slot, _ = being_asked(desk)
    response = desk.browser().post(f"/openings/{slot}/offer", data={"entry": str(only(desk, WaitlistEntry))})
    assert response.location == f"/openings/{slot}?note=not-offered"


def test_patients_are_found_by_any_part_of_their_name(desk: Desk) -> None:
    slot = free_slot(desk)
    browser = desk.browser()
    assert "Book" in browser.post(f"/openings/{slot}/patients", data={"name": "lop mar"}).text
    assert "No patient of that name" in browser.post(f"/openings/{slot}/patients", data={"name": "%"}).text


def test_looking_somebody_up_answers_with_a_part_of_the_page_where_that_was_asked(desk: Desk) -> None:
    slot = free_slot(desk)
    page = desk.browser().post(
        f"/openings/{slot}/patients", data={"name": "maria"}, headers={"HX-Request": "true"}
    )
    assert "<html" not in page.text
    assert "Maria Lopez" in page.text


def test_booking_somebody_in_fills_the_slot_and_tells_whoever_was_asked(desk: Desk) -> None:
    slot, offer = being_asked(desk)
    kind = only(desk, AppointmentType)
    james = desk.do(lambda tx: factories.patient(tx, "James Hall").id)
    response = desk.browser().post(f"/openings/{slot}/fill", data={"patient": str(james), "type": str(kind)})
    assert response.location == "/today?note=filled"
    assert desk.get(Opening, slot).state is OpeningState.FILLED
    assert desk.do(lambda tx: tx.session.query(Appointment).one().patient_id) == james
    assert desk.get(Offer, offer).state is OfferState.WITHDRAWN


def test_a_slot_is_booked_once(desk: Desk) -> None:
    slot = free_slot(desk)
    form = {"patient": str(only(desk, Patient)), "type": str(only(desk, AppointmentType))}
    browser = desk.browser()
    browser.post(f"/openings/{slot}/fill", data=form)
    assert browser.post(f"/openings/{slot}/fill", data=form).location == f"/openings/{slot}?note=not-filled"


def test_a_type_too_long_for_the_slot_is_refused(desk: Desk) -> None:
    slot = free_slot(desk)
    long = desk.do(lambda tx: factories.visit_type(tx, "New patient visit", minutes=60).id)
    form = {"patient": str(only(desk, Patient)), "type": str(long)}
    assert desk.browser().post(f"/openings/{slot}/fill", data=form).status_code == 400


def test_a_patient_of_another_clinic_cannot_be_booked(desk: Desk) -> None:
    slot = free_slot(desk)
    with desk.store.unscoped() as session:
        other = factories.clinic(session, NOW, name="Hillside")
    stranger = desk.do(lambda tx: factories.patient(tx, "Omar Farouk").id, at=other)
    form = {"patient": str(stranger), "type": str(only(desk, AppointmentType))}
    assert desk.browser().post(f"/openings/{slot}/fill", data=form).status_code == 404


def test_a_filled_slot_says_so_and_offers_no_action(desk: Desk) -> None:
    slot = free_slot(desk, state=OpeningState.FILLED)
    page = desk.browser().get(f"/openings/{slot}").text
    assert "it is filled" in page
    assert "Book somebody in" not in page


def test_a_filled_slot_says_who_has_it_how_and_by_whom(desk: Desk) -> None:
    slot = free_slot(desk)
    browser = desk.browser()
    form = {"patient": str(only(desk, Patient)), "type": str(only(desk, AppointmentType)), "walk_in": "yes"}
    browser.post(f"/openings/{slot}/fill", data=form)
    page = browser.get(f"/openings/{slot}").text
    assert "Maria Lopez has it (Check-up): booked in for a walk-in by Sam Rivera, 10:00am." in page


def test_a_slot_that_has_begun_is_no_longer_free(desk: Desk) -> None:
    slot = free_slot(desk, start=NOW - timedelta(minutes=1))
    assert "no longer free" in desk.browser().get(f"/openings/{slot}/state").text


def test_no_name_stands_in_an_address(desk: Desk) -> None:
    slot = free_slot(desk, start=TOMORROW)
    page = desk.browser().get(f"/openings/{slot}").text
    addresses = [part.split('"')[0] for part in page.split('href="')[1:] + page.split('action="')[1:]]
    assert not any("aria" in address.lower() for address in addresses)


def waits(desk: Desk, name: str, **more: Any) -> UUID:
    def work(tx: Tx) -> UUID:
        kind = tx.session.query(AppointmentType).one()
        phone = f"+1212555{tx.session.query(Patient).count() + 200:04}"
        return factories.entry(tx, factories.patient(tx, name, phone=phone), kind, **more).id

    return desk.do(work)


def test_the_first_candidates_are_shown_and_more_on_demand(desk: Desk) -> None:
    slot = free_slot(desk)
    for number in range(21):
        waits(desk, f"James Hall{number}")
    browser = desk.browser()
    page = browser.get(f"/openings/{slot}").text
    assert page.count('id="entry-') == 20
    assert f'href="/openings/{slot}?shown=40#entry-' in page
    page = browser.get(f"/openings/{slot}?shown=40").text
    assert page.count('id="entry-') == 22
    assert "Show more" not in page
    assert f"/openings/{slot}/state?shown=40" in page


def test_why_not_maria_is_answered_with_every_reason(desk: Desk) -> None:
    slot = free_slot(desk)
    waits(desk, "Maria Ortiz", excluded_weekdays=[TOMORROW.weekday()], paused_until=TOMORROW.date())
    answer = desk.browser().post(
        f"/openings/{slot}/why-not", data={"whom": "ortiz"}, headers={"HX-Request": "true"}
    )
    assert "<html" not in answer.text
    assert "The patient asked not to hear from us yet." in answer.text
    assert "cannot come on this weekday" in answer.text
    assert "Maria Lopez" not in answer.text


def test_why_not_tells_the_place_in_line_of_somebody_whom_nothing_keeps_out(desk: Desk) -> None:
    slot = free_slot(desk)
    page = desk.browser().post(f"/openings/{slot}/why-not", data={"whom": "maria"}).text
    assert "Number 1 in line." in page
    assert "<html" in page


def test_why_not_knows_nobody_of_a_name_that_does_not_wait(desk: Desk) -> None:
    slot = free_slot(desk)
    page = desk.browser().post(f"/openings/{slot}/why-not", data={"whom": "zoe"}).text
    assert "Nobody of that name waits." in page
