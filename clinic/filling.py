"""Filling an opening: ask the next in line, give up, or let staff decide. `work` is what due rows call."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import (
    appointments,
    beforehand,
    chances,
    learning,
    offering,
    offers,
    openings,
    policies,
    together,
)
from clinic.appointments import Booking
from clinic.audit import BOT, By, record
from rules import dispatch, matching
from rules.facts import OpeningFacts, Ranked, Span
from rules.openings import fits, subtract
from rules.policy import Policy
from rules.scoring import Score
from rules.states import (
    ACTIVE_APPOINTMENT,
    ANSWERABLE_OFFER,
    LIVE_OPENING,
    OUTSTANDING_OFFER,
    Channel,
    DueKind,
    FilledBy,
    FreedBy,
    OfferState,
    OpeningState,
)
from storage.queries import matching as loading
from storage.queries.due import set_done
from storage.tables import Appointment, AppointmentType, Offer, Opening, Patient, Provider, WaitlistEntry
from storage.transaction import Tx

SHOWN_TO_STAFF = 50
"""So many candidates are put together for a page; nobody reads on."""

ASKED_AT_MOST = 50
"""No wave is larger (`Policy.batch_size`), so no more candidates are put together for one."""


def work(tx: Tx, opening_id: UUID) -> datetime | None:
    """Take the next step with an opening: let holds lapse, ask the next in line, give up.

    Gives when to look again; None when there is nothing more to do. May run at any time and any number of
    times: the step is worked out from what the rows say.
    """
    opening = openings.lock(tx, opening_id)
    if opening.state is OpeningState.FILLED:
        beforehand.see_that_they_heard(tx, opening)
    if opening.state not in (OpeningState.OPEN, OpeningState.OFFERING):
        return None
    if opening.offer_from > tx.now:
        return opening.offer_from
    beside = together.others(tx, opening)  # before any entry is locked
    offers.end_undelivered(tx, opening)
    offers.end_unwanted(tx, opening)
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    policy = policies.of_opening(tx, opening)
    response = learning.current(tx)
    ranked = chances.of_line(tx, opening, _candidates(tx, opening, facts, policy, beside), response)
    asked = chances.of_offers(tx, opening, offers.with_priority(tx, opening.id), response)
    step = dispatch.step(facts, asked, ranked, policy, tx.now, response=response)
    for offer_id in step.lapse:
        offers.lapse(tx, offer_id)
    chosen = set(step.ask)
    tell_from = _ask(tx, opening, [each for each in ranked if each.entry_id in chosen], policy)
    if opening.filled_at is not None:
        return None
    offers.settle(tx, opening)
    if step.give_up:
        opening.state = OpeningState.EXPIRED
        record(tx, BOT, "opening.given_up", opening)
    return min(filter(None, (step.look_again_at, tell_from)), default=None)


def _ask(tx: Tx, opening: Opening, chosen: Sequence[Ranked], policy: Policy) -> datetime | None:
    """Ask those whose turn it is, best first. Who agreed beforehand is booked at once, but never over the head of
    somebody who is being asked, nor at night: gives when they can be told, if that is later."""
    wave = offers.next_wave(tx, opening.id)
    for candidate in chosen:
        entry = tx.session.get_one(WaitlistEntry, candidate.entry_id)
        if beforehand.applies(tx, opening, entry, policy):
            asked = any(offer.state in OUTSTANDING_OFFER for offer in offers.of_opening(tx, opening.id))
            tell_from = beforehand.may_tell_from(tx, entry)
            if asked or (tell_from is not None and tx.now < tell_from < opening.give_up_at):
                return None if asked else tell_from
            won = beforehand.book(tx, opening, candidate) if tell_from == tx.now else None
            if won is not None:
                visit = tx.session.get_one(Appointment, won.appointment_id)
                filled(tx, opening, visit, FilledBy.WAITLIST, BOT, winner=won)
                return None
        offering.make(tx, opening, candidate, wave=wave)
    return None


def _candidates(
    tx: Tx, opening: Opening, facts: OpeningFacts, policy: Policy, beside: Sequence[Opening]
) -> list[Ranked]:
    """The line for an opening, with an eye to those that are filled at the same time."""
    if _stopped(tx, opening):
        return []
    if beside:
        return together.line(tx, facts, beside, policy, ASKED_AT_MOST)
    waiting = loading.candidates(tx.session, facts, tx.now)
    return matching.rank(waiting, facts, policy, tx.now, limit=ASKED_AT_MOST)


def close(
    tx: Tx, opening: Opening, state: OpeningState, by: By, *, winner: Offer | None = None, phrase: str
) -> None:
    """End an opening: everybody else who was asked is told, and keeps their place. A family that shares the
    winner's phone has the confirmation on it, and needs no second text."""
    before = {"state": opening.state}
    opening.state = state
    for offer in offers.of_opening(tx, opening.id):
        if offer is not winner and offer.state in (OfferState.QUEUED, *ANSWERABLE_OFFER):
            elsewhere = winner is None or offer.conversation_id != winner.conversation_id
            offers.close(tx, offer, opening, phrase, tell=elsewhere)
    set_done(tx.session, DueKind.OPENING, opening.id, tx.now)
    record(tx, by, f"opening.{state}", opening, before=before, after={"state": state})


def filled(
    tx: Tx, opening: Opening, visit: Appointment, how: FilledBy, by: By, *, winner: Offer | None = None
) -> None:
    """Somebody has the slot: the others are told, and what the visit leaves of it is a new opening."""
    opening.filled_by, opening.filled_at, opening.appointment_id = how, tx.now, visit.id
    phrase = "offer_taken" if how is FilledBy.WAITLIST else "offer_withdrawn"
    close(tx, opening, OpeningState.FILLED, by, winner=winner, phrase=phrase)
    tx.session.flush()
    kind = tx.session.get_one(AppointmentType, visit.type_id)
    until = min(visit.ends_at + timedelta(minutes=kind.buffer_minutes), opening.ends_at)
    openings.keep_remainder(tx, opening, Span(visit.starts_at, until))


def open_again(tx: Tx, opening: Opening, visit: Appointment, why: FreedBy, by: By) -> Opening | None:
    """The visit that filled a locked opening is no more: its time is free again, and with it what it had left
    over, but for what of that was taken, or is being offered, meanwhile."""
    before = {"state": opening.state}
    opening.state = OpeningState.WITHDRAWN  # it was never filled after all
    record(tx, by, "opening.withdrawn", opening, before=before, after={"state": opening.state})
    tx.session.flush()
    whole = Span(opening.starts_at, opening.ends_at)
    taken = _taken(tx, opening.provider_id, whole)
    for rest in openings.lock_over(tx, [opening.provider_id], whole):
        if offers.of_opening(tx, rest.id):
            taken.append(Span(rest.starts_at, rest.ends_at))
        else:
            close(tx, rest, OpeningState.WITHDRAWN, by, phrase="offer_withdrawn")
    tx.session.flush()
    pieces = (piece for piece in subtract(whole, taken) if piece.start <= visit.starts_at < piece.end)
    span = next(pieces, None)
    return openings.open_slot(tx, replace(openings.freed_visit(visit, why), span=span), by) if span else None


def _taken(tx: Tx, provider_id: UUID, span: Span) -> list[Span]:
    """The visits that take up any of a provider's stretch of time."""
    visits = tx.session.scalars(
        select(Appointment).where(
            Appointment.provider_id == provider_id,
            Appointment.state.in_(ACTIVE_APPOINTMENT),
            Appointment.starts_at < span.end,
            Appointment.ends_at > span.start,
        )
    )
    return [Span(visit.starts_at, visit.ends_at) for visit in visits]


def withdraw(tx: Tx, opening_id: UUID, by: By) -> None:
    """Staff take the opening back: nobody is to have it."""
    opening = openings.lock(tx, opening_id)
    if opening.state in LIVE_OPENING:
        close(tx, opening, OpeningState.WITHDRAWN, by, phrase="offer_withdrawn")


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
        filled(tx, opening, visit, how, by)
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
    """Staff ask one entry about several openings at once: those that the rules allow now, as one decision, so that
    one offer is not what forbids the next. Of two at the same time the sooner stands."""
    chosen: list[tuple[Opening, Ranked]] = []
    for opening_id in sorted(opening_ids):
        opening = openings.lock(tx, opening_id)
        found = _may_have(tx, opening, entry_id)
        if found is not None:
            chosen.append((opening, found))
    made: list[Offer] = []
    taken: list[Span] = []
    for opening, ranked in sorted(chosen, key=lambda each: (each[0].starts_at, each[0].id)):
        span = Span(opening.starts_at, opening.ends_at)
        if any(span.overlaps(other) for other in taken):
            continue
        _ask_on(tx, opening, by)
        offer = offering.make(tx, opening, ranked, by, channel=channel)
        offers.settle(tx, opening)
        if offer is not None:
            made.append(offer)
            taken.append(span)
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


NO_LONGER_WAITS = "The patient does not wait for this any more."


def explained(tx: Tx, opening: Opening, entry_id: UUID) -> Score | str:
    """How well an opening suits an entry, with the breakdown; else the sentence that says why it is not
    offered."""
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    found = loading.candidate(tx.session, facts, entry_id, tx.now)
    if not found:
        return NO_LONGER_WAITS
    score = matching.explain(found[0], facts, policies.of_opening(tx, opening), tx.now, automatic=False)
    return score if isinstance(score, Score) else score.sentence


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
    tx.session.get_one(WaitlistEntry, entry_id)  # of this clinic, or an error
    facts = loading.opening_facts(tx.session, opening, tx.clinic().timezone)
    policy = policies.of_opening(tx, opening)
    waiting = loading.candidate(tx.session, facts, entry_id, tx.now)
    if not waiting:
        return (*_stopped(tx, opening), NO_LONGER_WAITS)
    said = matching.why_not(waiting[0], facts, policy, tx.now).sentences
    if not said:
        everybody = loading.candidates(tx.session, facts, tx.now)
        place = matching.place_of(entry_id, everybody, facts, policy, tx.now)
        said = (f"Number {place} in line." if place else "Another entry matches better, and is asked first.",)
    return (*_stopped(tx, opening), *said)


def _stopped(tx: Tx, opening: Opening) -> tuple[str, ...]:
    """What keeps the bot from asking anybody about an opening."""
    provider = tx.session.get_one(Provider, opening.provider_id)
    stops = (
        (not opening.automatic, "Automatic offers are stopped for this slot."),
        (tx.clinic().paused_at is not None, "Automatic texts are paused for the clinic."),
        (provider.paused_at is not None, f"Automatic offers are paused for {provider.name}."),
        (opening.state is OpeningState.EXPIRED, "Nobody is asked any more so close to the start."),
    )
    return tuple(sentence for holds, sentence in stops if holds)
