"""All that reading a text needs, loaded before the first patient waits for it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from nlu.reading import read
from nlu.understanding import Intent, Ranked

TEXTS = (
    "Could I come in on Friday at 3pm with Dr Lee instead? My kid is sick",
    "Sí, mañana a las 3 está bien, gracias",
    "Könnte ich bitte einen früheren Termin haben",
)
"""In our languages and in another: one text more asks for nothing that is not loaded by then."""
ZONE = ZoneInfo("America/New_York")
A_MONDAY = datetime(2026, 1, 5, 12, tzinfo=ZONE)


class _AnyIntent:
    """Stands in for the model where nobody acts on what is read."""

    def parse(self, _text: str) -> Ranked:
        return Ranked(((Intent.STATUS, 1.0),))


def load() -> None:
    """Load the word lists, compile their patterns and read the examples: more than a second of processor time."""
    for text in TEXTS:
        read(text, _AnyIntent(), now=A_MONDAY, zone=ZONE)
