"""Whose entries a text is about: of whom it names, of whom was asked, else of everybody on the phone."""

from collections.abc import Sequence

from clinic import waitlist
from handlers.naming import named
from handlers.turn import Turn
from rules.states import PromptKind
from storage.tables import Offer, Patient, WaitlistEntry

ABOUT_AN_OFFER = (PromptKind.OFFER, PromptKind.CONFIRM)


def patients_meant(turn: Turn) -> Sequence[Patient]:
    """The patients a text about the waitlist speaks of."""
    spoken_of = named(turn)
    if spoken_of:
        return spoken_of
    awaited = turn.decision.awaited
    if awaited is not None and awaited.kind in ABOUT_AN_OFFER:
        offer = turn.tx.session.get_one(Offer, awaited.subject_id)
        return [patient for patient in turn.patients if patient.id == offer.patient_id]
    return turn.patients


def entries_meant(turn: Turn) -> Sequence[WaitlistEntry]:
    """What those patients wait for."""
    return waitlist.waiting_of(turn.tx, [patient.id for patient in patients_meant(turn)])
