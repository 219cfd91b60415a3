"""Filling an opening: ask the next in line, or give up. `work` is what due rows call. What staff decide:
clinic/by_hand.py."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clinic import (
    beforehand,
    chances,
    learning,
    offering,
    offers,
    openings,
    policies,
    second_choices,
    together,
)
from clinic.audit import BOT, By, record
from clinic.offering import Chosen
from rules import dispatch, matching
from rules.facts import OpeningFacts, Ranked, Span
from rules.openings import subtract
from rules.policy import Policy
from rules.states import (
    ACTIVE_APPOINTMENT,
    ANSWERABLE_OFFER,
    OUTSTANDING_OFFER,
    DueKind,
    FilledBy,
    FreedBy,
    OfferState,
    OpeningState,
)
from storage.queries import matching as loading
from storage.queries.due import set_done
from storage.tables import Appointment, AppointmentType, Offer, Opening, Provider, WaitlistEntry
from storage.transaction import Tx

ASKED_AT_MOST = 50
"""No wave is larger (`Policy.batch_size`), so no more candidates are put together for one."""


def work(tx: Tx, opening_id: UUID) -> datetime | None:
    """Take the next step with an opening: let holds lapse, ask the next in line, give up.

    Gives when to look again; None when there is nothing more to do. May run at any time and any number of
    times: the step is worked out from what the rows say.
    """
    together.take_turns(tx, opening_id)
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
    line = _line(tx, opening, facts, policy, beside)
    ranked = chances.of_line(tx, opening, line.ranked, response)
    asked = chances.of_offers(tx, opening, offers.with_priority(tx, opening.id), response)
    step = dispatch.step(facts, asked, ranked, policy, tx.now, response=response)
    for offer_id in step.lapse:
        offers.lapse(tx, offer_id)
    chosen = set(step.ask)
    whose_turn = [each for each in ranked if each.entry_id in chosen]
    tell_from = _ask(tx, opening, whose_turn, policy, line.left)
    if opening.filled_at is not None:
        return None
    offers.settle(tx, opening)
    if step.give_up:
        opening.state = OpeningState.EXPIRED
        record(tx, BOT, "opening.given_up", opening)
    return min(filter(None, (step.look_again_at, tell_from)), default=None)


def _ask(
    tx: Tx, opening: Opening, chosen: Sequence[Ranked], policy: Policy, left: Sequence[UUID]
) -> datetime | None:
    """Ask those whose turn it is, best first. Who agreed beforehand is booked at once, but never over the head of
    somebody who is being asked, nor at night: gives when they can be told, if that is later. What of `left`, the
    openings for which nobody is left to ask, fits too goes into the same text."""
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
        also = second_choices.fitting(tx, opening, candidate.entry_id, left)
        offering.make_several(tx, [Chosen(opening, candidate, wave), *also])
        for second in also:
            offers.settle(tx, second.opening)
    return None


def _line(
    tx: Tx, opening: Opening, facts: OpeningFacts, policy: Policy, beside: Sequence[Opening]
) -> together.Line:
    """Who is asked about an opening, with an eye to those that are filled at the same time."""
    if stopped(tx, opening):
        return together.Line()
    if beside:
        return together.line(tx, facts, beside, policy, ASKED_AT_MOST)
    waiting = loading.candidates(tx.session, facts, tx.now)
    return together.Line(matching.rank(waiting, facts, policy, tx.now, limit=ASKED_AT_MOST))


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


def stopped(tx: Tx, opening: Opening) -> tuple[str, ...]:
    """What keeps the bot from asking anybody about an opening."""
    provider = tx.session.get_one(Provider, opening.provider_id)
    stops = (
        (not opening.automatic, "Automatic offers are stopped for this slot."),
        (tx.clinic().paused_at is not None, "Automatic texts are paused for the clinic."),
        (provider.paused_at is not None, f"Automatic offers are paused for {provider.name}."),
        (opening.state is OpeningState.EXPIRED, "Nobody is asked any more so close to the start."),
    )
    return tuple(sentence for holds, sentence in stops if holds)
