"""The Settings page: what a clinic decides, value by value; reminders on a page of their own."""

import re
from datetime import time

import pytest
from markupsafe import escape

from bot.admin.policy_form import ELSEWHERE, FIELDS, TITLES, Group
from clinic import policies
from rules.offer_policy import Dispatch
from rules.permissions import Role
from rules.policy import Language, Policy
from tests.admin.desk import Desk


def decided(desk: Desk) -> Policy:
    return desk.do(policies.current)


def saved(desk: Desk, group: Group, role: Role = Role.CLINIC_ADMIN, **form: object) -> str:
    browser = desk.browser(role)
    return browser.post(f"/settings/{group}", data=form, follow_redirects=True).text


def test_every_value_is_on_the_page_or_known_to_be_too_much_for_a_line() -> None:
    shown = [name for names in FIELDS.values() for name in names]
    assert sorted([*shown, *ELSEWHERE]) == sorted(Policy.model_fields)


def test_each_value_stands_there_with_what_it_means(desk: Desk) -> None:
    page = desk.browser(Role.CLINIC_ADMIN).get("/settings").text
    assert all(title.replace("&", "&amp;") in page for title in TITLES.values())
    assert "Least time between two offers to the same patient, in hours. Usual: 24." in page
    assert 'name="gap_hours" value="24" type="number" step="1" min="0" max="720"' in page


def test_what_is_saved_holds_from_then_on_and_is_audited(desk: Desk) -> None:
    said = saved(desk, Group.OFFERS, dispatch="sequential", hold_minutes="45", hard_holds=["no", "yes"])
    assert "Saved. It holds from now on." in said
    now = decided(desk)
    assert (now.dispatch, now.hold_minutes, now.hard_holds) == (Dispatch.SEQUENTIAL, 45, True)
    assert "policy.changed" in desk.audited()


def test_what_the_form_leaves_out_stays(desk: Desk) -> None:
    before = decided(desk)
    saved(desk, Group.OFFERS, hold_minutes="45")
    assert decided(desk) == before.model_copy(update={"hold_minutes": 45})


def test_an_unticked_box_means_no(desk: Desk) -> None:
    saved(desk, Group.VISITS, mark_no_shows="no")
    assert decided(desk).mark_no_shows is False


def test_saved_as_it_was_there_is_no_new_version(desk: Desk) -> None:
    saved(desk, Group.OFFERS, hold_minutes="120")
    assert "policy.changed" not in desk.audited()


def test_what_cannot_be_is_told_at_the_value_and_nothing_is_kept(desk: Desk) -> None:
    before = decided(desk)
    page = saved(desk, Group.OFFERS, hold_minutes="0", gap_hours="48")
    assert "It has to be 1 or more." in page
    assert 'name="hold_minutes" value="0"' in page  # what was written is not lost
    assert decided(desk) == before


@pytest.mark.parametrize(
    ("group", "form", "said"),
    [
        (Group.OFFERS, {"hold_minutes": "two hours"}, "Write a whole number, such as 24."),
        (Group.OFFERS, {"wanted_fill": "1"}, "It has to be less than 1"),
        (Group.MATCHING, {"threshold": "high"}, "Write a number, such as 0.7."),
        (Group.TEXTS, {"allowed_from": "nine"}, "Write a time of day, such as 09:00."),
        (Group.OFFERS, {"dispatch": "random"}, "Choose one of those shown."),
        (Group.DESK, {"desk_hours-0-start": "08:00"}, "Write a time of day, such as 09:00."),
        (Group.DESK, {"crisis_phone": "{ring}"}, "Write a number to call, such as 911."),
        (Group.REMINDERS, {"reminder_hours": "soon"}, "Must be whole numbers of hours, such as 72, 24, 2."),
    ],
    ids=["words", "bound", "number", "time", "choice", "half a day", "phone", "hours"],
)
def test_a_mistake_is_told_with_how_to_mend_it(
    desk: Desk, group: Group, form: dict[str, str], said: str
) -> None:
    assert said in saved(desk, group, **form)


def test_values_that_do_not_go_together_are_told_above_them(desk: Desk) -> None:
    page = saved(desk, Group.TEXTS, allowed_from="20:00", allowed_until="09:00")
    assert "Allowed_from (20:00) must come before allowed_until (09:00)." in page


def test_the_desk_s_hours_are_a_line_a_day_and_an_empty_one_is_closed(desk: Desk) -> None:
    days = {f"desk_hours-{day}-{end}": "" for day in range(7) for end in ("start", "end")}
    saved(desk, Group.DESK, **{**days, "desk_hours-5-start": "10:00", "desk_hours-5-end": "13:00"})
    [(day, hours)] = decided(desk).desk_hours.items()
    assert (day, hours.start, hours.end) == (5, time(10), time(13))


def test_at_least_one_language_has_to_stay(desk: Desk) -> None:
    assert "Choose at least one." in saved(desk, Group.TEXTS, languages="")
    saved(desk, Group.TEXTS, languages=["", "es"])
    assert decided(desk).languages == (Language.SPANISH,)


@pytest.mark.parametrize(("written", "hours"), [("48, 3", (48, 3)), ("", ())], ids=["two", "none"])
def test_marketing_sets_when_patients_are_reminded(desk: Desk, written: str, hours: tuple[int, ...]) -> None:
    saved(desk, Group.REMINDERS, Role.MARKETING, reminder_hours=written)
    assert decided(desk).reminder_hours == hours


def test_marketing_sees_reminders_and_nothing_else(desk: Desk) -> None:
    browser = desk.browser(Role.MARKETING)
    page = browser.get("/settings/reminders").text
    assert "reminder_hours" in page
    assert "hold_minutes" not in page
    assert browser.get("/settings").status_code == 403


def test_the_menu_leads_there(desk: Desk) -> None:
    assert 'href="/settings"' in desk.browser(Role.CLINIC_ADMIN).get("/today").text
    assert 'href="/settings/reminders"' in desk.browser(Role.MARKETING).get("/campaigns").text
    assert "/settings" not in desk.browser(Role.FRONT_DESK).get("/today").text


def began_with(page: str, group: Group) -> str:
    """The mark in the form of a group."""
    found = re.search(rf'id="{group}".*?name="since" value="(\w+)"', page, re.DOTALL)
    assert found
    return found[1]


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(desk: Desk) -> None:
    since = began_with(desk.browser(Role.CLINIC_ADMIN).get("/settings").text, Group.OFFERS)
    saved(desk, Group.OFFERS, hold_minutes="45", hard_holds="yes", since=since)
    browser = desk.browser(Role.CLINIC_ADMIN)
    answer = browser.post("/settings/offers", data={"hold_minutes": "90", "hard_holds": "no", "since": since})
    assert (answer.status_code, decided(desk).hold_minutes) == (409, 45)
    assert "Somebody else has changed these values" in answer.text
    assert answer.text.count("Holds now: ") == 2
    assert "Holds now: 45" in answer.text
    assert "Holds now: yes" in answer.text
    assert 'name="hold_minutes" value="90"' in answer.text


def test_saved_again_after_both_were_shown_the_second_holds(desk: Desk) -> None:
    since = began_with(desk.browser(Role.CLINIC_ADMIN).get("/settings").text, Group.OFFERS)
    saved(desk, Group.OFFERS, hold_minutes="45", since=since)
    again = began_with(saved(desk, Group.OFFERS, hold_minutes="90", since=since), Group.OFFERS)
    saved(desk, Group.OFFERS, hold_minutes="90", since=again)
    assert decided(desk).hold_minutes == 90


def test_values_under_another_heading_saved_meanwhile_are_no_matter(desk: Desk) -> None:
    since = began_with(desk.browser(Role.CLINIC_ADMIN).get("/settings").text, Group.OFFERS)
    saved(desk, Group.VISITS, late_hours="12")
    saved(desk, Group.OFFERS, hold_minutes="90", since=since)
    assert (decided(desk).hold_minutes, decided(desk).late_hours) == (90, 12)


def test_a_mistake_put_right_does_not_hide_what_somebody_else_saved(desk: Desk) -> None:
    since = began_with(desk.browser(Role.CLINIC_ADMIN).get("/settings").text, Group.DESK)
    week = {f"desk_hours-{day}-{end}": "" for day in range(7) for end in ("start", "end")}
    theirs = {**week, "desk_hours-5-start": "10:00", "desk_hours-5-end": "13:00"}
    saved(desk, Group.DESK, **theirs, since=since)
    kept = began_with(saved(desk, Group.DESK, hand_back_hours="x", since=since), Group.DESK)
    page = saved(desk, Group.DESK, **week, hand_back_hours="5", since=kept)
    assert "Holds now: Saturday 10:00 to 13:00" in page


@pytest.mark.parametrize(
    "written",
    [
        "https://www.lakeside.example, http://localhost:8080",
        "HTTPS://www.Lakeside.example/ http://localhost:8080",
    ],
)
def test_the_sites_of_the_chat_are_kept_as_browsers_write_them(desk: Desk, written: str) -> None:
    saved(desk, Group.CHAT, chat=["no", "yes"], chat_origins=written)
    now = decided(desk)
    assert (now.chat, now.chat_origins) == (True, ("https://www.lakeside.example", "http://localhost:8080"))


@pytest.mark.parametrize(
    "written",
    [
        "http://lakeside.example",
        "lakeside.example",
        "https://lakeside.example/contact",
        "https://*",
        "https://a.example; script-src *",
    ],
)
def test_what_is_no_site_is_told_with_how_to_write_one(desk: Desk, written: str) -> None:
    assert "is no site: write https:// and the site&#39;s name" in saved(
        desk, Group.CHAT, chat_origins=written
    )
    assert decided(desk).chat_origins == ()


def test_the_line_for_the_clinic_s_own_site_stands_there_to_be_copied(desk: Desk) -> None:
    page = desk.browser(Role.CLINIC_ADMIN).get("/settings").text
    line = (
        f'<script src="http://127.0.0.1:8000/chat/widget.js" data-clinic="{desk.clinic.slug}" defer></script>'
    )
    assert f">{escape(line)}</textarea>" in page
