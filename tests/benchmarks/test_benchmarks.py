"""Each benchmark runs, small, and finds what it is there for. How fast it was is nobody's business here."""

import importlib

import pytest

from benchmarks import NAMES, Figure

SCALE = 0.01


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_and_gives_figures(name: str) -> None:
    benchmark = importlib.import_module(f"benchmarks.{name}")
    figures = benchmark.run(SCALE)
    assert benchmark.TITLE
    assert benchmark.METHOD
    assert all(isinstance(figure, Figure) for figure in figures)
    assert [figure.what for figure in figures if figure.value < 0] == []
    assert [figure for figure in figures if figure.goal is not None]


def test_assigned_as_a_whole_is_never_worse_than_one_by_one() -> None:
    figures = importlib.import_module("benchmarks.assignment").run(0.05)
    assert [figure.what for figure in figures if figure.unit == "" and not figure.reached] == []
