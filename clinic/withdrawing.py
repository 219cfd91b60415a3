"""A type of visit is withdrawn: nobody is offered one any more, whoever waits for one hears so, and what is booked
stays. How it is offered again: clinic/reinstating.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from clinic import (
    enrolment,
    filling,
    messages,
    offers,
    openings,
    phrases,
    reaching,
    recovery_cases,
    waitlist,
)
from clinic.audit import By, record
from clinic.messages import About
from rules.facts import Span
from rules.openings import length
from rules.states import (
    ANSWERABLE_OFFER,
    LIVE_OPENING,
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    EntryState,
    MessageClass,
    OfferState,
    OpeningState,
    TaskKind,
)
from storage.queries import recovery
from storage.tables import Appointment, AppointmentType, Message, Offer, Opening, Patient, Task, WaitlistEntry
from storage.transaction import Tx

RESOLUTION = enrolment.WITHDRAWN
PHRASES = ("type_gone", "type_gone_offered", "type_gone_enrolled")
"""What whoever waited is told."""

NEWS_LIVES = timedelta(days=7)
CALL = "Waited for a visit that is no longer offered, and no text reaches them"

STANDING = (OfferState.QUEUED, *ANSWERABLE_OFFER)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What withdrawing a type does: of those who wait how many are texted and how many are left for staff to
    call, how many had come with a later visit of it (they keep that, and leave the list without a word unless they
    were being asked), how many offers end and free slots are withdrawn, how many visits stay booked, and how many
    lost ones nobody tries to make up for any more."""

    texted: int = 0
    to_call: int = 0
    enrolled: int = 0
    offers: int = 0
    openings: int = 0
    visits: int = 0
    lost: int = 0


def withdraw(tx: Tx, type_id: UUID, by: By) -> Withdrawn:
    """The clinic offers a type no more. Said again it changes nothing.

    Its offers end, with a text where they went out. A slot stays with those who wait for another visit that fits;
    one that nothing else fits is withdrawn. Locks openings, then entries, offers, and cancellations.
    """
    kind = lock(tx, type_id)
    if kind.withdrawn_at is not None:
        return Withdrawn()
    kind.withdrawn_at = tx.now
    record(tx, by, "type.withdrawn", kind)
    tx.session.flush()
    concerned, waiting = _lock_openings(tx, kind), _lock_waiting(tx, kind)
    done = _take_off(tx, waiting, by)
    ended = _end_offers(tx, concerned, {entry.id for entry in waiting}, by)
    for entry in waiting:
        waitlist.look_again(tx, entry)  # what began to be offered this very moment ends there
    gone = _without_use(tx, concerned)
    for opening in concerned:
        if opening in gone:
            filling.close(tx, opening, OpeningState.WITHDRAWN, by, phrase="offer_withdrawn")
        else:
            offers.settle(tx, opening)
            openings.look_at(tx, opening.id, max(tx.now, opening.offer_from))
    lost = recovery_cases.not_offered(tx, kind.id, by)
    return Withdrawn(*done, offers=ended, openings=len(gone), visits=_booked(tx, kind), lost=lost)


def would_withdraw(tx: Tx, type_id: UUID) -> Withdrawn:
    """What withdrawing it would do as things stand. Changes nothing."""
    looking = tx.session.begin_nested()
    kind = tx.session.get_one(AppointmentType, type_id)
    waiting = tx.session.scalars(_waiting(kind)).all()
    asked = _asked(tx, waiting)
    kind.withdrawn_at = tx.now
    tx.session.flush()
    concerned = tx.session.scalars(_concerned(kind)).all()
    theirs = [entry for entry in waiting if not entry.enrolled]
    reached = sum(reaching.about_a_visit(tx, entry.patient_id) is not None for entry in theirs)
    also = sum(
        entry.enrolled and entry.id in asked and reaching.about_a_visit(tx, entry.patient_id) is not None
        for entry in waiting
    )
    ids = [entry.id for entry in waiting]
    standing = select(func.count(Offer.id)).where(Offer.entry_id.in_(ids), Offer.state.in_(STANDING))
    found = Withdrawn(
        texted=reached + also,
        to_call=len(theirs) - reached,
        enrolled=len(waiting) - len(theirs),
        offers=tx.session.scalar(standing) or 0,
        openings=len(_without_use(tx, concerned)),
        visits=_booked(tx, kind),
        lost=len(recovery.open_of_type(tx.session, kind.id)),
    )
    looking.rollback()
    return found


def still_so(tx: Tx, message: Message) -> bool:
    """Whether the news should still go out, asked again when it is claimed: the entry ended over it, and still
    has."""
    entry = tx.session.get(WaitlistEntry, message.about_entry_id)
    return entry is not None and entry.resolution == RESOLUTION


def lock(tx: Tx, type_id: UUID) -> AppointmentType:
    return tx.session.get_one(
        AppointmentType, type_id, with_for_update={"key_share": True}, populate_existing=True
    )


def _concerned(kind: AppointmentType) -> Select[Opening]:
    """The live slots that are for a type, or about which somebody who waits for one is being asked."""
    asked = (
        exists()
        .where(Offer.opening_id == Opening.id, Offer.state.in_(STANDING))
        .where(WaitlistEntry.id == Offer.entry_id, WaitlistEntry.type_id == kind.id)
    )
    live = Opening.state.in_(LIVE_OPENING)
    return select(Opening).where(live, (Opening.type_id == kind.id) | asked).order_by(Opening.id)


def _lock_openings(tx: Tx, kind: AppointmentType) -> Sequence[Opening]:
    locking = _concerned(kind).with_for_update(key_share=True)
    return tx.session.scalars(locking.execution_options(populate_existing=True)).all()


def _waiting(kind: AppointmentType) -> Select[WaitlistEntry]:
    waits = (WaitlistEntry.type_id == kind.id, WaitlistEntry.state.in_(WAITING_ENTRY))
    return select(WaitlistEntry).where(*waits).order_by(WaitlistEntry.id)


def _lock_waiting(tx: Tx, kind: AppointmentType) -> Sequence[WaitlistEntry]:
    locking = _waiting(kind).with_for_update(key_share=True)
    return tx.session.scalars(locking.execution_options(populate_existing=True)).all()


def _asked(tx: Tx, waiting: Sequence[WaitlistEntry]) -> set[UUID]:
    """Those of them who have been asked about something, and can still answer."""
    out = select(Offer.entry_id).where(
        Offer.entry_id.in_([entry.id for entry in waiting]), Offer.state.in_(ANSWERABLE_OFFER)
    )
    return set(tx.session.scalars(out))


def _take_off(tx: Tx, waiting: Sequence[WaitlistEntry], by: By) -> tuple[int, int, int]:
    """They wait no more, and hear so: how many are texted, are left to call, had come with a later visit."""
    asked = _asked(tx, waiting)
    texted = to_call = enrolled = 0
    for entry in waiting:
        waitlist.end(tx, entry, EntryState.REMOVED, RESOLUTION)
        record(tx, by, "entry.removed", entry, after={"resolution": RESOLUTION})
        enrolled += entry.enrolled
        if entry.enrolled and entry.id not in asked:
            continue
        told = _tell(tx, entry, asked=entry.id in asked)
        texted += told
        to_call += not told and not entry.enrolled
    return texted, to_call, enrolled


def _tell(tx: Tx, entry: WaitlistEntry, *, asked: bool) -> bool:
    """True for a text. Whom none reaches somebody calls, unless they never asked to be on the list."""
    way = reaching.about_a_visit(tx, entry.patient_id)
    if way is None:
        if not entry.enrolled:
            task = Task(kind=TaskKind.CALL_PATIENT, patient_id=entry.patient_id, note=CALL, made_at=tx.now)
            tx.session.add(task)
        return False
    name = tx.session.get_one(Patient, entry.patient_id).first_name
    phrase = "type_gone_enrolled" if entry.enrolled else "type_gone_offered" if asked else "type_gone"
    values = {"name": name, "phone": phrases.phone(tx.clinic().phone)}
    about = About(entry.patient_id, entry_id=entry.id, expires_at=tx.now + NEWS_LIVES)
    messages.say(tx, way.conversation, phrase, values, klass=MessageClass.REMINDER, about=about)
    return True


def _end_offers(tx: Tx, concerned: Sequence[Opening], entry_ids: set[UUID], by: By) -> int:
    """Their offers are over. What they are told of it stands in `_tell`: one text, however many there were."""
    ended = 0
    for opening in concerned:
        for offer in offers.of_opening(tx, opening.id):
            if offer.entry_id in entry_ids and offer.state in STANDING:
                offers.unsay(tx, offer, RESOLUTION)
                entry = tx.session.get_one(WaitlistEntry, offer.entry_id)
                offers.end(tx, offer, entry, OfferState.WITHDRAWN, by)
                ended += 1
    return ended


def _without_use(tx: Tx, concerned: Sequence[Opening]) -> list[Opening]:
    """Those into which nothing fits that the clinic still offers."""
    found = []
    for opening in concerned:
        shortest = openings.shortest_visit(tx, opening.provider_id)
        room = length(Span(opening.starts_at, opening.ends_at))
        if shortest is None or timedelta(minutes=shortest) > room:
            found.append(opening)
    return found


def _booked(tx: Tx, kind: AppointmentType) -> int:
    """How many visits of it are to come."""
    to_come = (Appointment.state.in_(UPCOMING_APPOINTMENT), Appointment.starts_at > tx.now)
    found = select(func.count(Appointment.id)).where(Appointment.type_id == kind.id, *to_come)
    return tx.session.scalar(found) or 0
