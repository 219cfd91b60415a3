"""The sequence for lost visits through the API."""

from typing import Any

from rules.permissions import Permission
from tests.api.conftest import Program, Town, token

PATH = "/recovery/sequence"
WORDS = {"again": {"en": "{first_name}, still thinking about {when}?"}}


def put(town: Town, **terms: Any) -> Any:
    return town.program.call("PUT", PATH, terms)


def test_the_usual_sequence_is_three_texts_after_every_kind_of_loss(town: Town) -> None:
    found = town.program.get(PATH)
    assert [each["wording"] for each in found["touches"]] == ["lost", "again", "last"]
    assert found["texted_after"] == ["cancelled", "late_cancel", "no_show", "practice_cancel"]


def test_it_is_written_as_a_whole_with_the_clinics_own_words(town: Town) -> None:
    answer = put(town, touches=[{"wording": "again", "words": WORDS}], give_up_days=20)
    assert answer.status_code == 200, answer.text
    found = town.program.get(PATH)
    assert (found["touches"][0]["words"], found["give_up_days"], found["most_attempts"]) == (WORDS, 20, 3)


def test_the_same_once_more_changes_nothing(town: Town) -> None:
    for _ in range(2):
        put(town, give_up_days=20)
    assert town.program.desk.audited().count("policy.changed") == 1


def test_words_that_cannot_be_filled_in_are_a_problem_that_says_where_and_why(town: Town) -> None:
    answer = put(town, touches=[{"wording": "again", "words": {"again": {"en": "{first_name}, {reason}?"}}}])
    (problem,) = answer.json["errors"]
    assert (answer.status_code, problem["where"]) == (422, "body.touches.0.words.again.en")
    assert problem["message"].startswith("{reason} cannot be filled in")


def test_who_may_not_edit_the_policy_may_read_it_only(town: Town) -> None:
    desk = town.program.desk
    other = Program(desk, token(desk, Permission.VIEW_WAITLIST, Permission.MANAGE_WAITLIST))
    assert other.call("GET", PATH).status_code == 200
    assert other.call("PUT", PATH, {}).status_code == 403


def test_a_change_of_what_somebody_else_has_changed_since_is_refused(town: Town) -> None:
    read = town.program.get(PATH)
    put(town, give_up_days=20)
    answer = put(town, **{**read, "most_attempts": 5})
    assert answer.status_code == 409
    assert answer.json["detail"].startswith("Somebody else has changed the sequence since you read it")
    assert town.program.get(PATH)["give_up_days"] == 20


def test_a_change_with_the_mark_of_what_holds_is_made(town: Town) -> None:
    put(town, give_up_days=20)
    answer = put(town, **{**town.program.get(PATH), "most_attempts": 5})
    assert (answer.status_code, answer.json["give_up_days"], answer.json["most_attempts"]) == (200, 20, 5)
