"""The training examples by topic, as the tests look at them."""

from functools import cache

from nlu.signals import DATA

_MARK = "    - "


@cache
def examples() -> dict[str, list[str]]:
    """Every example of data/<topic>.yml, by topic."""
    return {
        file.stem: [
            line.removeprefix(_MARK)
            for line in file.read_text(encoding="utf-8").splitlines()
            if line.startswith(_MARK)
        ]
        for file in sorted(DATA.glob("*.yml"))
    }
