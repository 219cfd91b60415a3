"""Each benchmark runs, small, and says what `standby bench` prints."""

import pytest

from benchmarks import assignment, ranking

MODULES = [ranking, assignment]


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.__name__)
def test_a_benchmark_gives_rows_with_something_beside(module: object) -> None:
    rows = module.run(scale=0.02)  # type: ignore[attr-defined]
    assert module.TITLE  # type: ignore[attr-defined]
    assert rows
    for row in rows:
        assert set(row) == {"what", "value", "unit", "goal", "beside", "ratio"}
    for row in rows:
        assert row["goal"] != "≥ greedy" or row["value"] >= row["beside"]
