"""Staff steer how a slot is filled, by one tap each: more time, taken back, skipped, stopped, a walk-in."""

from datetime import timedelta
from uuid import UUID

import pytest

from clinic import filling
from rules.permissions import Role
from rules.states import FilledBy, OfferState, OpeningState
from storage.tables import AppointmentType, Message, Offer, Opening, Patient, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_openings import only
from tests.admin.test_today import being_asked, free_slot


def skips(desk: Desk, slot: UUID, entry: UUID) -> str:
    form = {"entry": str(entry), "page": "opening"}
    return desk.browser().post(f"/openings/{slot}/skip", data=form).location


def texts(desk: Desk) -> int:
    return desk.do(lambda tx: tx.session.query(Message).count())


def test_more_time_moves_the_end_of_a_hold_and_tells_nobody(desk: Desk) -> None:
    slot, offer = being_asked(desk)
    before = texts(desk)
    response = desk.browser().post(f"/offers/{offer}/extend", data={"minutes": "60"})
    assert response.location == f"/today?note=extended#slot-{slot}"
    assert desk.get(Offer, offer).held_until == NOW + timedelta(minutes=105)
    assert texts(desk) == before
    assert desk.audited()[-1] == "offer.extended"


def test_more_time_ends_with_the_asking(desk: Desk) -> None:
    slot, offer = being_asked(desk)
    soon = NOW + timedelta(minutes=50)
    desk.do(lambda tx: setattr(tx.session.get_one(Opening, slot), "give_up_at", soon))
    browser = desk.browser()
    browser.post(f"/offers/{offer}/extend")
    assert desk.get(Offer, offer).held_until == soon
    assert "+15 min" not in browser.get("/today").text
    assert "note=not-extended" in browser.post(f"/offers/{offer}/extend").location


def test_a_hold_made_longer_does_not_lapse_at_its_old_end(desk: Desk) -> None:
    slot, offer = being_asked(desk)

    def work(tx: Tx) -> None:
        tx.session.get_one(Offer, offer).held_until = tx.now  # its time is up this moment

    desk.do(work)
    desk.browser().post(f"/offers/{offer}/extend")
    desk.do(lambda tx: filling.work(tx, slot))
    assert desk.get(Offer, offer).state is OfferState.OPEN


def test_an_offer_that_is_answered_gets_no_more_time(desk: Desk) -> None:
    slot, offer = being_asked(desk)
    desk.do(lambda tx: setattr(tx.session.get_one(Offer, offer), "state", OfferState.DECLINED))
    form = {"page": "opening"}
    response = desk.browser().post(f"/offers/{offer}/extend", data=form)
    assert response.location == f"/openings/{slot}?note=not-extended"


def test_no_other_minutes_than_those_shown_are_added(desk: Desk) -> None:
    _, offer = being_asked(desk)
    assert desk.browser().post(f"/offers/{offer}/extend", data={"minutes": "6000"}).status_code == 400


def test_an_offer_is_taken_back_once(desk: Desk) -> None:
    _, offer = being_asked(desk)
    browser = desk.browser()
    assert "note=offer-withdrawn" in browser.post(f"/offers/{offer}/withdraw").location
    assert "note=not-withdrawn" in browser.post(f"/offers/{offer}/withdraw").location


def test_somebody_skipped_is_not_asked_and_the_next_is(desk: Desk) -> None:
    slot = free_slot(desk)
    maria = only(desk, WaitlistEntry)

    def next_in_line(tx: Tx) -> UUID:
        kind = tx.session.query(AppointmentType).one()
        james = factories.patient(tx, "James Hall", phone="+12125550102")
        return factories.entry(tx, james, kind, added_at=tx.now).id

    james = desk.do(next_in_line)
    assert skips(desk, slot, maria) == f"/openings/{slot}?note=skipped"
    desk.do(lambda tx: filling.work(tx, slot))
    made = desk.do(lambda tx: tx.session.query(Offer).filter(Offer.state == OfferState.QUEUED).one())
    assert (made.entry_id, made.wave) == (james, 1)
    assert desk.get(WaitlistEntry, maria).offers_made == 0
    assert "offer.skipped" in desk.audited()


def test_the_page_tells_who_is_skipped_and_puts_them_back_in_line(desk: Desk) -> None:
    slot = free_slot(desk)
    maria = only(desk, WaitlistEntry)
    skips(desk, slot, maria)
    browser = desk.browser()
    page = browser.get(f"/openings/{slot}").text
    assert "1 skipped" in page
    assert "asked before" not in page
    offer = desk.do(lambda tx: tx.session.query(Offer).one().id)
    again = browser.post(f"/offers/{offer}/put-back", data={"page": "opening"})
    assert again.location == f"/openings/{slot}?note=put-back"
    assert f'id="entry-{maria}"' in browser.get(f"/openings/{slot}").text


def test_whoever_was_asked_in_truth_is_not_put_back(desk: Desk) -> None:
    _, offer = being_asked(desk)
    desk.do(lambda tx: setattr(tx.session.get_one(Offer, offer), "state", OfferState.WITHDRAWN))
    assert "note=not-put-back" in desk.browser().post(f"/offers/{offer}/put-back").location


def test_skipping_somebody_who_is_being_asked_takes_the_offer_back(desk: Desk) -> None:
    slot, offer = being_asked(desk)
    skips(desk, slot, only(desk, WaitlistEntry))
    assert desk.get(Offer, offer).state is OfferState.WITHDRAWN
    assert "note=not-skipped" in skips(desk, slot, only(desk, WaitlistEntry))


def test_skipped_shows_on_the_page_of_the_entry(desk: Desk) -> None:
    slot = free_slot(desk)
    maria = only(desk, WaitlistEntry)
    skips(desk, slot, maria)
    assert "Skipped: not to be asked about this slot" in desk.browser().get(f"/waitlist/{maria}").text


def test_the_bot_is_stopped_for_one_slot_and_goes_on_again(desk: Desk) -> None:
    slot = free_slot(desk)
    browser = desk.browser()
    assert "note=stopped" in browser.post(f"/openings/{slot}/stop").location
    desk.do(lambda tx: filling.work(tx, slot))
    assert desk.do(lambda tx: tx.session.query(Offer).count()) == 0
    assert "Automatic offers are off for this slot." in browser.get("/today").text
    assert "note=not-changed" in browser.post(f"/openings/{slot}/stop").location
    assert "note=going-on" in browser.post(f"/openings/{slot}/go-on").location
    desk.do(lambda tx: filling.work(tx, slot))
    assert desk.do(lambda tx: tx.session.query(Offer).count()) == 1
    assert {"opening.stopped", "opening.resumed"} <= set(desk.audited())


def test_whoever_is_being_asked_may_still_answer_when_the_bot_is_stopped(desk: Desk) -> None:
    slot, offer = being_asked(desk)
    desk.browser().post(f"/openings/{slot}/stop")
    desk.do(lambda tx: filling.work(tx, slot))
    assert desk.get(Offer, offer).state is OfferState.OPEN


def test_a_walk_in_fills_the_slot(desk: Desk) -> None:
    slot = free_slot(desk, start=NOW + timedelta(hours=2))
    browser = desk.browser()
    found = browser.post(f"/openings/{slot}/patients", data={"name": "maria", "walk_in": "yes"}).text
    assert 'name="walk_in" value="yes" checked' in found
    form = {"patient": only(desk, Patient), "type": only(desk, AppointmentType), "walk_in": "yes"}
    assert browser.post(f"/openings/{slot}/fill", data=form).location == "/today?note=walked-in"
    assert desk.get(Opening, slot).filled_by is FilledBy.WALK_IN


@pytest.mark.parametrize(("hours", "offered"), [(2, True), (24, False)], ids=["today", "tomorrow"])
def test_only_a_slot_of_today_is_one_for_who_walks_in(desk: Desk, hours: int, offered: bool) -> None:
    slot = free_slot(desk, start=NOW + timedelta(hours=hours))
    browser = desk.browser()
    found = browser.post(f"/openings/{slot}/patients", data={"name": "maria"}).text
    assert ("walk_in=yes" in browser.get("/today").text, "They walked in" in found) == (offered, offered)


def test_a_slot_withdrawn_from_its_own_page_stays_on_that_page(desk: Desk) -> None:
    slot = free_slot(desk)
    response = desk.browser().post(f"/openings/{slot}/withdraw", data={"page": "opening"})
    assert response.location == f"/openings/{slot}?note=withdrawn"
    assert desk.get(Opening, slot).state is OpeningState.WITHDRAWN


def test_an_offer_by_hand_of_a_slot_that_was_given_up_may_still_go_out(desk: Desk) -> None:
    slot = free_slot(desk, state=OpeningState.EXPIRED, give_up_at=NOW - timedelta(minutes=5))
    desk.browser().post(f"/openings/{slot}/offer", data={"entry": str(only(desk, WaitlistEntry))})
    assert desk.get(Opening, slot).give_up_at > NOW


@pytest.mark.parametrize("role", [Role.DOCTOR, Role.BILLING])
def test_who_may_only_look_gets_no_button(desk: Desk, role: Role) -> None:
    being_asked(desk)
    page = desk.browser(role).get("/today").text
    assert not any(label in page for label in ("+15 min", "Take back", "Stop asking", "Offer now"))
