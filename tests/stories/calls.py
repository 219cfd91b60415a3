"""The phones of a story as they ring: who picks up, what is heard, and which keys are pressed."""

from collections import Counter
from typing import Any

from bot.demo.carrier.calls import PicksUp, heard
from tests.system import System

INSTEAD = {
    "does not pick up": PicksUp.NOBODY,
    "is on the phone": PicksUp.BUSY,
    "lets the voicemail answer": PicksUp.MACHINE,
    "picks up again": PicksUp.PERSON,
}
"""What happens when a phone rings from now on; a person picks up unless a story says otherwise."""


class Calls:
    """`unnamed` holds what was said to a phone and that no line of the story has named yet."""

    def __init__(self, system: System) -> None:
        self._carrier = system.carrier
        self._heard = Counter[str]()
        self.unnamed: dict[str, list[str]] = {}

    def listen(self, phone: str) -> None:
        """Collect what calls to this phone have said since the last look."""
        for call in self._carrier.calls(phone):
            fresh = call["said"][self._heard[call["sid"]] :]
            self._heard[call["sid"]] += len(fresh)
            self.unnamed.setdefault(phone, []).extend(heard(each) for each in fresh)

    def rings(self, phone: str, what: str) -> None:
        """What happens when this phone rings, in the words of a story."""
        self._carrier.picks_up(phone, INSTEAD[what])

    def press(self, phone: str, key: str) -> dict[str, Any]:
        """A key, in the last call to this phone. Raises ValueError where none is waited for."""
        calls = self._carrier.calls(phone)
        if not calls:
            raise ValueError("the phone has not rung")
        return self._carrier.press(calls[-1]["sid"], key)
