"""A table that is one test is no worse at finding a line that fails than a test a line."""

from collections.abc import Callable

import pytest

from nlu.tests.lines import line_by_line


def failure(test: Callable[..., None], **fixtures: object) -> str:
    with pytest.raises(pytest.fail.Exception) as failed:
        test(**fixtures)
    return str(failed.value)


def test_every_line_that_fails_is_named_with_its_reason() -> None:
    @line_by_line("number", [1, 2, 3, 4])
    def odd(number: int) -> None:
        assert number % 2 == 1

    said = failure(odd)
    assert said.startswith("2 of 4 lines fail:")
    assert [line.strip() for line in said.splitlines()[1:] if line.strip() in {"1", "2", "3", "4"}] == [
        "2",
        "4",
    ]
    assert "AssertionError: assert (4 % 2) == 1" in said


def test_a_line_of_several_values_is_named_with_all_of_them() -> None:
    @line_by_line(("text", "label"), {"yes": "accept", "no": "accept"}.items())
    def read(text: str, label: str) -> None:
        assert (text == "yes") == (label == "accept")

    assert "  'no', 'accept'\n" in failure(read)


@pytest.mark.parametrize(
    "error", [ValueError("too odd"), pytest.fail.Exception("too odd")], ids=["error", "fail"]
)
def test_a_line_that_raises_does_not_hide_the_others(error: BaseException) -> None:
    @line_by_line("number", [1, 2])
    def raises(number: int) -> None:
        del number
        raise error

    assert failure(raises).count("too odd") == 2


@line_by_line("word", ["one", "two"])
def test_what_is_no_column_is_a_fixture(word: str, request: pytest.FixtureRequest) -> None:
    assert (word in {"one", "two"}, request.node.name) == (True, "test_what_is_no_column_is_a_fixture")


def test_a_table_without_lines_is_refused() -> None:
    with pytest.raises(AssertionError, match="without a line"):
        line_by_line("text", [])
