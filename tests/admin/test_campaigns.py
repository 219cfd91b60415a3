"""The Campaigns page: written with a live count, launched once confirmed, paused, and its results."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from clinic import campaign_plans, campaign_sending, chats
from rules.permissions import Role
from rules.states import CampaignState
from storage.tables import Campaign, Clinic
from tests.admin.desk import Desk
from tests.chat.browser import has_a_chat
from tests.clinic.campaigning import lapsed

FORM: dict[str, Any] = {
    "name": "Come back",
    "not_seen_days": "90",
    "step": ["0"],
    "0_wording": ["a"],
    "0_a_en": "Hi {first_name}, time for a visit? Reply YES.",
    "weekdays": ["0", "1", "2", "3", "4"],
    "from_time": "10:00",
    "until_time": "18:00",
    "hold_out": "0",
}


TWO_WORDINGS: dict[str, Any] = {"0_wording": ["a", "b"], "0_b_en": "Second wording"}


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return desk.browser(Role.MARKETING)


def only(desk: Desk) -> Campaign:
    return desk.do(lambda tx: tx.session.scalars(select(Campaign)).one())


def written(desk: Desk, browser: FlaskClient, **more: Any) -> Campaign:
    assert browser.post("/campaigns/new", data={**FORM, **more}).status_code == 303
    return only(desk)


def test_a_draft_is_written_and_shown_in_the_form_again(desk: Desk, browser: FlaskClient) -> None:
    made = written(
        desk,
        browser,
        **TWO_WORDINGS,
        **{"step": ["0", "1"], "1_a_en": "Still here", "1_days": "3", "tags": "vip, new"},
    )
    page = browser.get(f"/campaigns/{made.id}").text
    for said in ("Come back", "Second wording", "Still here", "vip, new", "Launch…"):
        assert said in page


def test_a_trial_is_written_and_the_launch_says_who_waits(desk: Desk, browser: FlaskClient) -> None:
    desk.do(lambda tx: lapsed(tx, 1))
    made = written(desk, browser, **TWO_WORDINGS, try_percent="20", decide_days="7")
    assert (made.try_percent, made.decide_days) == (20, 7)
    assert (
        'name="try_percent" type="number" min="1" max="90" value="20"'
        in browser.get(f"/campaigns/{made.id}").text
    )
    assert "20% of them get one of the wordings first" in browser.get(f"/campaigns/{made.id}/launch").text


def test_written_anew_it_says_the_new(desk: Desk, browser: FlaskClient) -> None:
    made = written(desk, browser)
    browser.post(f"/campaigns/{made.id}", data={**FORM, "name": "Another name"})
    assert only(desk).name == "Another name"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("0_a_en", "Hi {stage}", "{stage} cannot be filled in"),
        ("name", "", "Give the campaign a name"),
        ("from_time", "19:00", "From_time must come before until_time"),
        ("not_seen_days", "x", "cannot be read"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_typed_is_lost(
    desk: Desk, browser: FlaskClient, field: str, value: str, says: str
) -> None:
    response = browser.post("/campaigns/new", data={**FORM, "tags": "vip", field: value})
    assert response.status_code == 422
    assert says in response.text
    assert 'value="vip"' in response.text


def test_the_count_is_live_before_anything_is_kept(desk: Desk, browser: FlaskClient) -> None:
    desk.do(lambda tx: lapsed(tx, 1))
    desk.do(lambda tx: lapsed(tx, 2, news=False))
    page = browser.post("/campaigns/preview", data={**FORM, "name": ""}).text
    assert "<strong>1</strong> patient gets it" in page
    assert "1 did not agree to news" in page
    assert "Lakeside: Hi P1, time for a visit? Reply YES. STOP to opt out" in page
    assert "1 segment" in page


def test_the_launch_says_how_many_texts_and_what_they_cost(desk: Desk, browser: FlaskClient) -> None:
    desk.do(lambda tx: lapsed(tx, 1))
    made = written(desk, browser)
    assert "Launch: up to 1 text, $0.02" in browser.get(f"/campaigns/{made.id}/launch").text
    assert only(desk).state is CampaignState.DRAFT
    browser.post(f"/campaigns/{made.id}/launch", data={"recipients": "1"})
    assert only(desk).state is CampaignState.ACTIVE


@pytest.mark.parametrize("confirmed", ["", "x", "50"])
def test_without_the_right_number_nothing_is_launched(
    desk: Desk, browser: FlaskClient, confirmed: str
) -> None:
    desk.do(lambda tx: lapsed(tx, 1))
    made = written(desk, browser)
    response = browser.post(f"/campaigns/{made.id}/launch", data={"recipients": confirmed})
    assert "note=campaign-changed" in response.location
    assert only(desk).state is CampaignState.DRAFT


def test_it_is_paused_and_resumed_and_shows_how_far_it_is(desk: Desk, browser: FlaskClient) -> None:
    desk.do(lambda tx: lapsed(tx, 1))
    made = written(desk, browser)
    browser.post(f"/campaigns/{made.id}/launch", data={"recipients": "1"})
    campaign_sending.run(desk.store, desk.clinic.id, made.id)
    assert "0 of 1 contacted" in browser.get(f"/campaigns/{made.id}/state").text
    browser.post(f"/campaigns/{made.id}/pause")
    assert "Resume" in browser.get(f"/campaigns/{made.id}").text
    browser.post(f"/campaigns/{made.id}/resume")
    assert only(desk).state is CampaignState.ACTIVE


def test_what_stopped_by_itself_says_why(desk: Desk, browser: FlaskClient) -> None:
    made = written(desk, browser)

    def stop(row: Campaign) -> None:
        row.state, row.stopped_because = (
            CampaignState.PAUSED,
            "7 of its last 200 texts were answered with STOP",
        )

    desk.do(lambda tx: stop(tx.session.get_one(Campaign, made.id)))
    assert "It stopped by itself: 7 of its last 200" in browser.get(f"/campaigns/{made.id}").text


def test_the_list_shows_each_and_the_front_desk_does_not_see_it(desk: Desk, browser: FlaskClient) -> None:
    written(desk, browser)
    assert "Come back" in browser.get("/campaigns").text
    assert desk.browser(Role.FRONT_DESK).get("/campaigns").status_code == 403


# The form


def grown(browser: FlaskClient, more: str, **typed: Any) -> str:
    """The form after a button that adds a row."""
    return browser.post("/campaigns/rows", data={**FORM, **typed, "more": more}).text


def test_a_button_adds_a_wording_and_nothing_typed_is_lost(browser: FlaskClient) -> None:
    page = grown(browser, "0", tags="vip")
    assert 'name="0_b_en"' in page
    assert "Hi {first_name}, time for a visit? Reply YES." in page
    assert 'value="vip"' in page
    assert "One more wording" in page
    assert "One more wording" not in grown(browser, "0", **{"0_wording": ["a", "b", "c"]})


def test_a_button_adds_a_step_up_to_five(browser: FlaskClient) -> None:
    page = grown(browser, "step")
    assert 'name="1_a_en"' in page
    assert 'name="1_days" type="number" min="1" max="365" value="4"' in page
    assert "Add a step" not in grown(browser, "step", step=["0", "1", "2", "3"])


def test_a_row_more_in_a_draft_is_still_that_draft(desk: Desk, browser: FlaskClient) -> None:
    made = written(desk, browser)
    page = grown(browser, "step", campaign=str(made.id))
    assert f'action="/campaigns/{made.id}"' in page


def test_what_is_left_empty_is_left_out(desk: Desk, browser: FlaskClient) -> None:
    typed = {"0_wording": ["a", "b", "c"], "0_c_en": "Third", "step": ["0", "1", "2"], "2_a_en": "Later"}
    made = written(desk, browser, **typed, **{"2_days": "5"})
    plan = desk.do(lambda tx: campaign_plans.plan_of(tx, tx.session.get_one(Campaign, made.id)))
    assert [[texts["en"] for texts in step.wordings] for step in plan.steps] == [
        ["Hi {first_name}, time for a visit? Reply YES.", "Third"],
        ["Later"],
    ]


def test_a_letter_keeps_its_paragraphs_its_subject_and_the_incentive(
    desk: Desk, browser: FlaskClient
) -> None:
    desk.do(lambda tx: setattr(tx.session.get_one(Clinic, tx.clinic_id), "address", "1 Lake St"))
    typed = {"0_channel": "letter", "0_a_en": "Dear {first_name},\r\n\r\ncome.", "0_subject_en": "From us"}
    made = written(desk, browser, **typed, incentive_en="Ten dollars off.")
    plan = desk.do(lambda tx: campaign_plans.plan_of(tx, tx.session.get_one(Campaign, made.id)))
    assert plan.steps[0].wordings[0]["en"] == "Dear {first_name},\n\ncome."
    assert (plan.steps[0].channel, plan.steps[0].subject) == ("letter", {"en": "From us"})
    assert plan.incentive == {"en": "Ten dollars off."}


def test_it_starts_and_ends_on_the_clinics_clock(desk: Desk, browser: FlaskClient) -> None:
    made = written(desk, browser, starts_at="2027-01-04T09:00", ends_at="2027-02-01T18:00")
    assert made.starts_at == datetime(2027, 1, 4, 14, tzinfo=UTC)
    assert 'value="2027-01-04T09:00"' in browser.get(f"/campaigns/{made.id}").text


def test_who_may_not_see_risk_cannot_choose_by_it(desk: Desk, browser: FlaskClient) -> None:
    response = browser.post("/campaigns/new", data={**FORM, "risk": ["high"]})
    assert response.status_code == 422
    assert "Only whoever may see who is at risk" in response.text
    admin = desk.browser(Role.CLINIC_ADMIN)
    made = written(desk, admin, risk=["high"])
    assert made.audience["risk_levels"] == ["high"]
    assert "chooses patients by what only others may see" in browser.get(f"/campaigns/{made.id}").text


# By web chat


def test_a_step_by_web_chat_is_kept_where_the_clinic_has_one(desk: Desk, browser: FlaskClient) -> None:
    desk.do(has_a_chat)
    made = written(desk, browser, **{"0_channel": "chat"})
    assert '<option value="chat" selected>Web chat</option>' in browser.get(f"/campaigns/{made.id}").text


def test_where_it_has_none_the_form_says_how_to_get_one(browser: FlaskClient) -> None:
    answer = browser.post("/campaigns/new", data={**FORM, "0_channel": "chat"})
    assert answer.status_code == 422
    assert "it is turned on under Settings, Web chat" in answer.text


def test_the_preview_says_how_many_have_no_chat(desk: Desk, browser: FlaskClient) -> None:
    desk.do(has_a_chat)
    desk.do(lambda tx: lapsed(tx, 1))
    page = browser.post("/campaigns/preview", data={**FORM, "0_channel": "chat"}).text
    assert "1 have no web chat open" in page


def test_no_test_is_sent_of_what_is_said_in_chats(desk: Desk, browser: FlaskClient) -> None:
    desk.do(has_a_chat)
    made = written(desk, browser, **{"0_channel": "chat"})
    page = browser.post(f"/campaigns/{made.id}/test", follow_redirects=True).text
    assert "The preview shows what they read." in page


def test_where_somebody_has_chatted_campaigns_are_written_as_before(desk: Desk, browser: FlaskClient) -> None:
    desk.do(lambda tx: chats.begin(tx, "192.0.2.1"))
    assert written(desk, browser).name == "Come back"
