"""A visit given up by its patient, and what they are offered instead: other times, or a place on the waitlist."""

from collections.abc import Sequence
from uuid import UUID

from clinic import cancellations, consent, conversations, messages, recovery_texts, waitlist
from clinic.cancellations import Why
from clinic.messages import about_visit
from rules.channels import ANSWERED_IN_WORDS, channel_of
from rules.states import CancelReason, PromptKind
from storage.tables import Appointment, AppointmentType, Conversation
from storage.transaction import Tx


def by_patient(tx: Tx, conversation: Conversation, appointment_ids: Sequence[UUID], why: Why | None) -> bool:
    """They are sure: the visits are cancelled, their times are free, and where an answer can be written they are
    asked what they want instead; of several given up at once, they say so when they do. False where there is
    nothing to cancel any more."""
    done = cancellations.by_patient(tx, conversation, appointment_ids, why)
    if done and channel_of(conversation.address) in ANSWERED_IN_WORDS:
        if len(done) > 1:
            messages.say(tx, conversation, "cancel_all_instead")
        else:
            _sooner_or_later(tx, conversation, done[0], why)
    return bool(done)


def _sooner_or_later(tx: Tx, conversation: Conversation, visit: Appointment, why: Why | None) -> None:
    """Another time, if there is one that suits? Else a place on the waitlist: not asked of those who wait already,
    want no offers, or have gone elsewhere, nor about a visit that is no longer offered."""
    quiet = consent.no_offers(tx, conversation.address)
    if not quiet and recovery_texts.offer_here(tx, conversation, visit.id):
        return
    if waitlist.waiting_for(tx, visit.patient_id, visit.type_id):
        messages.say(tx, conversation, "cancel_still_waiting")
        return
    elsewhere = why is not None and why.reason is CancelReason.CHANGED_PROVIDER
    offered = tx.session.get_one(AppointmentType, visit.type_id).withdrawn_at is None
    if offered and not elsewhere and not quiet:
        ask_to_join(tx, conversation, visit)


def ask_to_join(tx: Tx, conversation: Conversation, visit: Appointment) -> None:
    """Ask whether they would like to wait for a visit like this one."""
    said = messages.say(tx, conversation, "cancel_join", about=about_visit(visit))
    conversations.ask(tx, conversation, PromptKind.JOIN, visit.id, patient_id=visit.patient_id, message=said)
