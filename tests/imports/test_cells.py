"""Each reader gives the value a person meant, or says which form it wants."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from clinic.imports import cells
from clinic.imports.cells import Place, Reader, Unreadable
from rules.states import EntryPriority

PLACE = Place("US", ZoneInfo("America/New_York"), datetime(2026, 11, 20, 15, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (cells.day, "2026-12-01", date(2026, 12, 1)),
        (cells.clock, "09:05", time(9, 5)),
        (cells.clock, "9:05", time(9, 5)),
        (cells.moment, "2026-12-01T15:00", datetime(2026, 12, 1, 20, 0, tzinfo=UTC)),
        (cells.moment, "2026-12-01 15:00:00", datetime(2026, 12, 1, 20, 0, tzinfo=UTC)),
        (cells.moment, "2026-07-01T15:00", datetime(2026, 7, 1, 19, 0, tzinfo=UTC)),
        (cells.moment, "2026-12-01", datetime(2026, 12, 1, 5, 0, tzinfo=UTC)),
        (cells.moment, "2026-12-01T15:00Z", datetime(2026, 12, 1, 15, 0, tzinfo=UTC)),
        (cells.moment, "2026-11-01T01:30-04:00", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        (cells.moment, "2026-11-01T01:30-05:00", datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
        (cells.phone, "(716) 555-0142", "+17165550142"),
        (cells.phone, "+44 20 7946 0018", "+442079460018"),
        (cells.yes_no, "YES", True),
        (cells.yes_no, "no", False),
        (cells.whole(1, 90), "90", 90),
        (cells.one_of(EntryPriority), "Urgent", EntryPriority.URGENT),
        (cells.weekday, "thu", 3),
        (cells.weekday, "Tues.", 1),
        (cells.weekdays, "mon, wed fri", [0, 2, 4]),
        (cells.times, "morning 14:00-16:00", [["00:00", "12:00"], ["14:00", "16:00"]]),
        (cells.ids, "lee kim;lee", ["lee", "kim"]),
        (cells.names, "Blue Cross, Aetna", ["Blue Cross", "Aetna"]),
        (cells.zone, "America/Denver", "America/Denver"),
        (cells.us_state, "ny", "NY"),
        (cells.birth_date, "1984-07-09", date(1984, 7, 9)),
        (cells.text, "Dr\n  Lee", "Dr Lee"),
    ],
)
def test_a_cell_is_read(reader: Reader, cell: str, value: object) -> None:
    assert reader(cell, PLACE) == value


@pytest.mark.parametrize(
    ("reader", "cell", "wanted"),
    [
        (
            cells.day,
            "12/1/26",
            "write the date as year-month-day, such as 2026-12-01: this one can be read in more than one way",
        ),
        (
            cells.day,
            "3.4.2026",
            "write the date as year-month-day, such as 2026-12-01: this one can be read in more than one way",
        ),
        (cells.day, "12/31/2026", "write the date as year-month-day, such as 2026-12-01"),
        (cells.day, "soon", "write the date as year-month-day, such as 2026-12-01"),
        (cells.day, "20261201", "write the date as year-month-day, such as 2026-12-01"),
        (cells.day, "2026-02-30", "write a day that exists"),
        (cells.birth_date, "2027-01-01", "write a day in the past, such as 1984-07-09"),
        (cells.birth_date, "0984-07-09", "write a day in the past, such as 1984-07-09"),
        (cells.clock, "24:00", "write the time as HH:MM on a 24-hour clock, such as 14:30"),
        (cells.clock, "2pm", "write the time as HH:MM on a 24-hour clock, such as 14:30"),
        (cells.start, "2026-12-01", "write the time of day too, such as 2026-12-01T15:00"),
        (
            cells.start,
            "12/1/26 15:00",
            "write the date as year-month-day, such as 2026-12-01: this one can be read in more than one way",
        ),
        (
            cells.start,
            "2026-12-01 3pm",
            "write date and time as 2026-12-01T15:00, in the clinic's own time",
        ),
        (cells.start, "2026-12-01T25:00", "write a date and time that exist, such as 2026-12-01T15:00"),
        (cells.start, "0001-01-01T00:00", "write a date and time that exist, such as 2026-12-01T15:00"),
        (
            cells.start,
            "2027-03-14T02:30",
            "write a time that exists: the clocks go forward that night and skip this one",
        ),
        (
            cells.start,
            "2026-11-01T01:30",
            "write the offset too, such as 2026-11-01T01:30-04:00: "
            "the clocks go back that night and show this time twice",
        ),
        (cells.past, "2026-11-20T10:01", "write a time that is not in the future"),
        (
            cells.phone,
            "555 0142",
            "write one number with its area code, such as 716 555 0142, "
            "or with its country, such as +44 20 7946 0018",
        ),
        (cells.yes_no, "true", "write yes or no"),
        (cells.whole(1, 90), "91", "write a whole number from 1 to 90, such as 30"),
        (cells.whole(0, 90), "12.50", "write a whole number from 0 to 90, such as 30"),
        (cells.whole(0, 90), "-1", "write a whole number from 0 to 90, such as 30"),
        (cells.one_of(EntryPriority), "asap", "write one of urgent, high, standard, flexible"),
        (cells.weekday, "m", "write a weekday as mon, tue, wed, thu, fri, sat or sun"),
        (cells.weekdays, "mon-fri", "write weekdays with spaces between, such as mon tue"),
        (cells.times, "noonish", "write times of day with spaces between, such as morning 14:00-16:00"),
        (cells.times, "16:00-14:00", "write times of day with spaces between, such as morning 14:00-16:00"),
        (cells.zone, "EST5", "write an IANA time zone, such as America/New_York"),
        (cells.us_state, "New York", "write the state's two letters, such as NY"),
    ],
)
def test_a_cell_that_cannot_be_read_says_the_wanted_form(reader: Reader, cell: str, wanted: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        reader(cell, PLACE)
    assert str(refusal.value) == wanted
