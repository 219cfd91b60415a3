"""`standby risk`: from a file of past visits to figures, a picture and a page; and a clinic's own file."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cli import _histories, main
from rules.no_show.visits import Visit
from tests.cli.conftest import Standby

FIRST = date(2026, 1, 5)
HEAD = "patient,start,booked_at,status,age,sex"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve visits a day, for a hundred days; who books long ahead often does not come. One was cancelled."""
    chance, lines = np.random.default_rng(3), [HEAD]
    for number in range(1200):
        start = datetime.combine(FIRST, datetime.min.time()) + timedelta(
            days=number // 12, hours=8 + number % 9
        )
        lead = int(chance.choice([0, 5, 25]))
        status = "no_show" if chance.random() < 0.05 + 0.015 * lead else "completed"
        booked = start - timedelta(days=lead, hours=1)
        lines.append(
            f"p{number % 300},{start:%Y-%m-%dT%H:%M},{booked:%Y-%m-%dT%H:%M},{status},{number % 80},F"
        )
    lines.append("p1,2026-04-10T09:00,2026-04-01T09:00,cancelled,,")
    file = tmp_path_factory.mktemp("history") / "visits.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def judged(history: Path) -> dict[str, object]:
    page = history.with_name("card.md")
    result = evaluate(history, "--split", "2026-03-20", "--json", "--page", str(page))
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def evaluate(file: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["risk", "evaluate", "--history", str(file), *args])


def test_the_figures_stand_beside_those_of_the_rule_of_thumb(judged: dict[str, object]) -> None:
    assert {"auc", "auc_not_same_day", "brier", "calibration", "groups"} <= set(judged)
    assert set(judged["baseline"]) == {"auc", "auc_not_same_day", "brier"}  # type: ignore[call-overload]


def test_every_visit_that_ended_is_trained_on_or_judged(judged: dict[str, object]) -> None:
    assert judged["split"] == "2026-03-20"
    assert (judged["trained_on"], judged["judged_on"]) == (74 * 12, 26 * 12)


def test_the_card_has_the_table_and_the_picture(judged: dict[str, object], history: Path) -> None:
    assert judged
    card = history.with_name("card.md").read_text(encoding="utf-8")
    assert "| sex: F |" in card
    assert "| rule of thumb |" in card
    assert history.with_name("card.png").read_bytes().startswith(b"\x89PNG")


def test_the_public_file_is_read_too(tmp_path: Path) -> None:
    lines = ["PatientId,AppointmentID,Gender,ScheduledDay,AppointmentDay,Age,SMS_received,No_show"]
    for number in range(200):
        day = FIRST + timedelta(days=number // 10)
        ended = "Yes" if number % 4 == 0 else "No"
        lines.append(f"{number % 50},{number},F,{day - timedelta(days=3)} 09:00:00,{day},44,0,{ended}")
    file = tmp_path / "public.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = evaluate(file)
    assert result.exit_code == 0, result.output
    assert "Trained on 160 visits before 2026-01-21" in result.stdout


KEPT = "p1,2026-01-05T09:00,2026-01-01T09:00,completed,,"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        pytest.param(["patient,start", "p1,2026-01-05T09:00"], "no column booked_at, status", id="no column"),
        pytest.param([HEAD, KEPT.replace("2026-01-05T09:00", "soon")], "Line 2 cannot be read", id="no time"),
        pytest.param([HEAD, KEPT.replace("completed", "lost")], "Line 2 cannot be read", id="no status"),
        pytest.param([HEAD], "no visits", id="empty"),
        pytest.param([HEAD, KEPT], "visits that were missed", id="too few"),
    ],
)
def test_a_file_that_says_too_little_is_refused_with_a_sentence(
    tmp_path: Path, lines: list[str], sentence: str
) -> None:
    file = tmp_path / "visits.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = evaluate(file)
    assert result.exit_code == 1
    assert sentence in result.output


FILES = {
    "providers": "external_id,name\nlee,Dr Lee\n",
    "types": "external_id,name,minutes\ncheck-up,Check-up,30\n",
    "patients": "external_id,first_name,last_name,phone,birth_date,language,sms_consent,sex,travel_minutes\n"
    "p1,Maria,Lopez,7165550111,1980-06-01,es,yes,F,25\n",
    "visits": "external_id,patient,provider,type,start,status,booked_at\n"
    "v1,p1,lee,check-up,2026-03-02T09:30,no_show,2026-02-20T16:40\n"
    "v2,p1,lee,check-up,2026-03-09T09:30,completed,2026-03-02T11:00\n"
    "v3,p1,lee,check-up,2026-03-16T09:30,cancelled,2026-03-10T11:00\n",
}


@pytest.fixture
def exported(lakeside: Standby, tmp_path: Path) -> Path:
    for kind, rows in FILES.items():
        (tmp_path / f"{kind}.csv").write_text(rows, encoding="utf-8")
        done = lakeside("import", kind, str(tmp_path / f"{kind}.csv"), "--clinic", "lakeside")
        assert done.exit_code == 0, done.output
    result = lakeside("risk", "export", "--clinic", "lakeside", "--into", str(tmp_path / "past.csv"))
    assert result.exit_code == 0, result.output
    return tmp_path / "past.csv"


def test_an_export_reads_as_the_visits_that_are_over(exported: Path) -> None:
    later, first = _histories.read(exported)
    assert first == Visit(
        patient=first.patient,
        day=date(2026, 3, 2),
        hour=9.5,
        booked_on=date(2026, 2, 20),
        booked_hour=16 + 40 / 60,
        missed=True,
        confirmed=False,
        age=45,
        travel_minutes=25,
        sex="F",
        language="es",
    )
    assert (later.patient, later.missed) == (first.patient, False)


def test_an_export_has_no_name_and_no_number(exported: Path) -> None:
    written = exported.read_text(encoding="utf-8")
    assert not [each for each in ("Maria", "Lopez", "5550111", "p1") if each in written]
