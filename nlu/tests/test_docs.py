"""What the documentation shows is what is there."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["emergencies.yml", "es/emergencies.yml"])
def test_the_docs_show_the_reviewed_list_of_emergencies_as_it_is(name: str) -> None:
    listed = (ROOT / "nlu" / "lists" / name).read_text(encoding="utf-8")
    assert listed in (ROOT / "docs" / "nlu.md").read_text(encoding="utf-8")
