"""Smart match for all: what would be offered as a whole, shown before anything is sent, and sent once."""

from datetime import timedelta
from uuid import UUID

import pytest

from rules.permissions import Role
from rules.states import OpeningState
from storage.tables import Offer, Provider, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_matches import another_slot
from tests.admin.test_openings import only, waits
from tests.admin.test_today import TOMORROW, being_asked, free_slot


def sees(desk: Desk) -> str:
    return desk.browser(Role.SUPERVISOR).get("/waitlist/match-all").text


def sends(desk: Desk, *lines: str) -> str:
    browser = desk.browser(Role.SUPERVISOR)
    location = browser.post("/waitlist/match-all", data={"line": list(lines)}).location
    return location.partition("note=")[2]


def offers(desk: Desk) -> set[tuple[UUID, UUID]]:
    return desk.do(lambda tx: {(each.opening_id, each.entry_id) for each in tx.session.query(Offer)})


def two_and_two(desk: Desk) -> tuple[str, str]:
    """Maria could have either slot; James, who would be best for none, only the first. As a whole both get one."""
    one, other = free_slot(desk), another_slot(desk)
    maria = only(desk, WaitlistEntry)
    james = waits(desk, "James Hall", latest=TOMORROW.date(), added_at=NOW - timedelta(days=2))
    return f"{other}/{maria}", f"{one}/{james}"


def test_openings_are_given_out_as_a_whole_before_anything_is_sent(desk: Desk) -> None:
    lines = two_and_two(desk)
    page = sees(desk)
    for line in lines:
        assert f'value="{line}" checked' in page
    assert offers(desk) == set()


def test_lines_that_are_ticked_are_sent(desk: Desk) -> None:
    lines = two_and_two(desk)
    assert sends(desk, lines[0]) == "all-offered"
    assert offers(desk) == {tuple(UUID(each) for each in lines[0].split("/"))}


def test_a_line_sent_twice_makes_one_offer(desk: Desk) -> None:
    lines = two_and_two(desk)
    assert sends(desk, *lines) == "all-offered"
    assert sends(desk, *lines) == "none-offered"
    assert len(offers(desk)) == 2
    assert "Nobody has to be asked" in sees(desk)


def test_what_has_become_impossible_is_left_out_and_said(desk: Desk) -> None:
    lines = two_and_two(desk)
    sends(desk, lines[0])
    assert sends(desk, *lines) == "some-offered"


def test_nothing_ticked_sends_nothing(desk: Desk) -> None:
    two_and_two(desk)
    assert sends(desk) == "nothing-chosen"


def test_a_slot_that_nobody_may_have_is_listed(desk: Desk) -> None:
    free_slot(desk)
    maria = only(desk, WaitlistEntry)
    desk.do(lambda tx: setattr(tx.session.get_one(WaitlistEntry, maria), "auto_match", False))
    page = sees(desk)
    assert "Nobody for these" in page
    assert "Send offers" not in page


def test_slots_that_are_being_offered_or_were_stopped_are_left_alone(desk: Desk) -> None:
    being_asked(desk)
    waits(desk, "James Hall")

    def stopped(tx: Tx) -> None:
        lee = tx.session.query(Provider).one()
        start = TOMORROW + timedelta(hours=2)
        factories.opening(tx, lee, start=start, automatic=False)
        factories.opening(tx, lee, start=start + timedelta(hours=1), state=OpeningState.EXPIRED)

    desk.do(stopped)
    assert "Nobody has to be asked" in sees(desk)


def test_what_is_no_line_is_refused(desk: Desk) -> None:
    browser = desk.browser(Role.SUPERVISOR)
    assert browser.post("/waitlist/match-all", data={"line": "x/y"}).status_code == 400


@pytest.mark.parametrize(("role", "may"), [(Role.FRONT_DESK, False), (Role.CLINIC_ADMIN, True)])
def test_the_waitlist_leads_there_for_whom_it_is(desk: Desk, role: Role, may: bool) -> None:
    browser = desk.browser(role)
    assert ("/waitlist/match-all" in browser.get("/waitlist").text) is may
    assert (browser.get("/waitlist/match-all").status_code == 200) is may
