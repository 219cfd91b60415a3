"""Answers: written by the clinic's admin, with what each costs, and never worse than what we know anyway."""

import pytest

from rules.permissions import Role
from rules.states import AnswerTopic
from storage.tables import Answer
from tests.admin.desk import Desk

APARCAR = "Gratis, detrás del edificio; la entrada está en la calle Elm."
PARKING = "Free behind the building; the entrance is on Elm Street."


def test_what_is_written_is_kept_and_shown(desk: Desk) -> None:
    browser = desk.browser(Role.CLINIC_ADMIN)
    response = browser.post(
        "/settings/answers", data={"topic": "parking", "language": "en", "text": f"  {PARKING}\n"}
    )
    assert response.location == "/settings/answers?note=answer-saved#answer-parking"
    assert desk.do(lambda tx: [(each.topic, each.text) for each in tx.session.query(Answer)]) == [
        (AnswerTopic.PARKING, PARKING)
    ]
    assert PARKING in browser.get("/settings/answers").text
    assert desk.audited() == ["answer.changed"]


def test_an_empty_answer_is_taken_back(desk: Desk) -> None:
    browser = desk.browser(Role.CLINIC_ADMIN)
    browser.post("/settings/answers", data={"topic": "parking", "language": "en", "text": PARKING})
    response = browser.post("/settings/answers", data={"topic": "parking", "language": "en", "text": " "})
    assert response.location == "/settings/answers?note=answer-removed#answer-parking"
    assert desk.do(lambda tx: tx.session.query(Answer).count()) == 0


def test_what_is_known_anyway_is_shown_where_nothing_is_written(desk: Desk) -> None:
    page = desk.browser(Role.CLINIC_ADMIN).get("/settings/answers").text
    assert "The front desk is open Mon-Fri 8am-5pm." in page
    assert "La recepción atiende lun-vie 8am-5pm." in page
    assert page.count("A person answers this.") == 10  # no address given either, and each in two languages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PARKING, "56 characters · 1 segment<"),
        ("x" * 161, "161 characters · 2 segments"),
        ("Free – behind the building." * 3, "81 characters · 2 segments"),
        ("x" * 301, "Too long by 1."),
        (" ", "A person answers this."),
    ],
    ids=["short", "long", "a dear character", "too long", "nothing"],
)
def test_the_cost_is_counted_while_somebody_writes(desk: Desk, text: str, expected: str) -> None:
    page = desk.browser(Role.CLINIC_ADMIN).post(
        "/settings/answers/preview", data={"topic": "parking", "language": "en", "text": text}
    )
    assert expected in page.text
    assert "<html" not in page.text


def test_an_answer_that_is_too_long_is_refused_and_not_lost(desk: Desk) -> None:
    browser = desk.browser(Role.CLINIC_ADMIN)
    response = browser.post("/settings/answers", data={"topic": "fees", "language": "en", "text": "y" * 301})
    assert response.status_code == 422
    assert "300 characters at most" in response.text
    assert "y" * 301 in response.text


def test_a_topic_that_is_none_is_refused(desk: Desk) -> None:
    browser = desk.browser(Role.CLINIC_ADMIN)
    data = {"topic": "weather", "language": "en", "text": "Fine"}
    assert browser.post("/settings/answers", data=data).status_code == 400


def test_a_language_we_do_not_speak_is_refused(desk: Desk) -> None:
    browser = desk.browser(Role.CLINIC_ADMIN)
    data = {"topic": "parking", "language": "fr", "text": "Derri\u00e8re"}
    assert browser.post("/settings/answers", data=data).status_code == 400


def test_each_language_has_an_answer_of_its_own(desk: Desk) -> None:
    browser = desk.browser(Role.CLINIC_ADMIN)
    browser.post("/settings/answers", data={"topic": "parking", "language": "en", "text": PARKING})
    browser.post("/settings/answers", data={"topic": "parking", "language": "es", "text": APARCAR})
    assert desk.do(lambda tx: {each.language: each.text for each in tx.session.query(Answer)}) == {
        "en": PARKING,
        "es": APARCAR,
    }
    page = browser.get("/settings/answers").text
    assert (PARKING in page, APARCAR in page) == (True, True)


def test_a_language_without_an_answer_shows_the_clinics_own(desk: Desk) -> None:
    browser = desk.browser(Role.CLINIC_ADMIN)
    browser.post("/settings/answers", data={"topic": "parking", "language": "en", "text": PARKING})
    preview = browser.post(
        "/settings/answers/preview", data={"topic": "parking", "language": "es", "text": ""}
    )
    assert "Patients get this all the same" in preview.text
    assert PARKING in preview.text


def test_only_whoever_may_change_the_policy_finds_the_page(desk: Desk) -> None:
    assert "/settings/answers" in desk.browser(Role.CLINIC_ADMIN).get("/today").text
    assert "/settings/answers" not in desk.browser(Role.SUPERVISOR).get("/today").text
