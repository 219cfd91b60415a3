"""A long table of texts as one test that names each line that fails."""

import functools
import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

Test = Callable[..., None]


def line_by_line(names: str | Sequence[str], lines: Iterable[Any]) -> Callable[[Test], Test]:
    """Like `pytest.mark.parametrize`, but one test for all lines: it goes through every one of them, then fails
    with those that did, each with its own reason.

    For long tables of quick cases, of which most of the time would go into a thousand tests of one line each. What
    fixtures the test uses are made once for all lines, so it must not change them.
    """
    given = (names,) if isinstance(names, str) else tuple(names)
    table = [(line,) if isinstance(names, str) else tuple(line) for line in lines]
    assert table, "a table without a line tests nothing"

    def decorate(test: Test) -> Test:
        @functools.wraps(test)
        def every_line(**fixtures: Any) -> None:
            failed = [
                told
                for line in table
                if (told := _failure(test, dict(zip(given, line, strict=True)), fixtures))
            ]
            if failed:
                pytest.fail("\n".join((f"{len(failed)} of {len(table)} lines fail:", *failed)), pytrace=False)

        wanted = inspect.signature(test)
        fixtures = [each for name, each in wanted.parameters.items() if name not in given]
        vars(every_line)["__signature__"] = wanted.replace(parameters=fixtures)
        return every_line

    return decorate


def _failure(test: Test, line: dict[str, Any], fixtures: dict[str, Any]) -> str | None:
    """What is wrong with a line, if anything is."""
    try:
        test(**line, **fixtures)
    except (Exception, pytest.fail.Exception) as error:
        said = str(error).replace("\n", "\n      ")
        return f"  {', '.join(map(repr, line.values()))}\n      {type(error).__name__}: {said}"
    return None
