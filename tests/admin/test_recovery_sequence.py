"""How lost visits are made up for, as a clinic edits it on a page."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from bot.admin.recovery_form import filled, terms_in
from clinic import policies
from rules.permissions import Role
from rules.recovery_terms import RecoveryTerms, Touch, Wording
from rules.states import CancellationKind, Channel
from storage.tables import AuditEvent
from tests.admin.desk import Desk

PAGE = "/recovery/sequence"
OWN = "Hi {first_name}, life happens."
USUAL = filled(RecoveryTerms())


@pytest.fixture
def browser(desk: Desk) -> FlaskClient:
    return desk.browser(Role.CLINIC_ADMIN)


def form(**changed: Any) -> MultiDict[str, str]:
    """The usual sequence as it stands in the form, with some fields otherwise."""
    return MultiDict({**USUAL.to_dict(flat=False), **changed})


def decided(desk: Desk) -> RecoveryTerms:
    return desk.do(lambda tx: policies.current(tx).recovery)


def refused(browser: FlaskClient, **changed: Any) -> str:
    answer = browser.post(PAGE, data=form(**changed))
    assert answer.status_code == 422
    return answer.text


def test_what_the_form_says_of_the_usual_sequence_is_the_usual_sequence() -> None:
    assert terms_in(USUAL) == RecoveryTerms()


def test_a_sequence_in_the_form_comes_back_as_it_was() -> None:
    terms = RecoveryTerms(
        touches=(
            Touch(after_hours=5, wording=Wording.LOST, words={"no_show": {"en": OWN, "es": "{first_name}."}}),
            Touch(after_hours=48, wording=Wording.LAST, channel=Channel.EMAIL),
        ),
        texted_after=(CancellationKind.NO_SHOW,),
        least_score=0.45,
        give_up_days=9,
    )
    assert terms_in(filled(terms)) == terms


def test_a_changed_sequence_is_kept_and_shown(desk: Desk, browser: FlaskClient) -> None:
    page = browser.post(PAGE, data=form(**{"1_delay": "2", "1_again_en": OWN}), follow_redirects=True).text
    second = decided(desk).touches[1]
    assert (second.after_hours, second.words) == (48, {"again": {"en": OWN}})
    assert OWN in page
    assert "Kept." in page


def test_before_and_after_stand_in_the_audit_log(desk: Desk, browser: FlaskClient) -> None:
    browser.post(PAGE, data=form(give_up_days="12"))
    events = select(AuditEvent).where(AuditEvent.action == "policy.changed").order_by(AuditEvent.id.desc())
    event = desk.do(lambda tx: tx.session.scalars(events).first())
    assert event is not None
    assert event.before
    assert event.after
    days = [each["recovery"]["give_up_days"] for each in (event.before, event.after)]
    assert (days, event.staff_id is not None) == ([30, 12], True)


def test_what_has_no_tick_is_left_to_staff(desk: Desk, browser: FlaskClient) -> None:
    browser.post(PAGE, data=form(texted_after=["no_show"]))
    assert decided(desk).texted_after == (CancellationKind.NO_SHOW,)
    assert "Left to staff: a late cancel, a cancel, a cancel of ours." in browser.get("/recovery").text


def test_ticks_in_another_order_change_nothing(desk: Desk, browser: FlaskClient) -> None:
    browser.post(PAGE, data=form(texted_after=["practice_cancel", "no_show", "cancelled", "late_cancel"]))
    assert "policy.changed" not in desk.audited()


def test_a_text_more_and_a_text_less_are_shown_and_not_kept(desk: Desk, browser: FlaskClient) -> None:
    more = browser.post(f"{PAGE}/rows", data=form(rows="add")).text
    less = browser.post(f"{PAGE}/rows", data=form(rows="remove-1")).text
    assert ("Take out text 4" in more, "Take out text 3" in less, "Take out text 2" in less) == (
        True,
        False,
        True,
    )
    assert len(decided(desk).touches) == 3


def test_no_text_at_all_may_be_kept(desk: Desk, browser: FlaskClient) -> None:
    browser.post(PAGE, data=form(touch=[]))
    assert decided(desk).touches == ()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("1_again_en", "Hi there", "Text 2: Asking again, English: {first_name} has to be named"),
        ("0_no_show_es", "{first_name} {why}", "Text 1: After a missed visit, Spanish: {why} cannot be"),
        ("2_last_en", "{first_name", "Text 3: The last of ours, English: A brace is opened"),
        ("1_again_en", "{first_name}, reply CANCEL", "CANCEL in capitals invites"),
        ("1_delay", "-1", "Text 2: how long after: at least 0."),
        ("1_delay", "31", "Text 2: how long after: at most 30 days."),
        ("give_up_days", "0", "Given up after days: at least 1."),
        ("answer_hours", "soon", "hours after the last text: a whole number is missing."),
        ("least_score", "140", "suit at least, %: at most 100."),
        ("texted_after", "nothing", "texted_after"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_that_says_where(
    desk: Desk, browser: FlaskClient, field: str, value: str, says: str
) -> None:
    assert says in refused(browser, **{field: value})
    assert decided(desk) == RecoveryTerms()


def test_what_was_refused_stands_in_the_form_still(browser: FlaskClient) -> None:
    assert "Hi there" in refused(browser, **{"1_again_en": "Hi there"})


def test_a_sample_reads_as_patients_get_it_with_its_segments(browser: FlaskClient) -> None:
    asked = "touch=0&opening=no_show&language=en"
    said = browser.post(f"{PAGE}/sample?{asked}", data=form(**{"0_no_show_en": OWN})).text
    assert "Lakeside: Hi Anna, life happens. How about 1) Wed Nov 25, 10:00am" in said
    assert "STOP to opt out" in said
    assert "2 segments" in said


def test_a_sample_in_spanish_of_words_that_are_missing_says_ours(browser: FlaskClient) -> None:
    asked = "touch=1&opening=again&language=es"
    said = browser.post(f"{PAGE}/sample?{asked}", data=form(**{"1_again_en": OWN})).text
    assert "Responda 1, 2..." in said
    assert "Hi Anna" not in said


def test_a_sample_of_words_that_cannot_be_filled_in_says_why(browser: FlaskClient) -> None:
    asked = "touch=1&opening=again&language=en"
    assert (
        "{x} cannot be filled in"
        in browser.post(f"{PAGE}/sample?{asked}", data=form(**{"1_again_en": "{x}"})).text
    )


def test_a_sample_of_nothing_that_is_shown_is_refused(browser: FlaskClient) -> None:
    for asked in (
        "touch=7&opening=again&language=en",
        "touch=1&opening=x&language=en",
        "touch=1&opening=again",
    ):
        assert browser.post(f"{PAGE}/sample?{asked}", data=USUAL).status_code == 400


def test_only_who_may_edit_the_policy_finds_the_way_there(desk: Desk, browser: FlaskClient) -> None:
    assert "Edit the sequence" in browser.get("/recovery").text
    supervisor = desk.browser(Role.SUPERVISOR)
    assert "Edit the sequence" not in supervisor.get("/recovery").text
    assert supervisor.get(PAGE).status_code == 403


# Two at the same time


def begun(browser: FlaskClient) -> str:
    """The mark in the form as it was opened."""
    found = re.search(r'name="since" value="(\w+)"', browser.get(PAGE).text)
    assert found
    return found[1]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(
    desk: Desk, browser: FlaskClient
) -> None:
    since = begun(browser)
    desk.browser(Role.CLINIC_ADMIN).post(PAGE, data=form(give_up_days="12", since=since))
    answer = browser.post(PAGE, data=form(most_attempts="5", since=since))
    assert (answer.status_code, decided(desk).give_up_days, decided(desk).most_attempts) == (409, 12, 3)
    assert "Somebody else has changed the sequence" in answer.text
    assert "<td>12</td><td>30</td>" in answer.text
    assert "<td>3</td><td>5</td>" in answer.text


def test_saved_again_after_both_were_shown_it_is_kept(desk: Desk, browser: FlaskClient) -> None:
    since = begun(browser)
    desk.browser(Role.CLINIC_ADMIN).post(PAGE, data=form(give_up_days="12", since=since))
    shown = browser.post(PAGE, data=form(most_attempts="5", since=since)).text
    again = re.search(r'name="since" value="(\w+)"', shown)
    assert again
    browser.post(PAGE, data=form(most_attempts="5", since=again[1]))
    assert (decided(desk).give_up_days, decided(desk).most_attempts) == (30, 5)


def test_another_setting_saved_meanwhile_is_no_matter(desk: Desk, browser: FlaskClient) -> None:
    since = begun(browser)
    desk.browser(Role.CLINIC_ADMIN).post("/settings/offers", data={"hold_minutes": "45"})
    assert browser.post(PAGE, data=form(give_up_days="12", since=since)).status_code == 303


def test_a_text_taken_out_by_somebody_else_is_shown_as_a_dash(desk: Desk, browser: FlaskClient) -> None:
    since = begun(browser)
    desk.browser(Role.CLINIC_ADMIN).post(PAGE, data=form(touch=["0", "1"], since=since))
    page = browser.post(PAGE, data=form(**{"2_last_en": OWN, "since": since})).text
    assert "<td>–</td><td>Text, 3 days after that, saying that it is the last</td>" in page
    assert f"Text 3: The last of ours, English</th><td>–</td><td>{OWN}</td>" in page


def test_a_touch_may_be_a_call_and_is_shown_as_the_ear_has_it(desk: Desk, browser: FlaskClient) -> None:
    page = browser.post(PAGE, data=form(**{"0_channel": "voice"}), follow_redirects=True).text
    assert decided(desk).touches[0].channel is Channel.VOICE
    assert "Hello, this is Lakeside" in page
    assert "Press 1 to take it. Press 2 for another time." in page
    assert "Automatic call, at once" in browser.get("/recovery").text
