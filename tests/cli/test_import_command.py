"""`standby import` as the person at the keyboard sees it."""

from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import Standby, last_line

PATIENTS = """external_id,first_name,last_name,phone,sms_consent,email
p1,Maria,Lopez,716 555 0101,yes,m@example.com
p2,Sam,Reed,716 555 0102,yes,
"""


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    file = tmp_path / "patients.csv"
    file.write_text(PATIENTS, encoding="utf-8")
    return file


def test_a_file_is_imported_with_a_line_that_sums_it_up(lakeside: Standby, patients: Path) -> None:
    done = lakeside("import", "patients", str(patients), "--clinic", "lakeside")
    assert done.exit_code == 0
    assert done.stdout == "2 patients: 2 new, 0 changed, 0 unchanged\n"
    assert [line for line in done.stderr.splitlines() if "wake.lost" not in line] == []  # Redis is away here


def test_a_dry_run_says_what_would_be_and_writes_nothing(lakeside: Standby, patients: Path) -> None:
    for _ in range(2):
        done = lakeside("import", "patients", str(patients), "--clinic", "lakeside", "--dry-run")
        assert done.stdout == "Nothing written, only tried: 2 patients: 2 new, 0 changed, 0 unchanged\n"


def test_what_was_imported_is_known_to_the_planner(
    lakeside: Standby, database_url: str, patients: Path
) -> None:
    lakeside("import", "patients", str(patients), "--clinic", "lakeside")
    assert known_of_patients(database_url) == 2


def test_what_was_only_tried_is_not_told_to_the_planner(
    lakeside: Standby, database_url: str, patients: Path
) -> None:
    before = known_of_patients(database_url)
    lakeside("import", "patients", str(patients), "--clinic", "lakeside", "--dry-run")
    assert known_of_patients(database_url) == before


def known_of_patients(database_url: str) -> float:
    """How many the planner takes them for."""
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        counted = connection.execute("SELECT reltuples FROM pg_class WHERE relname = 'patient'").fetchone()
    assert counted
    return float(counted[0])


def test_every_mistake_in_a_file_is_told_and_nothing_taken(lakeside: Standby, patients: Path) -> None:
    patients.write_text(
        PATIENTS.replace("716 555 0101", "12").replace("yes,\n", "maybe,\n"), encoding="utf-8"
    )
    done = lakeside("import", "patients", str(patients), "--clinic", "lakeside")
    assert done.stderr.splitlines() == [
        'Line 2, column phone, value "12": write one number with its area code, such as 716 555 0142, '
        "or with its country, such as +44 20 7946 0018.",
        'Line 3, column sms_consent, value "maybe": write yes or no.',
        "Error: Nothing was imported: 2 mistakes to be corrected.",
    ]
    assert done.exit_code == 1
    assert done.stdout == ""


def test_of_very_many_mistakes_the_first_are_told(lakeside: Standby, patients: Path) -> None:
    head = PATIENTS.splitlines()[0]
    patients.write_text("\n".join([head, *(f"p{n},A,B,12,yes," for n in range(60))]), encoding="utf-8")
    lines = lakeside("import", "patients", str(patients), "--clinic", "lakeside").stderr.splitlines()
    assert len(lines) == 52
    assert lines[-2] == "… and 10 more."


def test_a_file_that_is_no_csv_is_refused(lakeside: Standby, patients: Path) -> None:
    patients.write_text(PATIENTS.replace(",", ";"), encoding="utf-8")
    said = last_line(lakeside("import", "patients", str(patients), "--clinic", "lakeside"))
    assert said == "Error: The columns are separated by semicolons: save the file with commas."


def test_visits_left_out_are_named(lakeside: Standby, patients: Path, tmp_path: Path) -> None:
    files = {
        "providers": "external_id,name\nlee,Dr Lee\n",
        "types": "external_id,name,minutes\ncheck,Check-up,30\n",
        "visits": "external_id,patient,provider,type,start,status\n"
        "v1,p1,lee,check,2026-12-01T15:00,booked\nv2,p2,lee,check,2026-12-01T15:15,booked\n",
    }
    for kind, content in files.items():
        (tmp_path / f"{kind}.csv").write_text(content, encoding="utf-8")
    for kind in ("providers", "types", "patients"):
        lakeside("import", kind, f"{kind}.csv", "--clinic", "lakeside")
    done = lakeside("import", "visits", "visits.csv", "--clinic", "lakeside", "--skip-conflicts")
    assert done.stdout == "2 visits: 1 new, 0 changed, 0 unchanged, 1 left out\n"
    assert (
        'Line 3, column start, value "2026-12-01T15:15": the provider has another visit at that time, on line 2.'
        in done.stderr
    )


def test_conflicts_are_left_out_of_visits_only(lakeside: Standby, patients: Path) -> None:
    done = lakeside("import", "patients", str(patients), "--clinic", "lakeside", "--skip-conflicts")
    assert done.exit_code == 2
    assert "--skip-conflicts is for visits only." in done.stderr
