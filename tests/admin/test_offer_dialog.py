"""Choosing times for somebody who waits: which are shown, offering several, by which channel, and booking one."""

from datetime import time, timedelta
from uuid import UUID

import pytest

from rules.permissions import Role
from rules.states import Channel, EntryState, FilledBy, OfferState, OpeningState
from storage.tables import (
    Appointment,
    Availability,
    Message,
    Offer,
    Opening,
    Patient,
    Provider,
    Sender,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_matches import another_slot
from tests.admin.test_openings import only
from tests.admin.test_today import free_slot

THURSDAY = NOW + timedelta(days=2)


def keeps_hours(desk: Desk) -> str:
    """Dr Roy sees patients on Thursdays from nine to ten. The form's value for nine."""

    def work(tx: Tx) -> UUID:
        roy = factories.provider(tx, "Dr Roy")
        tx.session.add(
            Availability(
                provider_id=roy.id, weekday=THURSDAY.weekday(), from_time=time(9), until_time=time(10)
            )
        )
        return roy.id

    nine = THURSDAY - timedelta(hours=1)
    return f"free/{desk.do(work)}/{nine.isoformat()}"


def sends(desk: Desk, *times: str, **more: str) -> str:
    maria = only(desk, WaitlistEntry)
    location = desk.browser().post(f"/waitlist/{maria}/offer", data={"time": list(times), **more}).location
    return location.partition("note=")[2]


def books(desk: Desk, *times: str, **more: str) -> str:
    maria = only(desk, WaitlistEntry)
    location = desk.browser().post(f"/waitlist/{maria}/book", data={"time": list(times), **more}).location
    return location.partition("note=")[2]


def offers(desk: Desk) -> list[Offer]:
    return desk.do(lambda tx: list(tx.session.query(Offer).order_by(Offer.id)))


def texts(desk: Desk) -> int:
    return desk.do(lambda tx: tx.session.query(Message).count())


def test_days_stand_across_times_down_and_openings_are_marked(desk: Desk) -> None:
    slot = free_slot(desk)
    free = keeps_hours(desk)
    page = desk.browser().get(f"/waitlist/{only(desk, WaitlistEntry)}/offer").text
    assert page.index("Wed Nov 25") < page.index("Thu Nov 26")
    assert page.index('scope="row">9:00am') < page.index('scope="row">10:00am')
    assert f'class="time opening"><input type="checkbox" name="time" value="opening/{slot}" checked>' in page
    assert f'class="time"><input type="checkbox" name="time" value="{free}">' in page


def test_a_slot_one_comes_from_is_ticked(desk: Desk) -> None:
    free_slot(desk)
    other = another_slot(desk)
    page = desk.browser().get(f"/waitlist/{only(desk, WaitlistEntry)}/offer?opening={other}").text
    assert f'value="opening/{other}" checked>' in page
    assert page.count(" checked>") - page.count('type="radio"') - page.count('name="tell"') == 1
    assert "Ticked for you: Dr Kim, Thu Nov 26" in page


def test_several_are_offered_as_one_decision_although_offers_lie_a_day_apart(desk: Desk) -> None:
    one, other = free_slot(desk), another_slot(desk)
    assert sends(desk, f"opening/{one}", f"opening/{other}") == "offered"
    assert {offer.opening_id for offer in offers(desk)} == {one, other}


def test_of_two_at_the_same_time_one_is_offered(desk: Desk) -> None:
    one, other = free_slot(desk), another_slot(desk, days=1)
    assert sends(desk, f"opening/{one}", f"opening/{other}") == "offered-some"
    assert len(offers(desk)) == 1


def test_the_same_is_not_offered_twice(desk: Desk) -> None:
    slot = free_slot(desk)
    sends(desk, f"opening/{slot}")
    assert sends(desk, f"opening/{slot}") == "not-offered"
    assert len(offers(desk)) == 1


def test_a_free_time_that_is_offered_becomes_a_slot_nobody_else_is_asked_about(desk: Desk) -> None:
    free_slot(desk, state=OpeningState.FILLED)
    assert sends(desk, keeps_hours(desk)) == "offered"
    opening = desk.get(Opening, offers(desk)[0].opening_id)
    assert (opening.starts_at, opening.automatic) == (THURSDAY - timedelta(hours=1), False)
    assert opening.state is OpeningState.OFFERING


def test_a_free_time_whose_offer_is_refused_is_as_free_as_before(desk: Desk) -> None:
    slot = free_slot(desk)
    sends(desk, f"opening/{slot}")  # so soon after, a rule forbids another
    free = keeps_hours(desk)
    assert sends(desk, free) == "not-offered"
    assert f'value="{free}"' in desk.browser().get(f"/waitlist/{only(desk, WaitlistEntry)}/offer").text


def test_a_free_time_that_is_gone_is_said_to_be(desk: Desk) -> None:
    free_slot(desk, state=OpeningState.FILLED)
    free = keeps_hours(desk)
    later = free.replace("14:00:00", "20:00:00")
    assert sends(desk, later) == "not-offered"
    assert books(desk, later) == "not-filled"


def test_staff_choose_the_channel(desk: Desk) -> None:
    slot = free_slot(desk)
    assert "Text message" in desk.browser().get(f"/waitlist/{only(desk, WaitlistEntry)}/offer").text
    assert sends(desk, f"opening/{slot}", channel="email") == "not-offered"  # none on file
    assert sends(desk, f"opening/{slot}", channel="sms") == "offered"
    assert offers(desk)[0].channel is Channel.SMS


def test_who_cannot_be_reached_can_still_be_booked(desk: Desk) -> None:
    slot = free_slot(desk)
    desk.do(lambda tx: setattr(tx.session.query(Patient).one(), "no_text", True))
    free = keeps_hours(desk)
    page = desk.browser().get(f"/waitlist/{only(desk, WaitlistEntry)}/offer").text
    assert "They cannot be asked" in page
    assert "Send offer" not in page
    assert "Book directly" in page
    assert f'value="{free}"' in page
    assert books(desk, f"opening/{slot}") == "filled"


def test_looking_writes_nothing(desk: Desk) -> None:
    free_slot(desk)
    before = desk.audited()
    desk.browser().get(f"/waitlist/{only(desk, WaitlistEntry)}/offer")
    assert desk.audited() == before
    assert desk.do(lambda tx: tx.session.query(Sender).count()) == 1


@pytest.mark.parametrize("tell", [True, False])
def test_a_slot_is_booked_directly_with_or_without_a_text(desk: Desk, tell: bool) -> None:
    slot = free_slot(desk)
    before = texts(desk)
    told = {"tell": "yes"} if tell else {}
    assert books(desk, f"opening/{slot}", **told) == ("booked-told" if tell else "filled")
    assert desk.get(Opening, slot).filled_by is FilledBy.STAFF
    assert texts(desk) == before + tell
    assert desk.get(WaitlistEntry, desk.do(lambda tx: tx.session.query(WaitlistEntry).one().id)).state is (
        EntryState.BOOKED
    )


def test_free_time_is_booked_directly_and_the_later_visit_is_given_up(desk: Desk) -> None:
    free_slot(desk, state=OpeningState.FILLED)
    free = keeps_hours(desk)

    def has_a_later_visit(tx: Tx) -> UUID:
        entry = tx.session.query(WaitlistEntry).one()
        lee = tx.session.query(Provider).filter_by(name="Dr Lee").one()
        maria = tx.session.query(Patient).one()
        kind = tx.session.get_one(type(factories.visit_type(tx, "Other")), entry.type_id)
        later = factories.visit(tx, maria, lee, kind, start=NOW + timedelta(days=9))
        entry.replaces_id = later.id
        return later.id

    later = desk.do(has_a_later_visit)
    assert books(desk, free) == "filled"
    visits = desk.do(lambda tx: {visit.id: visit.state for visit in tx.session.query(Appointment)})
    assert visits.pop(later) == "cancelled"
    assert list(visits.values()) == ["booked"]


def test_booking_takes_one_time(desk: Desk) -> None:
    one, other = free_slot(desk), another_slot(desk)
    assert books(desk, f"opening/{one}", f"opening/{other}") == "choose-one"
    assert books(desk) == "choose-one"


def test_nothing_chosen_sends_nothing(desk: Desk) -> None:
    free_slot(desk)
    assert sends(desk) == "nothing-chosen"


@pytest.mark.parametrize("time", ["opening/x", "free/x/y", "free", ""])
def test_what_is_no_time_is_refused(desk: Desk, time: str) -> None:
    free_slot(desk)
    maria = only(desk, WaitlistEntry)
    assert desk.browser().post(f"/waitlist/{maria}/offer", data={"time": time}).status_code == 400


def test_earlier_offers_stand_beside(desk: Desk) -> None:
    slot = free_slot(desk)
    sends(desk, f"opening/{slot}")
    desk.do(lambda tx: setattr(tx.session.query(Offer).one(), "state", OfferState.DECLINED))
    page = desk.browser().get(f"/waitlist/{only(desk, WaitlistEntry)}/offer").text
    assert "Passed" in page[page.index("Offers they had") :]


def test_an_entry_that_is_over_is_offered_nothing(desk: Desk) -> None:
    free_slot(desk)
    maria = only(desk, WaitlistEntry)
    desk.do(lambda tx: setattr(tx.session.get_one(WaitlistEntry, maria), "state", EntryState.BOOKED))
    assert desk.browser().get(f"/waitlist/{maria}/offer").status_code == 409


def test_a_doctor_chooses_no_times(desk: Desk) -> None:
    free_slot(desk)
    maria = only(desk, WaitlistEntry)
    browser = desk.browser(Role.DOCTOR)
    assert browser.get(f"/waitlist/{maria}/offer").status_code == 403
    assert "Choose times" not in browser.get(f"/waitlist/{maria}").text
