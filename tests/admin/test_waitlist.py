"""The Waitlist: who waits, how pressing each is and why, and finding one of many."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert

from clinic import policies
from clinic.audit import SYSTEM
from rules.permissions import Role
from rules.policy import Policy
from rules.states import EntryPriority, EntryState, Holder
from storage.tables import AppointmentType, Base, ContactPoint, Patient, WaitlistEntry, new_id
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_today import being_asked

MARIA, JAMES = "+12125550101", "+12125550102"


def waits(desk: Desk, name: str, *, what: str = "Check-up", phone: str | None = None, **more: Any) -> UUID:
    """Somebody who waits for a check-up."""

    def work(tx: Tx) -> UUID:
        kind = tx.session.query(AppointmentType).filter_by(name=what).first() or factories.visit_type(
            tx, what
        )
        return factories.entry(tx, factories.patient(tx, name, phone=phone), kind, **more).id

    return desk.do(work)


def order(page: str, *names: str) -> list[str]:
    return sorted(names, key=page.index)


def test_the_most_urgent_stand_on_top(desk: Desk) -> None:
    waits(desk, "Flora Bell", priority=EntryPriority.FLEXIBLE)
    waits(desk, "Stan Moore")
    waits(desk, "Ursula Vane", priority=EntryPriority.URGENT)
    waits(desk, "Hilda Crane", priority=EntryPriority.HIGH)
    page = desk.browser().get("/waitlist").text
    names = ("Ursula Vane", "Hilda Crane", "Stan Moore", "Flora Bell")
    assert order(page, *names) == list(names)


def test_within_an_urgency_the_higher_priority_score_comes_first(desk: Desk) -> None:
    waits(desk, "New Comer", added_at=NOW - timedelta(days=2))
    waits(desk, "Old Timer", added_at=NOW - timedelta(days=20), offers_declined=0)
    page = desk.browser().get("/waitlist").text
    assert page.index("Old Timer") < page.index("New Comer")


def test_a_clinic_that_goes_strictly_by_joining_lists_them_so(desk: Desk) -> None:
    waits(desk, "First Come", added_at=NOW - timedelta(days=20), offers_declined=10)
    waits(desk, "Second Come", added_at=NOW - timedelta(days=19))
    desk.do(lambda tx: policies.change(tx, Policy(first_come=True), SYSTEM))
    page = desk.browser().get("/waitlist").text
    assert page.index("First Come") < page.index("Second Come")


def test_those_whose_visit_we_cancelled_come_first_of_their_urgency(desk: Desk) -> None:
    waits(desk, "Long Wait")
    waits(desk, "Dis Placed", added_at=NOW, displaced=True)
    page = desk.browser().get("/waitlist").text
    assert page.index("Dis Placed") < page.index("Long Wait")
    assert page.count("We cancelled their visit</span>") == 1


def test_the_score_is_shown_as_a_share_of_the_most_there_can_be_with_its_parts_and_reasons(
    desk: Desk,
) -> None:
    waits(desk, "Maria Lopez", added_at=NOW - timedelta(days=15))
    page = desk.browser().get("/waitlist").text
    # 0.4 × 15/30 + 0.3 × 0.5 = 0.35, of 0.9
    for expected in ("39%", "Waiting 15 days.", "+0.20", "+0.15", "0.35 of 0.9"):
        assert expected in page


def test_a_line_says_what_they_want_how_long_they_wait_and_what_was_tried(desk: Desk) -> None:
    lee = desk.do(lambda tx: factories.provider(tx).id)
    wish = {
        "excluded_weekdays": [1],
        "times": [["00:00", "12:00"]],
        "preferred_provider_id": lee,
        "only_provider": True,
    }
    waits(desk, "Maria Lopez", offers_made=4, offers_declined=1, offers_lapsed=2, **wish)
    page = desk.browser().get("/waitlist").text
    for expected in (
        "only Dr Lee · not Tue · mornings",
        "Check-up · waiting 30 days",
        "4 offered, 1 passed, 2 unanswered",
    ):
        assert expected in page


def test_somebody_who_is_being_asked_shows_what_and_until_when(desk: Desk) -> None:
    slot, _ = being_asked(desk)
    page = desk.browser().get("/waitlist").text
    assert f'href="/openings/{slot}"' in page
    assert "Dr Lee, Wed Nov 25, 10:00am</a>, answer by 10:45am" in page


def test_somebody_paused_and_somebody_left_alone_say_so(desk: Desk) -> None:
    waits(desk, "Maria Lopez", paused_until=date(2027, 1, 4))
    waits(desk, "James Hall", auto_match=False, unanswered_in_row=3)
    page = desk.browser().get("/waitlist").text
    assert "Paused until Jan 4" in page
    assert "Automatic offers are off after 3 without an answer" in page


def test_whom_no_offer_reaches_says_so_and_can_be_sifted_out(desk: Desk) -> None:
    waits(desk, "Maria Lopez", phone=MARIA), waits(desk, "James Hall", phone=JAMES)
    desk.do(
        lambda tx: setattr(tx.session.query(ContactPoint).filter_by(address=JAMES).one(), "opted_out_at", NOW)
    )
    browser = desk.browser()
    assert browser.get("/waitlist").text.count('class="tag loud">Cannot be reached') == 1
    page = browser.get("/waitlist?look=unreachable").text
    assert "James Hall" in page
    assert "Maria Lopez" not in page


def test_whom_a_person_is_talking_to_is_reached(desk: Desk) -> None:
    waits(desk, "Maria Lopez", phone=MARIA)
    desk.do(lambda tx: factories.conversation(tx, MARIA, holder=Holder.PERSON))
    assert "Cannot be reached</span>" not in desk.browser().get("/waitlist").text


def test_a_pause_that_is_over_is_not_shown(desk: Desk) -> None:
    waits(desk, "Maria Lopez", paused_until=date(2026, 11, 24))
    assert "Paused until" not in desk.browser().get("/waitlist").text


@pytest.mark.parametrize(
    "state", [EntryState.BOOKED, EntryState.REMOVED, EntryState.DECLINED, EntryState.EXPIRED]
)
def test_whoever_waits_no_more_is_not_on_the_list(desk: Desk, state: EntryState) -> None:
    waits(desk, "Maria Lopez", state=state)
    assert "Nobody is on the waitlist" in desk.browser().get("/waitlist").text


def test_the_list_can_be_sifted(desk: Desk) -> None:
    lee, kim = (
        desk.do(lambda tx, name=name: factories.provider(tx, name).id) for name in ("Dr Lee", "Dr Kim")
    )
    waits(desk, "Wants Lee", what="Flu shot", preferred_provider_id=lee)
    shot = desk.do(lambda tx: tx.session.query(AppointmentType).one().id)
    waits(desk, "Takes Kim", requested_provider_id=lee, alternate_provider_ids=[str(kim)])
    waits(desk, "Ursula Vane", priority=EntryPriority.URGENT, auto_match=False)
    waits(desk, "Late Comer", paused_until=date(2027, 1, 4), displaced=True)
    browser = desk.browser()

    def found(**asked: Any) -> set[str]:
        page = browser.get("/waitlist", query_string=asked).text
        return {name for name in ("Wants Lee", "Takes Kim", "Ursula Vane", "Late Comer") if name in page}

    assert found(provider=lee) == {"Wants Lee", "Takes Kim"}
    assert found(provider=kim) == {"Takes Kim"}
    assert found(type=shot) == {"Wants Lee"}
    assert found(urgency="urgent") == {"Ursula Vane"}
    assert found(look="needs-a-look") == {"Ursula Vane"}
    assert found(look="paused") == found(look="displaced") == {"Late Comer"}
    assert found(look="asked") == set()
    assert len(found(urgency="nonsense", type="nonsense", page="-3")) == 4


def test_a_name_is_found_by_any_part_of_it_and_never_stands_in_an_address(desk: Desk) -> None:
    waits(desk, "Maria Lopez")
    waits(desk, "James Hall")
    browser = desk.browser()
    page = browser.post("/waitlist/find", data={"name": "lop mar"}, headers={"HX-Request": "true"}).text
    assert "Maria Lopez" in page
    assert "James Hall" not in page
    assert "<html" not in page
    addresses = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert not any("mar" in address.lower() for address in addresses)
    assert browser.get("/waitlist", query_string={"name": "lop"}).text.count("James Hall") > 0


def test_without_scripts_a_name_gives_the_whole_page(desk: Desk) -> None:
    waits(desk, "Maria Lopez")
    page = desk.browser().post("/waitlist/find", data={"name": "nobody"}).text
    assert "<html" in page
    assert "Nobody who waits fits that" in page


def many(desk: Desk, count: int) -> None:
    """Patients named by number, who joined in that order."""

    def work(tx: Tx) -> None:
        kind = factories.visit_type(tx)
        people = [
            {"id": new_id(), "external_id": f"p{each}", "first_name": "Patient", "last_name": f"n{each}"}
            for each in range(1, count + 1)
        ]
        entries = [
            {"patient_id": person["id"], "added_at": NOW - timedelta(days=20, seconds=-place)}
            for place, person in enumerate(people)
        ]
        own = {"clinic_id": tx.clinic_id}
        _insert(tx, Patient, people, {"created_at": NOW} | own)
        _insert(
            tx, WaitlistEntry, entries, {"type_id": kind.id, "expires_at": NOW + timedelta(days=60)} | own
        )

    desk.do(work)


def _insert(tx: Tx, table: type[Base], rows: list[dict[str, Any]], shared: dict[str, Any]) -> None:
    tx.session.execute(insert(table), [row | shared for row in rows])


def test_a_long_list_is_shown_in_pages_of_a_hundred(desk: Desk) -> None:
    many(desk, 101)
    browser = desk.browser()
    first, second = browser.get("/waitlist").text, browser.get("/waitlist?page=2").text
    assert "101 patients wait · page 1 of 2" in first
    assert "Patient n100<" in first
    assert "Patient n101<" not in first
    assert "Patient n101<" in second
    assert 'href="/waitlist?page=2"' in first
    assert "Patient n101<" in browser.get("/waitlist?page=99").text


def test_ten_thousand_entries_are_counted_and_ordered_in_one_page(desk: Desk) -> None:
    many(desk, 10_000)
    page = desk.browser().get("/waitlist").text
    assert "10,000 patients wait · page 1 of 100" in page
    assert page.count('id="entry-') == 100


def test_a_doctor_sees_the_list_but_cannot_change_it(desk: Desk) -> None:
    waits(desk, "Maria Lopez")
    page = desk.browser(Role.DOCTOR).get("/waitlist").text
    assert "Maria Lopez" in page
    assert "Add a patient" not in page
