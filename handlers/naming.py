"""What a text calls by name: the patients of a family's phone, and the types of visit there are."""

from collections.abc import Sequence

from sqlalchemy import select

from handlers.turn import Turn
from nlu.names import names, names_type
from storage.tables import AppointmentType, Patient


def named(turn: Turn) -> tuple[Patient, ...]:
    """The patients on this phone whom the text names by their first names; none where it names nobody."""
    return whom(turn.whole.text, turn.patients)


def whom(text: str, patients: Sequence[Patient]) -> tuple[Patient, ...]:
    """Those of `patients` whose first name stands in `text` as a whole word, in the order of `patients`."""
    return tuple(patient for patient in patients if names(text, patient.first_name))


def named_type(turn: Turn) -> AppointmentType | None:
    """The type of visit the text names ("a flu shot"); None where it names none, or several. "A yearly physical"
    is not also a "Physical"."""
    offered = turn.tx.session.scalars(select(AppointmentType).where(AppointmentType.withdrawn_at.is_(None)))
    found = [kind for kind in offered if names_type(turn.whole.text, kind.name)]
    longest = [
        kind
        for kind in found
        if not any(kind is not one and names_type(one.name, kind.name) for one in found)
    ]
    return longest[0] if len(longest) == 1 else None
