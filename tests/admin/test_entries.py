"""One entry of the waitlist: adding, changing, pausing, taking off, and what it was offered."""

from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from rules.states import EntryPriority, EntryState, OfferState, Referral
from storage.tables import AppointmentType, Offer, Patient, WaitlistEntry
from tests import factories
from tests.admin.desk import NOW, Desk
from tests.admin.test_today import being_asked
from tests.admin.test_waitlist import waits

ALL_SAID = {
    "priority": "high",
    "referral": "urgent",
    "only": "yes",
    "day-0": "wanted",
    "day-1": "not",
    "part-morning": "wanted",
    "part-evening": "not",
    "times": "14:00-16:00",
    "earliest": "2026-12-01",
    "latest": "2026-12-20",
    "away_first": "2026-12-05",
    "away_last": "2026-12-07",
    "notice_hours": "24",
    "max_wait_days": "60",
    "boost_points": "10",
    "boost_reason": "Waited at the desk",
    "auto": "yes",
    "notes": "Works from home",
}


def a_patient(desk: Desk, name: str = "Maria Lopez") -> UUID:
    return desk.do(lambda tx: factories.patient(tx, name).id)


def a_type(desk: Desk) -> str:
    return str(desk.do(lambda tx: factories.visit_type(tx).id))


def test_a_patient_is_looked_up_and_put_on_the_list(desk: Desk) -> None:
    maria, kind = a_patient(desk), a_type(desk)
    browser = desk.browser()
    assert (
        f'href="/waitlist/new/{maria}"' in browser.post("/waitlist/new/patients", data={"name": "lop"}).text
    )
    assert "Maria Lopez joins the waitlist" in browser.get(f"/waitlist/new/{maria}").text
    response = browser.post(
        f"/waitlist/new/{maria}", data={"type": kind, "priority": "urgent", "auto": "yes"}
    )
    entry = desk.do(lambda tx: tx.session.query(WaitlistEntry).one())
    assert response.location == f"/waitlist/{entry.id}?note=entry-added"
    assert (entry.patient_id, entry.priority, entry.auto_match) == (maria, EntryPriority.URGENT, True)
    assert "entry.added" in desk.audited()


def test_everything_staff_can_say_is_kept(desk: Desk) -> None:
    maria, kind = a_patient(desk), a_type(desk)
    lee, kim, roy = (
        desk.do(lambda tx, name=name: factories.provider(tx, name).id)
        for name in ("Dr Lee", "Dr Kim", "Dr Roy")
    )
    form = ALL_SAID | {"type": kind, "wanted": str(lee), f"with-{kim}": "wanted", f"with-{roy}": "not"}
    desk.browser().post(f"/waitlist/new/{maria}", data=form)
    entry = desk.do(lambda tx: tx.session.query(WaitlistEntry).one())
    kept: dict[str, Any] = {
        "priority": EntryPriority.HIGH,
        "referral": Referral.URGENT,
        "preferred_provider_id": lee,
        "only_provider": True,
        "alternate_provider_ids": [str(kim)],
        "excluded_provider_ids": [str(roy)],
        "weekdays": [0],
        "excluded_weekdays": [1],
        "times": [["00:00", "12:00"], ["14:00", "16:00"]],
        "excluded_times": [["17:00", "23:59"]],
        "earliest": date(2026, 12, 1),
        "latest": date(2026, 12, 20),
        "excluded_dates": [["2026-12-05", "2026-12-07"]],
        "notice_hours": 24,
        "max_wait_days": 60,
        "boost_points": 10,
        "boost_reason": "Waited at the desk",
        "auto_match": True,
        "notes": "Works from home",
    }
    assert {name: getattr(entry, name) for name in kept} == kept


def test_saving_the_form_as_it_stands_changes_nothing(desk: Desk) -> None:
    """Every field the page shows comes back as it was: no wish gets lost by looking at it."""
    lee = desk.do(lambda tx: factories.provider(tx).id)
    wish: dict[str, Any] = {
        "priority": EntryPriority.FLEXIBLE,
        "referral": Referral.STANDARD,
        "requested_provider_id": lee,
        "only_provider": True,
        "weekdays": [2, 4],
        "excluded_weekdays": [6],
        "times": [["12:00", "17:00"], ["09:30", "10:15"]],
        "excluded_times": [["17:00", "23:59"], ["00:00", "12:00", 1]],
        "excluded_dates": [["2026-12-05", "2026-12-07"]],
        "latest": date(2026, 12, 20),
        "notice_hours": 4,
        "boost_points": 5,
        "boost_reason": "Asked twice",
        "paused_until": date(2027, 1, 4),
        "notes": "Calls at noon",
    }
    entry = waits(desk, "Maria Lopez", **wish)
    browser = desk.browser()
    browser.post(f"/waitlist/{entry}/change", data=shown_fields(browser.get(f"/waitlist/{entry}").text))
    assert "entry.changed" not in desk.audited()
    after = desk.get(WaitlistEntry, entry)
    assert {name: getattr(after, name) for name in wish} == wish


def test_a_changed_wish_ends_an_offer_it_rules_out(desk: Desk) -> None:
    _, offer = being_asked(desk)
    entry = desk.get(Offer, offer).entry_id
    response = desk.browser().post(
        f"/waitlist/{entry}/change", data={"priority": "standard", "auto": "yes", "day-2": "not"}
    )
    assert response.location == f"/waitlist/{entry}?note=entry-changed"
    assert desk.get(WaitlistEntry, entry).excluded_weekdays == [2]
    assert "entry.changed" in desk.audited()


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ({"earliest": "2026-12-20", "latest": "2026-12-01"}, "The last day has to come after the first."),
        ({"only": "yes"}, "Choose the provider they want to see only."),
        ({"boost_points": "10"}, "Say why they are moved up."),
        ({"boost_points": "41", "boost_reason": "x"}, "40 points at most"),
        ({"times": "noonish"}, "Write times such as 14:00-16:00"),
        ({"away_last": "2026-12-01"}, "Say from which day they are away"),
        ({"notice_hours": "-1"}, "Write a whole number."),
        ({"earliest": "soon"}, "Write a day such as 2026-12-01."),
        ({"priority": "very"}, "Choose one of what the list shows."),
        ({"wanted": "00000000-0000-0000-0000-000000000001"}, "Choose one of what the list shows."),
        ({"replaces": "00000000-0000-0000-0000-000000000001"}, "Choose one of what the list shows."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_be_is_refused_with_a_reason_and_nothing_typed_is_lost(
    desk: Desk, field: dict[str, str], sentence: str
) -> None:
    entry = waits(desk, "Maria Lopez")
    response = desk.browser().post(f"/waitlist/{entry}/change", data={"notes": "Half a note", **field})
    assert response.status_code == 422
    assert sentence in response.text
    assert "Half a note" in response.text
    assert desk.get(WaitlistEntry, entry).notes == ""


def test_somebody_who_waits_already_is_not_put_on_twice(desk: Desk) -> None:
    waits(desk, "Maria Lopez")
    maria, kind = (
        desk.do(lambda tx, table=table: tx.session.query(table).one().id)
        for table in (Patient, AppointmentType)
    )
    response = desk.browser().post(f"/waitlist/new/{maria}", data={"type": str(kind)})
    assert response.status_code == 422
    assert "They wait for a visit of that type already." in response.text


def test_somebody_with_one_later_visit_gives_it_up_unless_staff_say_otherwise(desk: Desk) -> None:
    def work(tx: Any) -> tuple[UUID, UUID]:
        maria, lee, kind = factories.patient(tx), factories.provider(tx), factories.visit_type(tx)
        return maria.id, factories.visit(tx, maria, lee, kind, start=NOW + timedelta(days=30)).id

    maria, visit = desk.do(work)
    assert f'<option value="{visit}" selected>' in desk.browser().get(f"/waitlist/new/{maria}").text


def test_a_pause_is_set_and_ended(desk: Desk) -> None:
    entry = waits(desk, "Maria Lopez", notes="Kept as it is")
    browser = desk.browser()
    browser.post(f"/waitlist/{entry}/pause", data={"until": "2027-01-04"})
    assert desk.get(WaitlistEntry, entry).paused_until == date(2027, 1, 4)
    assert "End the pause" in browser.get(f"/waitlist/{entry}").text
    browser.post(f"/waitlist/{entry}/pause")
    assert desk.get(WaitlistEntry, entry).paused_until is None
    assert desk.get(WaitlistEntry, entry).notes == "Kept as it is"


def test_somebody_taken_off_the_list_is_kept_with_the_reason(desk: Desk) -> None:
    entry = waits(desk, "Maria Lopez")
    browser = desk.browser()
    browser.post(f"/waitlist/{entry}/remove", data={"reason": "staff removed: seen elsewhere"})
    assert desk.get(WaitlistEntry, entry).state is EntryState.REMOVED
    page = browser.get(f"/waitlist/{entry}").text
    assert "Taken off the list" in page
    assert "has been seen elsewhere" in page
    assert "Save</button>" not in page


def test_a_reason_nobody_can_choose_is_refused(desk: Desk) -> None:
    entry = waits(desk, "Maria Lopez")
    assert desk.browser().post(f"/waitlist/{entry}/remove", data={"reason": "because"}).status_code == 400


def test_an_entry_that_is_over_is_not_changed_any_more(desk: Desk) -> None:
    entry = waits(desk, "Maria Lopez", state=EntryState.BOOKED)
    browser = desk.browser()
    assert browser.post(f"/waitlist/{entry}/change", data={"priority": "urgent"}).status_code == 409
    assert browser.post(f"/waitlist/{entry}/pause", data={"until": "2027-01-04"}).status_code == 409


def test_every_offer_is_told_with_its_slot_its_end_and_its_score(desk: Desk) -> None:
    slot, offer = being_asked(desk)

    def work(tx: Any) -> None:
        row = tx.session.get_one(Offer, offer)
        row.state, row.responded_at = OfferState.DECLINED, tx.now
        row.score, row.parts, row.reasons = 0.87, {"provider": 0.25, "day": 0.2}, ["any provider will do"]

    desk.do(work)
    page = desk.browser().get(f"/waitlist/{desk.get(Offer, offer).entry_id}").text
    for expected in (f'href="/openings/{slot}"', "Passed 10:00am", "87%", "Any provider will do.", "+0.25"):
        assert expected in page


def shown_fields(page: str) -> dict[str, str]:
    """What a browser would send back of the form on the page."""
    fields = Fields()
    fields.feed(page[page.index('class="card wish-form"') :])
    return fields.found


class Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select = own["name"]
        elif tag == "textarea":
            self._area = own["name"]
        elif tag == "option" and ("selected" in own or self._select not in self.found):
            self.found[self._select] = own["value"]
        elif tag == "input" and (own.get("type") != "checkbox" or "checked" in own):
            self.found[own["name"]] = own.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area], self._area = data, ""


def test_everything_else_staff_can_say_is_kept(desk: Desk) -> None:
    maria, kind = a_patient(desk), a_type(desk)
    place = desk.do(lambda tx: factories.location(tx, "Annex").id)
    form = ALL_SAID | {
        "type": kind,
        "preferred_date": "2026-12-10",
        "location": str(place),
        "auto_book": "yes",
        "channel-1": "email",
        "channel-2": "sms",
        "channel-3": "email",
        "waiting_for": "a second look at the knee",
    }
    form.pop("only")
    desk.browser().post(f"/waitlist/new/{maria}", data=form)
    entry = desk.do(lambda tx: tx.session.query(WaitlistEntry).one())
    assert (entry.preferred_date, entry.location_id) == (date(2026, 12, 10), place)
    assert (entry.auto_book, entry.channels) == (True, ["email", "sms"])
    assert entry.waiting_for == "a second look at the knee"
    page = desk.browser().get(f"/waitlist/{entry.id}").text
    assert "a second look at the knee" in page
    assert "Moved up by 10 points: Waited at the desk" in page


def test_nobody_is_moved_up_without_a_reason(desk: Desk) -> None:
    maria, kind = a_patient(desk), a_type(desk)
    response = desk.browser().post(f"/waitlist/new/{maria}", data={"type": kind, "boost_points": "10"})
    assert response.status_code == 422
    assert "Say why they are moved up." in response.text


def test_who_has_waited_longer_than_they_can_needs_a_look(desk: Desk) -> None:
    waits(desk, "Maria Lopez", added_at=NOW - timedelta(days=31), max_wait_days=30)
    waits(desk, "Ana Silva", added_at=NOW - timedelta(days=29), max_wait_days=30)
    page = desk.browser().get("/waitlist?look=needs-a-look").text
    assert "Maria Lopez" in page
    assert "Waits longer than the 30 days they can" in page
    assert "Ana Silva" not in page
