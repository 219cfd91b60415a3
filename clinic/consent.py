"""STOP, START, wrong numbers and what was agreed to. STOP belongs to the number, consent to the patient."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from clinic import (
    appointments,
    conversations,
    messages,
    offering_again,
    offers,
    recipients,
    recovery_cases,
    tasks,
    waitlist,
)
from clinic.audit import BOT, PATIENT, By, record
from rules.channels import CONSENT, channel_of, contact_of
from rules.states import ConsentKind, ConsentSource, TaskKind
from storage.queries import contacts
from storage.queries.outbox import queued_proactive
from storage.tables import Consent, ContactPoint, Conversation, Task
from storage.transaction import Tx

START_HINT_EVERY = timedelta(hours=24)

PERHAPS_STOP = "perhaps_stop"
"""How a text is decided on that may be a STOP (handlers/decision.py)."""

DOUBT = "They may have asked for no more texts. Until they say what they meant they get no reminders."


def contact_point(tx: Tx, address: str) -> ContactPoint:
    """The number or mailbox behind an address as this clinic knows it; made where it is new."""
    contact = contact_of(address)
    tx.session.execute(
        insert(ContactPoint)
        .values(clinic_id=tx.clinic_id, address=contact)
        .on_conflict_do_nothing(index_elements=["clinic_id", "address"])
    )
    return tx.session.scalars(select(ContactPoint).where(ContactPoint.address == contact)).one()


def opted_out(tx: Tx, address: str) -> bool:
    point = contacts.point_of(tx, address)
    return point is not None and (point.opted_out_at is not None or point.carrier_blocked_at is not None)


def in_doubt(tx: Tx, address: str) -> bool:
    """Whether the last word from there may have been a STOP: neither they nor a person of ours has said anything
    since."""
    said = contacts.last_said(tx.session, address)
    return said is not None and (said.read_as or {}).get("decision") == PERHAPS_STOP


def have_staff_ask(tx: Tx, conversation: Conversation, patient_id: UUID | None) -> None:
    """A reminder waits for what they meant; somebody may ask them by phone."""
    tasks.look_at_once(tx, conversation, patient_id, DOUBT)


def doubt_is_over(tx: Tx, conversation: Conversation) -> None:
    """They have said something else: nobody need ask them."""
    tasks.looked_at(tx, conversation, DOUBT, BOT)


def no_offers(tx: Tx, address: str) -> bool:
    """Whether the number wants no offers."""
    point = contacts.point_of(tx, address)
    return point is not None and point.no_offers_at is not None


def opt_out(tx: Tx, conversation: Conversation, by: By, *, by_carrier: bool = False) -> bool:
    """Stop every text and call from this clinic to the number, or every email to the mailbox. False where that
    had been stopped before.

    Its open offers end at once (next in line), what still waited to go out is dropped, its entries pause,
    visits stay as they are.
    """
    point = contact_point(tx, conversation.address)
    first = point.opted_out_at is None
    point.opted_out_at = point.opted_out_at or tx.now
    if by_carrier:
        point.carrier_blocked_at = point.carrier_blocked_at or tx.now
    for each in contacts.sharing(tx.session, conversation.address):
        for message in queued_proactive(tx.session, each.id):
            messages.drop(message, "opted out")
    offers.end_all_of(tx, conversation)
    recipients.unsubscribed(tx, conversation)
    recovery_cases.opted_out(tx, conversation, by)
    for each in contacts.sharing(tx.session, conversation.address):
        conversations.close_prompts(tx, each.id)
    if first:
        record(tx, by, "consent.stopped", point, after={"by_carrier": by_carrier})
    return first


def stopped_by_carrier(tx: Tx, conversation: Conversation, by: By) -> None:
    """The carrier blocks the number. CANCEL is one of its words: with a visit ahead, it may have been meant
    for the visit, so somebody asks."""
    if not opt_out(tx, conversation, by, by_carrier=True):
        return
    patients = conversations.patients_on(tx, conversation.address)
    for visit in appointments.coming(tx, [patient.id for patient in patients])[:1]:
        tx.session.add(
            Task(
                clinic_id=tx.clinic_id,
                kind=TaskKind.MAYBE_CANCEL,
                patient_id=visit.patient_id,
                conversation_id=conversation.id,
                appointment_id=visit.id,
                made_at=tx.now,
            )
        )


def opt_in(tx: Tx, conversation: Conversation, by: By, *, by_carrier: bool = False) -> bool:
    """Let the clinic text the number again. False where a carrier block stands that only the carrier lifts."""
    point = contact_point(tx, conversation.address)
    if by_carrier:
        point.carrier_blocked_at = None
    if point.carrier_blocked_at is not None:
        return False
    was = point.opted_out_at
    point.opted_out_at = point.start_hint_at = None
    if was is not None:
        record(tx, by, "consent.restored", point)
        offering_again.renew(tx, conversation, was)
        for patient in conversations.patients_on(tx, conversation.address):
            waitlist.wake_openings_for(tx, patient.id)
    return True


def carrier_lets_through(tx: Tx, conversation: Conversation, by: By) -> None:
    """The carrier blocks the number no longer, but nobody has said that texts are welcome again."""
    point = contact_point(tx, conversation.address)
    if point.carrier_blocked_at is not None:
        point.carrier_blocked_at = None
        record(tx, by, "consent.carrier_block_lifted", point)


def may_hint_start(tx: Tx, address: str) -> bool:
    """Whether an opted-out number may get its one "Reply START" of these 24 hours; counts it as given."""
    point = contact_point(tx, address)
    if point.carrier_blocked_at is not None:
        return False
    if point.start_hint_at is not None and point.start_hint_at > tx.now - START_HINT_EVERY:
        return False
    point.start_hint_at = tx.now
    return True


def wrong_number(tx: Tx, conversation: Conversation, by: By) -> None:
    """The number changed hands: outreach rests, offers end, staff look."""
    point = contact_point(tx, conversation.address)
    if point.wrong_number_at is None:
        point.wrong_number_at = tx.now
        record(tx, by, "contact.wrong_number", point)
        tx.session.add(
            Task(
                clinic_id=tx.clinic_id,
                kind=TaskKind.WRONG_NUMBER,
                conversation_id=conversation.id,
                made_at=tx.now,
            )
        )
    for message in queued_proactive(tx.session, conversation.id):
        messages.drop(message, "wrong number")
    offers.end_all_of(tx, conversation)
    conversations.close_prompts(tx, conversation.id)


def mark_undeliverable(tx: Tx, address: str, by: By, code: str) -> None:
    """The carrier says the number cannot be reached by text."""
    point = contact_point(tx, address)
    point.undeliverable_at = point.undeliverable_at or tx.now
    record(tx, by, "contact.undeliverable", point, after={"code": code})


def grant(
    tx: Tx,
    patient_id: UUID,
    point: ContactPoint,
    kind: ConsentKind,
    *,
    granted: bool,
    source: ConsentSource,
    by: By,
) -> Consent:
    """Record what a patient agreed to (or refused) on a number. The earlier word stays, superseded."""
    earlier = tx.session.scalar(
        select(Consent).where(
            Consent.patient_id == patient_id,
            Consent.contact_point_id == point.id,
            Consent.kind == kind,
            Consent.superseded_at.is_(None),
        )
    )
    if earlier is not None and earlier.granted == granted:
        return earlier
    if earlier is not None:
        earlier.superseded_at = tx.now
        tx.session.flush()
    consent = Consent(
        clinic_id=tx.clinic_id,
        patient_id=patient_id,
        contact_point_id=point.id,
        kind=kind,
        granted=granted,
        source=source,
        at=tx.now,
    )
    tx.session.add(consent)
    tx.session.flush()
    record(tx, by, "consent.recorded", consent, after={"kind": kind, "granted": granted})
    return consent


def has_agreed(tx: Tx, patient_id: UUID, address: str) -> bool:
    """Whether a patient agreed to hear from us, unasked, at this address: by text, by email or by a call."""
    return contacts.has_agreed(tx.session, patient_id, address, CONSENT[channel_of(address)])


def no_calls(tx: Tx, conversation: Conversation) -> None:
    """No more automatic calls to the number, for anybody on it. Texts still come."""
    point = contact_point(tx, conversation.address)
    for patient in conversations.patients_on(tx, conversation.address):
        grant(
            tx,
            patient.id,
            point,
            ConsentKind.VOICE,
            granted=False,
            source=ConsentSource.TEXT,
            by=PATIENT,
        )
    for message in queued_proactive(tx.session, conversation.id):
        messages.drop(message, "wants no calls")
