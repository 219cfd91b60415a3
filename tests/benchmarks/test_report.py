"""Figures, their goals, and the three ways in which they are told."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from benchmarks import NAMES, Figure, Goal
from benchmarks.report import Machine, Measured, amount, as_json, document, table
from cli import bench, main

SLOWER = Figure(
    what="texts taken in",
    value=60.0,
    unit="/s",
    goal=Goal("≥", 0.75, of="ratio"),
    beside=120.0,
    beside_what="bare",
)
QUICK = Figure(what="p99", value=12.345, unit="ms", goal=Goal("<", 100), beside=24.69, beside_what="bare")
ALONE = Figure(what="processor time", value=2.0, unit="ms")
MEASURED = Measured("webhook", "Webhook", "By hand.", [SLOWER, QUICK, ALONE])
QUIET = Machine("2026-11-29 12:00 UTC", "Linux x86_64", 2, 24, 0.1, {"Python": "3.11.7"})


@pytest.mark.parametrize(
    ("figure", "ratio", "reached"),
    [(SLOWER, 0.5, False), (QUICK, 2.0, True), (ALONE, None, None)],
    ids=["more is better", "less is better", "no goal"],
)
def test_the_ratio_says_how_many_times_better(
    figure: Figure, ratio: float | None, reached: bool | None
) -> None:
    assert (figure.ratio, figure.reached) == (pytest.approx(ratio), reached)


def test_a_goal_below_is_missed_where_it_is_just_met() -> None:
    assert not Goal("<", 100).holds(100)
    assert Goal("≥", 80).holds(80)


@pytest.mark.parametrize(
    ("value", "unit", "said"), [(1234.5, "/s", "1,234 /s"), (12.345, "ms", "12.3 ms"), (0.5, "", "0.50")]
)
def test_amounts_have_three_figures(value: float, unit: str, said: str) -> None:
    assert amount(value, unit) == said


def test_the_table_has_a_line_a_figure() -> None:
    title, header, *lines = table(MEASURED).splitlines()
    assert title == "Webhook"
    assert header.split() == ["what", "measured", "goal", "beside", "it", "ratio"]
    assert lines[0].split("  ")[-1].strip() == "missed"
    assert [line.split()[0] for line in lines if line] == ["texts", "p99", "processor"]


def test_json_says_whether_each_goal_was_reached() -> None:
    told = json.loads(json.dumps(as_json(QUIET, [MEASURED])))
    assert told["machine"]["cores"] == 2
    [webhook] = told["benchmarks"]
    assert webhook["name"] == "webhook"
    assert webhook["figures"][0] == {
        "what": "texts taken in",
        "value": 60.0,
        "unit": "/s",
        "goal": "≥ 0.75 ×",
        "beside": 120.0,
        "beside_what": "bare",
        "ratio": 0.5,
        "reached": False,
    }


def test_the_document_tells_where_it_was_measured_and_how() -> None:
    text = document(QUIET, [MEASURED])
    assert "2026-11-29 12:00 UTC" in text
    assert "## Webhook\n\nBy hand.\n" in text
    assert "| p99 | 12.3 ms | < 100 | 24.7 ms bare | 2.00 | reached |" in text


def test_the_document_says_where_the_machine_was_busy_with_other_things() -> None:
    busy = Machine("2026-11-29 12:00 UTC", "Linux x86_64", 2, 24, 16.0, {})
    assert "decides a goal" in document(busy, [])
    assert "decides a goal" not in document(QUIET, [])


def test_the_command_lists_what_there_is() -> None:
    listed = standby_bench("--list").output.splitlines()
    assert [line.split()[0] for line in listed] == list(NAMES)


def test_the_command_runs_one_and_prints_its_table() -> None:
    assert "Rank everybody who waits" in standby_bench("ranking", "--scale", "0.01").stdout


def test_the_command_speaks_json() -> None:
    told = json.loads(standby_bench("ranking", "--scale", "0.01", "--json").stdout)
    assert [each["name"] for each in told["benchmarks"]] == ["ranking"]


def test_the_document_is_written_for_all_of_them_only() -> None:
    assert standby_bench("ranking", "--write").exit_code == click.UsageError.exit_code


def test_the_document_is_written_where_it_belongs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bench, "INTO", tmp_path / "performance.md")
    monkeypatch.setattr(bench, "NAMES", ("ranking",))
    assert standby_bench("--write", "--scale", "0.01").exit_code == 0
    assert (tmp_path / "performance.md").read_text().startswith("# Performance")


def standby_bench(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["bench", *arguments])
