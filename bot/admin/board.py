"""Free slots as the board shows them: what is happening with each, in a sentence, and what to do about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinic import openings
from clinic.phrases import answer_by
from rules.states import OUTSTANDING_OFFER, OfferState, OpeningState
from storage.queries import today
from storage.queries.today import Asked, Place
from storage.tables import Clinic, Opening
from storage.transaction import Tx


class Tone(StrEnum):
    """How much a slot wants a person. In the order the board shows them."""

    NEEDS_YOU = "needs-you"  # nobody is asked, and nobody will be unless staff do something
    ASKING = "asking"
    WAITING = "waiting"  # will begin by itself


@dataclass(frozen=True, slots=True)
class Slot:
    """A free slot on the board. `until` is what its countdown counts to, and `until_what` says what that is."""

    place: Place
    asked: tuple[Asked, ...]
    tone: Tone
    headline: str
    until: datetime | None = None
    until_what: str = ""

    @property
    def outstanding(self) -> tuple[Asked, ...]:
        return tuple(each for each in self.asked if each.offer.state in OUTSTANDING_OFFER)

    @property
    def settled(self) -> tuple[Asked, ...]:
        return tuple(
            each
            for each in self.asked
            if each.offer.state not in OUTSTANDING_OFFER and not each.offer.skipped
        )

    @property
    def skipped(self) -> tuple[Asked, ...]:
        return tuple(each for each in self.asked if each.offer.skipped)


def slots(tx: Tx) -> list[Slot]:
    """The free slots of the clinic: those that need a person first, then by when they start."""
    live = openings.live(tx)
    asked = today.asked(tx.session, [opening.id for opening in live])
    clinic = tx.clinic()
    found = [
        describe(place, tuple(asked[place.opening.id]), clinic, tx.now)
        for place in today.places(tx.session, live)
    ]
    order = list(Tone)
    return sorted(found, key=lambda slot: (order.index(slot.tone), slot.place.opening.starts_at))


def describe(place: Place, asked: tuple[Asked, ...], clinic: Clinic, now: datetime) -> Slot:
    opening = place.opening
    if opening.state is OpeningState.EXPIRED:
        return Slot(place, asked, Tone.NEEDS_YOU, _given_up(opening, clinic, now))
    outstanding = [each.offer for each in asked if each.offer.state in OUTSTANDING_OFFER]
    if outstanding:
        held = [offer.held_until for offer in outstanding if offer.held_until is not None]
        return Slot(
            place, asked, Tone.ASKING, _asking(len(outstanding)), min(held, default=None), "to answer"
        )
    if opening.offer_from > now:
        return Slot(
            place, asked, Tone.WAITING, "Nobody is asked yet.", opening.offer_from, "until the first is asked"
        )
    return Slot(place, asked, Tone.NEEDS_YOU, _why_nobody(place, asked, clinic))


def _asking(people: int) -> str:
    return "1 person is being asked." if people == 1 else f"{people} people are being asked."


def _given_up(opening: Opening, clinic: Clinic, now: datetime) -> str:
    if opening.opened_at >= opening.give_up_at:
        return "It came free too late to ask anybody by itself."
    return f"Nobody took it. We stopped asking at {answer_by(opening.give_up_at, clinic.timezone, now)}."


def _why_nobody(place: Place, asked: tuple[Asked, ...], clinic: Clinic) -> str:
    if clinic.paused_at is not None:
        return "Automatic texts are paused."
    if place.provider.paused_at is not None:
        return f"Automatic offers are paused for {place.provider.name}."
    if not place.opening.automatic:
        return "Automatic offers are off for this slot."
    if any(each.offer.state is not OfferState.WITHDRAWN for each in asked):
        return "Everybody who fits has been asked."
    return "Nobody who waits fits, or may be asked now. Why not, its page says of each."
