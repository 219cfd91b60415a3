"""What finds no place here: another visit stands there, or a name is not on file. It is said, and tried again."""

from datetime import timedelta

import pytest

from tests.feed.conftest import Practice
from tests.feed.here import book, close_tasks, rename_provider


def test_two_visits_at_one_time_are_never_both_booked(practice: Practice) -> None:
    practice.run(lambda tx: book(tx, "tom"))
    practice.books()
    assert practice.visits() == [("", "Tue 15:00", "booked")]
    assert practice.events() == [("e0", "clashed")]
    assert practice.tasks() == [
        "Practice system: it has a visit with Dr Lee Tue Dec 1, 3:00pm, where there is another one here."
    ]


def test_what_clashed_finds_its_place_when_that_comes_free(practice: Practice) -> None:
    practice.books("v1")
    practice.books("v2", patient="tom")
    practice.cancels("v1")
    assert practice.visits() == [("v2", "Tue 15:00", "booked")]
    assert practice.tasks() == []
    assert practice.openings() == []


def test_two_visits_that_change_places_find_them(practice: Practice) -> None:
    practice.books("v1")
    practice.books("v2", patient="tom", start="2026-12-01T16:00")
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00")
    assert practice.events()[-1] == ("e2", "clashed")
    practice.say("visit.moved", external_id="v2", start="2026-12-01T15:00")
    assert practice.visits() == [("v1", "Tue 16:00", "booked"), ("v2", "Tue 15:00", "booked")]
    assert practice.tasks() == []
    assert practice.openings() == []


def test_what_is_in_nobodys_way_but_its_own_does_not_wait_for_what_is(practice: Practice) -> None:
    """A third visit clashes with one booked here, for good; the two that swap find their places all the same."""
    practice.run(lambda tx: book(tx, "ana"))
    practice.books("v3")
    swap_two_others(practice)
    assert practice.visits() == [
        ("", "Tue 15:00", "booked"),
        ("v1", "Tue 16:00", "booked"),
        ("v2", "Tue 17:00", "booked"),
    ]
    assert len(practice.tasks()) == 1


def swap_two_others(practice: Practice) -> None:
    practice.books("v1", start="2026-12-01T17:00")
    practice.books("v2", patient="tom", start="2026-12-01T16:00")
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00")
    practice.say("visit.moved", external_id="v2", start="2026-12-01T17:00")


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"provider": "px"}, 'Practice system: its provider "px" is not on file here.'),
        ({"patient": "nobody"}, 'Practice system: its patient "nobody" is not on file here.'),
        ({"type": "dance"}, 'Practice system: its visit type "dance" is not on file here.'),
    ],
)
def test_what_is_not_on_file_is_said_once_however_often_it_is_named(
    practice: Practice, named: dict[str, str], sentence: str
) -> None:
    for visit in ("v1", "v2"):
        practice.books(visit, **named)
    assert practice.tasks() == [sentence]
    assert {state for _, state in practice.events()} == {"parked"}
    assert practice.visits() == []


def test_an_event_that_was_parked_is_tried_again_when_it_is_repeated(practice: Practice) -> None:
    practice.books(provider="px", event_id="once")
    practice.run(lambda tx: rename_provider(tx, "lee", "px"))
    practice.books(provider="px", event_id="once")
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]
    assert practice.tasks() == []


def test_an_event_that_was_parked_is_tried_again_by_itself_for_a_day(practice: Practice) -> None:
    practice.books(provider="px")
    practice.run(lambda tx: rename_provider(tx, "lee", "px"))
    practice.later(timedelta(minutes=61))
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]


def test_a_task_that_staff_closed_is_not_opened_again_by_the_same(practice: Practice) -> None:
    practice.books(provider="px")
    practice.run(close_tasks)
    practice.later(timedelta(minutes=61))
    assert practice.tasks() == []
