"""`standby simulate`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from cli._simulated import verdict
from rules.simulation.measures import Estimate


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulated")


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    args = ["simulate", "--quick", "--seeds", "2", "--policy", "sequential", "--json", "--page"]
    result = CliRunner().invoke(main, [*args, str(folder / "simulation.md")])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_figures_come_as_json_with_their_intervals(printed: str) -> None:
    found = json.loads(printed)
    figures = found["policies"]["sequential"]
    assert set(found["policies"]) == {"sequential"}
    assert {"fill_rate", "offers_per_fill", "yes_too_late_share", "median_minutes_to_fill"} <= set(figures)
    low, high = found["intervals"]["sequential"]["fill_rate"]
    assert low <= figures["fill_rate"] <= high


def test_the_page_has_the_fit_the_table_and_the_curves(printed: str, folder: Path) -> None:
    assert printed
    page = (folder / "simulation.md").read_text()
    assert "published 30%" in page
    assert "| yeses too late |" in page
    assert (folder / "simulation.png").read_bytes().startswith(b"\x89PNG")


def test_an_unknown_policy_is_refused() -> None:
    result = CliRunner().invoke(main, ["simulate", "--policy", "lottery"])
    assert result.exit_code == 2
    assert "sequential" in result.output


@pytest.mark.parametrize(
    ("filled", "said"),
    [
        (Estimate(0.29, 0.28, 0.30), "it fits"),
        (Estimate(0.36, 0.35, 0.37), "NO FIT"),
        (Estimate(0.36, 0.01, 0.87), "too little was played to tell whether it fits"),
        (Estimate(0.36, 0.36, 0.36), "too little was played to tell whether it fits"),
    ],
)
def test_a_few_weeks_are_no_proof_against_the_fit(filled: Estimate, said: str) -> None:
    assert verdict(filled) == said


@pytest.mark.parametrize(
    ("option", "file", "said"),
    [
        ("--plot", "/nowhere/curves.png", "There is no folder /nowhere"),
        ("--plot", "curves.jpg", "does not end in .png"),
        ("--page", "/nowhere/page.md", "There is no folder /nowhere"),
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_anything_is_played(
    option: str, file: str, said: str
) -> None:
    result = CliRunner().invoke(main, ["simulate", "--quick", "--seeds", "1", option, file])
    assert (result.exit_code, said in result.output) == (2, True)
