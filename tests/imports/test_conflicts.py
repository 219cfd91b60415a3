"""Two visits in one place at one time are found before the database would refuse the whole file."""

import pytest
from sqlalchemy import select

from storage.tables import Appointment
from tests.imports.conftest import Desk

HEAD = "external_id,patient,provider,type,start,status\n"


def visits(*lines: str) -> str:
    return HEAD + "".join(line + "\n" for line in lines)


def kept(desk: Desk) -> dict[str | None, str]:
    """The visits that are there, with their start on the clinic's wall (New York in December)."""
    found = desk.run(lambda tx: tx.session.scalars(select(Appointment)).all())
    return {each.external_id: f"{each.starts_at.hour - 5:02d}:{each.starts_at.minute:02d}" for each in found}


@pytest.mark.parametrize(
    "second",
    [
        "v2,p2,lee,check,2026-12-01T15:29,booked",
        "v2,p2,lee,check,2026-12-01T14:31,booked",
        "v2,p2,lee,long,2026-12-01T14:45,confirmed",
        "v2,p2,lee,check,2026-12-01T20:00Z,arrived",
    ],
)
def test_a_visit_that_overlaps_an_earlier_line_is_refused(desk: Desk, second: str) -> None:
    (sentence,) = desk.refused("visits", visits("v1,p1,lee,check,2026-12-01T15:00,booked", second))
    assert sentence.endswith("the provider has another visit at that time, on line 2.")


@pytest.mark.parametrize(
    "second",
    [
        "v2,p2,lee,check,2026-12-01T15:30,booked",
        "v2,p2,lee,check,2026-12-01T14:30,booked",
        "v2,p2,kim,check,2026-12-01T15:00,booked",
        "v2,p2,lee,check,2026-12-01T15:00,cancelled",
        "v2,p2,lee,check,2026-12-01T15:00,no_show",
    ],
)
def test_visits_that_only_touch_or_did_not_happen_do_not_overlap(desk: Desk, second: str) -> None:
    desk.load("visits", visits("v1,p1,lee,check,2026-12-01T15:00,booked", second))
    assert len(kept(desk)) == 2


def test_a_visit_that_overlaps_one_in_the_database_is_refused(desk: Desk) -> None:
    desk.load("visits", visits("v1,p1,lee,check,2026-12-01T15:00,booked"))
    (sentence,) = desk.refused("visits", visits("v2,p2,lee,check,2026-12-01T15:15,booked"))
    assert sentence.endswith("the provider has another visit at that time, already in the database.")


def test_two_providers_cannot_use_one_room_at_one_time(desk: Desk) -> None:
    desk.load("providers", "external_id,name,room\nkim,Dr Kim,Room 1\n")
    (sentence,) = desk.refused(
        "visits",
        visits("v1,p1,lee,check,2026-12-01T15:00,booked", "v2,p2,kim,check,2026-12-01T15:15,booked"),
    )
    assert sentence.endswith("the room has another visit at that time, on line 2.")


def test_visits_may_change_places(desk: Desk) -> None:
    desk.load(
        "visits",
        visits("v1,p1,lee,check,2026-12-01T15:00,booked", "v2,p2,lee,check,2026-12-01T15:30,booked"),
    )
    desk.load(
        "visits",
        visits("v1,p1,lee,check,2026-12-01T15:30,booked", "v2,p2,lee,check,2026-12-01T15:00,booked"),
    )
    assert kept(desk) == {"v1": "15:30", "v2": "15:00"}


def test_conflicts_may_be_left_out_and_are_named(desk: Desk) -> None:
    result = desk.load(
        "visits",
        visits(
            "v1,p1,lee,check,2026-12-01T15:00,booked",
            "v2,p2,lee,check,2026-12-01T15:15,booked",
            "v3,p3,lee,check,2026-12-01T15:30,booked",
        ),
        skip_conflicts=True,
    )
    assert kept(desk) == {"v1": "15:00", "v3": "15:30"}
    assert str(result) == "3 visits: 2 new, 0 changed, 0 unchanged, 1 left out"
    assert [problem.line for problem in result.left_out] == [3]


def test_a_visit_whose_line_is_left_out_stays_and_is_in_the_way_of_others(desk: Desk) -> None:
    desk.load(
        "visits",
        visits("v1,p1,lee,check,2026-12-01T15:00,booked", "v2,p2,lee,check,2026-12-01T16:00,booked"),
    )
    result = desk.load(
        "visits",
        visits(
            "v3,p3,lee,check,2026-12-01T16:00,booked",  # free only if v2 moves away
            "v1,p1,lee,check,2026-12-01T17:00,booked",
            "v2,p2,lee,check,2026-12-01T17:00,booked",  # cannot: v1 is there
        ),
        skip_conflicts=True,
    )
    assert kept(desk) == {"v1": "17:00", "v2": "16:00"}
    assert sorted(problem.line for problem in result.left_out) == [2, 4]


def test_other_mistakes_are_not_passed_by_with_the_conflicts(desk: Desk) -> None:
    (sentence,) = desk.refused("visits", visits("v1,nobody,lee,check,2026-12-01T15:00,booked"))
    assert 'column patient, value "nobody"' in sentence
