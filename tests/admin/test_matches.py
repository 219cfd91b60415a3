"""Smart match for one: the free slots for somebody who waits, and why not the others."""

from datetime import timedelta
from uuid import UUID

from rules.permissions import Role
from rules.states import EntryState
from storage.tables import Offer, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_openings import only
from tests.admin.test_today import TOMORROW, free_slot


def another_slot(desk: Desk, provider: str = "Dr Kim", days: int = 2) -> UUID:
    return desk.do(
        lambda tx: (
            factories.opening(tx, factories.provider(tx, provider), start=NOW + timedelta(days=days)).id
        )
    )


def test_slots_that_suit_stand_best_first_with_score_and_reasons(desk: Desk) -> None:
    free_slot(desk)
    another_slot(desk)
    maria = only(desk, WaitlistEntry)

    def wishes(tx: Tx) -> None:
        entry = tx.session.get_one(WaitlistEntry, maria)
        entry.weekdays = [(NOW + timedelta(days=2)).weekday()]

    desk.do(wishes)
    page = desk.browser().get(f"/waitlist/{maria}").text
    suit = page[page.index("Free slots for them") :]
    assert suit.index("Dr Kim") < suit.index("Dr Lee")
    assert "match with Dr Kim" in suit


def test_slots_that_are_not_for_them_say_why(desk: Desk) -> None:
    free_slot(desk)
    maria = only(desk, WaitlistEntry)
    desk.do(
        lambda tx: setattr(
            tx.session.get_one(WaitlistEntry, maria), "excluded_weekdays", [TOMORROW.weekday()]
        )
    )
    part = desk.browser().get(f"/waitlist/{maria}/matches").text
    assert "<html" not in part
    assert "Not for them: 1" in part
    assert "cannot come on this weekday" in part
    assert "No free slot of the next 14 days suits." in part


def test_slots_later_than_two_weeks_are_left_out(desk: Desk) -> None:
    free_slot(desk)
    another_slot(desk, days=15)
    part = desk.browser().get(f"/waitlist/{only(desk, WaitlistEntry)}/matches").text
    assert "Dr Kim" not in part


def test_a_slot_is_offered_from_the_page_of_the_entry(desk: Desk) -> None:
    slot = free_slot(desk)
    maria = only(desk, WaitlistEntry)
    form = {"entry": str(maria), "page": "entry"}
    response = desk.browser().post(f"/openings/{slot}/offer", data=form)
    assert response.location == f"/waitlist/{maria}?note=offered"
    assert desk.do(lambda tx: tx.session.query(Offer).one().entry_id) == maria


def test_who_may_only_look_sees_the_slots_but_offers_none(desk: Desk) -> None:
    free_slot(desk)
    part = desk.browser(Role.DOCTOR).get(f"/waitlist/{only(desk, WaitlistEntry)}/matches").text
    assert "Dr Lee" in part
    assert "<button" not in part


def test_an_entry_that_is_over_is_matched_with_nothing(desk: Desk) -> None:
    free_slot(desk)
    maria = only(desk, WaitlistEntry)
    desk.do(lambda tx: setattr(tx.session.get_one(WaitlistEntry, maria), "state", EntryState.BOOKED))
    assert "Free slots for them" not in desk.browser().get(f"/waitlist/{maria}").text
