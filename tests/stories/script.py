"""A story file read into plain values. How one is written stands in README.md beside this file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
PARTS = {"title", "now", "clinic", "people", "story", "after"}
PERSON = {
    "visit",
    "visits",
    "waits for",
    "later visit",
    "shares phone with",
    "priority",
    "waiting since",
    "zone",
    "language",
    "agreed beforehand",
    "agreed to news",
    "agreed to calls",
    "last seen",
    "not on file",
    "no number",
}


class BadStory(Exception):
    """The story file itself is wrong; the text says where."""


@dataclass(frozen=True)
class Step:
    """One line of a story: `Tom: yes` has the head `Tom` and the text `yes`; some lines have no text."""

    number: int
    head: str
    text: str | None

    def __str__(self) -> str:
        return self.head if self.text is None else f"{self.head}: {self.text}"


@dataclass(frozen=True)
class Story:
    name: str
    title: str
    now: str
    people: Mapping[str, Mapping[str, Any]]
    steps: Sequence[Step]
    clinic: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


def all_stories() -> list[Story]:
    return [load(path) for path in sorted(FOLDER.glob("*.yml"))]


def load(path: Path) -> Story:
    """Everything stays text: in a story `yes` and `no` are words, not truth values."""
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CBaseLoader)
    _only(set(read), PARTS, f"{path.name}")
    people = {name: facts or {} for name, facts in read["people"].items()}
    for name, facts in people.items():
        _only(set(facts), PERSON, f"{path.name}, {name}")
    return Story(
        name=path.stem,
        title=read["title"],
        now=read["now"],
        people=people,
        steps=[_step(number, line, path) for number, line in enumerate(read["story"], 1)],
        clinic=read.get("clinic") or {},
        after=read.get("after") or {},
    )


def _step(number: int, line: Any, path: Path) -> Step:
    if isinstance(line, str):
        return Step(number, line, None)
    if isinstance(line, dict) and len(line) == 1:
        ((head, text),) = line.items()
        if isinstance(text, str):
            return Step(number, head, text)
    raise BadStory(f"{path.name}, step {number} is not one line of the form `who: text`: {line}")


def _only(given: set[str], known: set[str], where: str) -> None:
    if given - known:
        raise BadStory(f"{where}: unknown {sorted(given - known)}; known are {sorted(known)}")
