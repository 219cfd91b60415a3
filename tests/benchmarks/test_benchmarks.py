"""Each benchmark runs, small, and finds what it is there for. How fast it was is nobody's business here."""

import importlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, text

from benchmarks import NAMES, Figure
from benchmarks.database import empty_store

SCALE = 0.01


@pytest.fixture(autouse=True)
def _on_the_tests_server(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What needs tables only makes them there: a server of its own costs as much as the rest of it."""
    monkeypatch.setenv("DATABASE_URL", postgres_url)


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


def test_a_benchmark_leaves_nothing_on_a_server_that_was_given(postgres_url: str) -> None:
    with empty_store("bench_nothing", lambda: datetime.now(UTC)) as store, store.unscoped() as session:
        here = session.scalar(text("SELECT current_database()"))
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        left = connection.scalars(text("SELECT datname FROM pg_database")).all()
    engine.dispose()
    assert (here, "bench_nothing" in left) == ("bench_nothing", False)
