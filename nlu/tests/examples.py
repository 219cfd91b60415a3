"""The training examples by topic, as the tests look at them."""

from collections import defaultdict
from functools import cache

from nlu.signals import DATA

LANGUAGES = ("en", "es")
_MARK = "    - "


@cache
def examples(language: str = "en") -> dict[str, list[str]]:
    """Every example of one language, by topic."""
    folder = DATA if language == "en" else DATA / language
    return {
        file.stem: [
            line.removeprefix(_MARK)
            for line in file.read_text(encoding="utf-8").splitlines()
            if line.startswith(_MARK)
        ]
        for file in sorted(folder.glob("*.yml"))
    }


def every_example() -> dict[str, list[str]]:
    """The examples of all languages together, by topic."""
    found: dict[str, list[str]] = defaultdict(list)
    for language in LANGUAGES:
        for topic, told in examples(language).items():
            found[topic] += told
    return found
