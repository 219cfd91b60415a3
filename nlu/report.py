"""The report on the trained model: how examples are read by models trained without them, topic by topic."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

BEGINS = "<!-- Written by `standby nlu report`; do not edit. -->"
ENDS = "<!-- End of the report. -->"

MOST_ROWS = 20
"""Of confusions and of sure misreadings."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An example, and what a model that had not seen it took it for. `share` is how surely, from 0 to 1."""

    text: str
    language: str
    topic: str
    read: str
    share: float

    @property
    def right(self) -> bool:
        return self.read == self.topic


def put(document: str, report: str) -> str:
    """The document with the report between its two marks. ValueError where they are missing."""
    before, begins, rest = document.partition(BEGINS)
    _old, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"the document does not hold {BEGINS} and {ENDS}")
    return f"{before}{BEGINS}\n\n{report}\n{ENDS}{after}"


def written(checked: Iterable[Checked], *, folds: int) -> str:
    """The report as Markdown. The same examples in any order give the same report."""
    rows = sorted(checked, key=lambda one: (one.topic, one.text, one.language, one.read, one.share))
    return "\n".join(
        [
            f"Each example was read once by a model trained on the others ({folds} folds).\n",
            *_table(("language", "examples", "right", "F1, mean of topics"), _overall(rows)),
            *_table(("topic", "precision", "recall", "F1", "examples"), _by_topic(rows)),
            "The most frequent confusions:\n",
            *_table(("topic", "read as", "examples", "of the topic"), _confusions(rows)),
            "The surest misreadings:\n",
            *_table(("example", "topic", "read as", "sure"), _surest(rows)),
        ]
    )


def _overall(rows: Sequence[Checked]) -> Iterable[Sequence[object]]:
    languages = sorted({one.language for one in rows})
    for name, among in [
        ("all", rows),
        *((each, [one for one in rows if one.language == each]) for each in languages),
    ]:
        scores = [_f1(among, topic) for topic in sorted({one.topic for one in among})]
        yield name, len(among), _percent(sum(one.right for one in among), len(among)), _mean(scores)


def _by_topic(rows: Sequence[Checked]) -> Iterable[Sequence[object]]:
    for topic in sorted({one.topic for one in rows}):
        hits, taken, meant = _counts(rows, topic)
        yield topic, _percent(hits, taken), _percent(hits, meant), f"{_f1(rows, topic):.3f}", meant


def _confusions(rows: Sequence[Checked]) -> Iterable[Sequence[object]]:
    meant = Counter(one.topic for one in rows)
    confused = Counter((one.topic, one.read) for one in rows if not one.right)
    for (topic, read), many in sorted(confused.items(), key=lambda each: (-each[1], each[0]))[:MOST_ROWS]:
        yield topic, read, many, _percent(many, meant[topic])


def _surest(rows: Sequence[Checked]) -> Iterable[Sequence[object]]:
    wrong = sorted((one for one in rows if not one.right), key=lambda one: (-one.share, one.text, one.topic))
    for one in wrong[:MOST_ROWS]:
        yield one.text.replace("|", "\\|"), one.topic, one.read, f"{one.share:.0%}"


def _counts(rows: Sequence[Checked], topic: str) -> tuple[int, int, int]:
    """How many of a topic were read as it, how many were read as it at all, and how many there are."""
    hits = sum(one.right for one in rows if one.topic == topic)
    return hits, sum(one.read == topic for one in rows), sum(one.topic == topic for one in rows)


def _f1(rows: Sequence[Checked], topic: str) -> float:
    hits, taken, meant = _counts(rows, topic)
    return 2 * hits / (taken + meant)


def _mean(scores: Sequence[float]) -> str:
    return f"{sum(scores) / len(scores):.3f}"


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [*(f"| {' | '.join(map(str, line))} |" for line in lines), ""]
