"""What the documentation shows is what is there."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_docs_show_the_reviewed_list_of_emergencies_as_it_is() -> None:
    listed = (ROOT / "nlu" / "lists" / "emergencies.yml").read_text(encoding="utf-8")
    assert listed in (ROOT / "docs" / "nlu.md").read_text(encoding="utf-8")
