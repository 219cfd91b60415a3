"""What staff decide about an opening: whom to ask, or to book without asking; who could take it, and why not.
What the bot does with it: clinic/filling.py."""

from collections.abc import Collection
from uuid import UUID

from clinic import appointments, filling, offering, offers, openings, policies, unreached
from clinic.appointments import Booking
from clinic.audit import By, record
from clinic.offering import Chosen
from rules import matching
from rules.facts import Ranked, Span
from rules.listing import listed
from rules.openings import fits
from rules.refusals import Refusal
from rules.scoring import Score
from rules.states import LIVE_OPENING, Channel, FilledBy, OpeningState
from storage.queries import matching as loading
from storage.tables import Appointment, AppointmentType, Offer, Opening, Patient, WaitlistEntry
from storage.transaction import Tx

SHOWN_TO_STAFF = 50
"""So many candidates are put together for a page; nobody reads on."""

NO_LONGER_WAITS = "The patient does not wait for this any more."


def withdraw(tx: Tx, opening_id: UUID, by: By) -> None:
    """Staff take the opening back: nobody is to have it."""
    opening = openings.lock(tx, opening_id)
    if opening.state in LIVE_OPENING:
        filling.close(tx, opening, OpeningState.WITHDRAWN, by, phrase="offer_withdrawn")


def fill(
    tx: Tx, opening_id: UUID, by: By, *, patient_id: UUID, type_id: UUID, how: FilledBy = FilledBy.STAFF
) -> Appointment | None:
    """Staff put a patient into the slot without asking. None where it is gone, or the type does not fit."""
    opening = openings.lock(tx, opening_id)
    patient = tx.session.get_one(Patient, patient_id)  # of this clinic, or an error
    kind = openings.type_facts(tx, tx.session.get_one(AppointmentType, type_id))
    if opening.state not in LIVE_OPENING or not fits(kind, Span(opening.starts_at, opening.ends_at)):
        return None
    visit = appointments.book(tx, Booking.into(opening, patient.id, type_id), by)
    if visit is not None:
        filling.filled(tx, opening, visit, how, by)
    return visit


def offer_by_hand(
    tx: Tx, opening_id: UUID, entry_id: UUID, by: By, *, channel: Channel | None = None
) -> Offer | None:
    """Staff ask one entry now, whatever its score. None where a hard rule forbids it or the slot is gone."""
    made = offer_several(tx, [opening_id], entry_id, by, channel=channel)
    return made[0] if made else None


def offer_several(
    tx: Tx, opening_ids: Collection[UUID], entry_id: UUID, by: By, *, channel: Channel | None = None
) -> list[Offer]:
    """Staff ask one entry about several openings in one text: those that the rules allow now, as one decision, so
    that one offer is not what forbids the next. Of two at the same time the sooner stands."""
    found: list[Chosen] = []
    for opening_id in sorted(opening_ids):
        opening = openings.lock(tx, opening_id)
        ranked = _may_have(tx, opening, entry_id)
        if ranked is not None:
            found.append(Chosen(opening, ranked, offers.next_wave(tx, opening.id)))
    found.sort(key=lambda each: (each.opening.starts_at, each.opening.id))
    chosen = listed([(each, Span(each.opening.starts_at, each.opening.ends_at)) for each in found])
    if not chosen:
        return []
    for each in chosen:
        _ask_on(tx, each.opening, by)
    made = offering.make_several(tx, chosen, by, channel=channel)
    for each in chosen:
        offers.settle(tx, each.opening)
    return made


def _may_have(tx: Tx, opening: Opening, entry_id: UUID) -> Ranked | None:
    """A locked opening for an entry, with its score, if staff may offer it."""
    if opening.state not in LIVE_OPENING:
        return None
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    waiting = loading.candidate(tx.session, facts, entry_id, tx.now)
    ranked = matching.rank(waiting, facts, policies.of_opening(tx, opening), tx.now, automatic=False)
    return ranked[0] if ranked else None


def offer_now(tx: Tx, opening_id: UUID, by: By) -> None:
    """Staff want the slot offered at once: no waiting for an undo, the next in line is asked."""
    opening = openings.lock(tx, opening_id)
    if opening.state in LIVE_OPENING and opening.starts_at > tx.now:
        opening.automatic = True
        opening.offer_from = min(opening.offer_from, tx.now)
        _ask_on(tx, opening, by)
        record(tx, by, "opening.offered_now", opening)
        openings.look_at(tx, opening.id, tx.now)


def _ask_on(tx: Tx, opening: Opening, by: By) -> None:
    """An opening that was given up once: staff want it asked on, to the last."""
    if opening.state is OpeningState.EXPIRED:
        opening.state = OpeningState.OPEN
        record(tx, by, "opening.asked_on", opening, before={"state": OpeningState.EXPIRED})
        opening.give_up_at = opening.starts_at if opening.give_up_at <= tx.now else opening.give_up_at
        openings.look_at(tx, opening.id, opening.give_up_at)


def explained(tx: Tx, opening: Opening, entry_id: UUID) -> Score | str:
    """How well an opening suits an entry, with the breakdown; else the sentence that says why it is not
    offered."""
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    found = loading.candidate(tx.session, facts, entry_id, tx.now)
    if not found:
        return NO_LONGER_WAITS
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    score = matching.explain(found[0], facts, policies.of_opening(tx, opening), tx.now, automatic=False)
    if isinstance(score, Score):
        return score
    return unreached.why(tx, entry)[0] if score is Refusal.CANNOT_TEXT else score.sentence


def ranked_for_staff(tx: Tx, opening_id: UUID, *, limit: int = SHOWN_TO_STAFF) -> list[Ranked]:
    """Who could take the opening, best first, below the automatic threshold too; the first `limit`."""
    opening = tx.session.get_one(Opening, opening_id)
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    waiting = loading.candidates(tx.session, facts, tx.now)
    policy = policies.of_opening(tx, opening)
    return matching.rank(waiting, facts, policy, tx.now, automatic=False, limit=limit)


def why_not(tx: Tx, opening_id: UUID, entry_id: UUID) -> tuple[str, ...]:
    """Why an entry is not asked about an opening, in sentences for staff: what keeps everybody from being asked,
    each filter in the way, a match that is too low; and where nothing is in the way, its place in line."""
    opening = tx.session.get_one(Opening, opening_id)
    entry = tx.session.get_one(WaitlistEntry, entry_id)  # of this clinic, or an error
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    policy = policies.of_opening(tx, opening)
    waiting = loading.candidate(tx.session, facts, entry_id, tx.now)
    if not waiting:
        return (*filling.stopped(tx, opening), NO_LONGER_WAITS)
    found = matching.why_not(waiting[0], facts, policy, tx.now)
    said = tuple(each for each in found.sentences if each != Refusal.CANNOT_TEXT.sentence)
    if Refusal.CANNOT_TEXT in found.refusals:
        said = (*unreached.why(tx, entry), *said)
    if not said:
        everybody = loading.candidates(tx.session, facts, tx.now)
        place = matching.place_of(entry_id, everybody, facts, policy, tx.now)
        said = (f"Number {place} in line." if place else "Another entry matches better, and is asked first.",)
    return (*filling.stopped(tx, opening), *said)
