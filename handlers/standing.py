"""Where they stand: coming visits, what is being offered, the place in line and an honest wait."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from clinic import appointments, consent, messages, offer_words, phrases, standing, waitlist
from clinic.phrases import Words, part
from handlers.turn import Turn, local_now
from rules.states import AppointmentState, OfferState
from storage.tables import Offer, Opening, Patient, Provider, WaitlistEntry

MOST_LINES = 8
"""A family may have many; nobody reads on for ever."""


def tell(turn: Turn, patients: Sequence[Patient]) -> None:
    """Everything about these patients, in one text."""
    lines = [line for patient in patients for line in _about(turn, patient)]
    if consent.no_offers(turn.tx, turn.conversation.address):
        lines.append(part("status_no_offers"))
    for line in lines[:MOST_LINES]:
        messages.say(turn.tx, turn.conversation, "status", {"line": line})


def _about(turn: Turn, patient: Patient) -> Iterator[Words]:
    visits = appointments.coming(turn.tx, [patient.id])
    entries = waitlist.waiting_of(turn.tx, [patient.id])
    for visit in visits:
        words = appointments.words(turn.tx, visit) | {"who": _who(turn, patient)}
        requested = visit.state is AppointmentState.REQUESTED
        yield part("status_requested", **words) if requested else part("status_booked", **words)
    for entry in entries:
        yield from _offers(turn, entry)
        yield place(turn, entry)
    if not visits and not entries:
        yield part("status_nothing", name=patient.first_name)


def _offers(turn: Turn, entry: WaitlistEntry) -> Iterator[Words]:
    """What is out for them, and how to answer it."""
    rows = turn.tx.session.execute(
        select(Offer, Opening)
        .join(Opening, Opening.id == Offer.opening_id)
        .where(Offer.entry_id == entry.id, Offer.state == OfferState.OPEN)
        .order_by(Opening.starts_at)
    )
    for offer, opening in rows:
        yield part("status_offered", **offer_words.words(turn.tx, offer, opening))


def place(turn: Turn, entry: WaitlistEntry) -> Words:
    """ "You're 3rd in line for Dr Lee; about 9 days at the usual pace.", or until when offers are paused."""
    who = _who(turn, turn.tx.session.get_one(Patient, entry.patient_id))
    if entry.paused_until is not None and entry.paused_until > local_now(turn).date():
        return part("status_paused", who=who, day=phrases.calendar(entry.paused_until))
    stands = standing.of(turn.tx, entry)
    provider = turn.tx.session.get(Provider, stands.provider_id) if stands.provider_id else None
    whom = part("status_whom", provider=provider.name) if provider else ""
    values = {"who": who, "place": phrases.ordinal(stands.place), "whom": whom}
    if stands.days is None:
        return part("status_place_only", **values)
    days = part("status_a_day") if stands.days == 1 else part("status_days", count=stands.days)
    return part("status_place", **values, days=days)


def _who(turn: Turn, patient: Patient) -> Words:
    """Alone on the phone they are spoken to; of a family each is named."""
    if len(turn.patients) == 1:
        return part("status_you")
    return part("status_they", name=patient.first_name)
