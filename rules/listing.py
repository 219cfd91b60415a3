"""Several openings in one text: which of them, so that no two are at the same time."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from rules.facts import Span

MOST_LISTED = 3
"""So many openings go into one text of their own accord: with more it would be no quick read any more."""

Key = TypeVar("Key")


def listed(
    wanted: Sequence[tuple[Key, Span]], *, beside: Collection[Span] = (), most: int | None = None
) -> list[Key]:
    """Of openings in the order in which they are wanted, those that go into one text: none that overlaps one
    wanted more, or one that is in the text already (`beside`); `most` counts those too."""
    chosen: list[Key] = []
    taken = list(beside)
    for key, span in wanted:
        if most is not None and len(taken) >= most:
            break
        if not any(span.overlaps(other) for other in taken):
            chosen.append(key)
            taken.append(span)
    return chosen
