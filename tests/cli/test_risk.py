"""`standby risk evaluate`: from a file of past visits to figures, a picture and a page."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from cli import main

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
