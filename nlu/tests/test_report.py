"""The report on the model: what it counts, that it is stable, and that the real pipeline writes it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.nlu import command
from nlu.report import BEGINS, ENDS, Checked, put, written
from nlu.tests.shared import tiny_data

DOCUMENT = f"# Before\n\n{BEGINS}\nold\n{ENDS}\n\nAfter\n"

CHECKED = [
    Checked("yes", "en", "accept", "accept", 0.9),
    Checked("sure", "en", "accept", "accept", 0.8),
    Checked("ok, thanks | bye", "en", "accept", "thanks", 0.7),
    Checked("gracias", "es", "thanks", "thanks", 0.9),
    Checked("vale", "es", "accept", "thanks", 0.6),
]


@pytest.mark.parametrize(
    "line",
    [
        "| all | 5 | 60.0% | 0.583 |",
        "| en | 3 | 66.7% | 0.800 |",
        "| es | 2 | 50.0% | 0.333 |",
        "| accept | 100.0% | 50.0% | 0.667 | 4 |",
        "| thanks | 33.3% | 100.0% | 0.500 | 1 |",
        "| accept | thanks | 2 | 50.0% |",
        "| ok, thanks \\| bye | accept | thanks | 70% |",
    ],
)
def test_the_report_counts(line: str) -> None:
    assert line in written(CHECKED, folds=2).splitlines()


def test_the_surest_misreading_comes_first() -> None:
    report = written(CHECKED, folds=2)
    assert report.index("ok, thanks") < report.index("vale")


def test_the_order_of_the_examples_changes_nothing() -> None:
    assert written(reversed(CHECKED), folds=2) == written(CHECKED, folds=2)


def test_only_what_is_between_the_marks_is_replaced() -> None:
    assert put(DOCUMENT, "new") == f"# Before\n\n{BEGINS}\n\nnew\n{ENDS}\n\nAfter\n"


@pytest.mark.parametrize("document", ["", BEGINS, ENDS, f"{ENDS} {BEGINS}"])
def test_a_document_without_the_marks_is_left_alone(document: str) -> None:
    with pytest.raises(ValueError, match="does not hold"):
        put(document, "new")


def test_the_real_pipeline_writes_the_same_report_twice(tmp_path: Path) -> None:
    data, document = tiny_data(tmp_path / "data"), tmp_path / "document.md"
    reports = set()
    for _ in range(2):
        document.write_text(DOCUMENT)
        options = ["--folds", "2", "--data", str(data), "--into", str(document)]
        assert CliRunner().invoke(command, ["report", *options]).exit_code == 0
        reports.add(document.read_text())
    assert (len(reports), "| es | 4 |" in reports.pop()) == (1, True)
