"""`standby simulate`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main


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
