"""A practice's whole schedule in one file: 5,000 visits, ten of them wrong; then corrected; then once more."""

from datetime import date, timedelta
from time import monotonic

import pytest
from sqlalchemy import func, select

from storage.tables import Appointment, AuditEvent, Base
from tests.imports.conftest import Desk

VISITS = 5_000
PROVIDERS = 10
A_DAY = 20  # visits of a provider
QUICK_ENOUGH = 30.0  # seconds
HEAD = "external_id,patient,provider,type,start,minutes,status,booked_at,reason"

MISTAKES = {
    17: ("v15,p1,dr1,check,12/1/26,,booked,,", "start", "12/1/26", "write the date as year-month-day"),
    410: ("v408,p1,dr9,check,2026-12-01T25:00,,booked,,", "start", "2026-12-01T25:00", "that exist"),
    812: ("v810,nobody,dr1,check,2026-12-01T20:00,,booked,,", "patient", "nobody", "there is no such id"),
    1200: ("v1198,p1,dr1,check,2026-12-01,,booked,,", "start", "2026-12-01", "write the time of day too"),
    1733: ("v1731,p1,dr1,check,2026-12-01T20:00,,came,,", "status", "came", "write one of booked, confirmed"),
    2048: ("v2046,p1,dr1,check,2026-12-01T20:00,half,booked,,", "minutes", "half", "write a whole number"),
    2500: ("v2,p1,dr1,check,2026-12-01T20:00,,booked,,", "external_id", "v2", "the same id stands on line 4"),
    3111: ("v3109,p1,dr77,check,2026-12-01T20:00,,booked,,", "provider", "dr77", "there is no such id"),
    4004: ("v4002,p1,dr0,check,2026-11-23T08:10,,booked,,", "start", "2026-11-23T08:10", "another visit"),
    4999: (
        "v4998,p1,dr1,check,2026-12-01T20:00,,booked,2027-01-01,",
        "booked_at",
        "2027-01-01",
        "not in the",
    ),
}
"""Line → what stands there instead, and what is to be said of it: column, value, wanted form."""


@pytest.fixture
def practice(empty: Desk) -> Desk:
    """Ten providers and 500 patients."""
    empty.load("providers", "external_id,name\n" + "".join(f"dr{n},Dr No {n}\n" for n in range(PROVIDERS)))
    empty.load("types", "external_id,name,minutes\ncheck,Check-up,20\n")
    people = (f"p{n},Maria,Lopez,617 555 {n:04},yes\n" for n in range(500))
    empty.load("patients", "external_id,first_name,last_name,phone,sms_consent\n" + "".join(people))
    return empty


def whole_schedule() -> list[str]:
    """Every provider's days full from eight on, past and to come, one visit each 20 minutes."""
    return [HEAD, *map(_line, range(VISITS))]


def _line(number: int) -> str:
    provider, turn = number % PROVIDERS, number // PROVIDERS
    day = date(2026, 11, 9) + timedelta(days=turn // A_DAY)
    hour, minute = divmod(8 * 60 + 20 * (turn % A_DAY), 60)
    status = "completed" if day < date(2026, 11, 20) else "booked"
    return f"v{number},p{number % 500},dr{provider},check,{day}T{hour:02}:{minute:02},,{status},2026-11-01,recall"


def test_five_thousand_visits_with_ten_mistakes_then_corrected_then_repeated(practice: Desk) -> None:
    lines = whole_schedule()
    wrong = list(lines)
    for number, (text, *_) in MISTAKES.items():
        wrong[number - 1] = text

    said = practice.refused("visits", "\n".join(wrong))
    for sentence, (number, (_, column, value, form)) in zip(said, MISTAKES.items(), strict=True):
        assert sentence.startswith(f'Line {number}, column {column}, value "{value}": ')
        assert form in sentence
    assert count(practice, Appointment) == 0

    began = monotonic()
    assert str(practice.load("visits", "\n".join(lines))) == "5000 visits: 5000 new, 0 changed, 0 unchanged"
    assert monotonic() - began < QUICK_ENOUGH
    assert count(practice, Appointment) == VISITS

    before = count(practice, AuditEvent)
    again = practice.load("visits", "\n".join(lines))
    assert str(again) == "5000 visits: 0 new, 0 changed, 5000 unchanged"
    assert count(practice, AuditEvent) == before


def count(practice: Desk, table: type[Base]) -> int:
    return practice.run(lambda tx: tx.session.scalar(select(func.count()).select_from(table))) or 0
