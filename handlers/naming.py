"""Who is meant on a family's phone: the patients of the number whom a text names."""

from collections.abc import Sequence

from handlers.turn import Turn
from nlu.names import names
from storage.tables import Patient


def named(turn: Turn) -> tuple[Patient, ...]:
    """The patients on this phone whom the text names by their first names; none where it names nobody."""
    return whom(turn.whole.text, turn.patients)


def whom(text: str, patients: Sequence[Patient]) -> tuple[Patient, ...]:
    """Those of `patients` whose first name stands in `text` as a whole word, in the order of `patients`."""
    return tuple(patient for patient in patients if names(text, patient.first_name))
