"""Joining the waitlist by text: what was joined, how often we may write, and how to leave."""

from collections.abc import Sequence

from clinic import messages, phrases, policies, undo, waitlist, wishes
from clinic.audit import PATIENT, By
from clinic.wish import Wish
from rules.states import WAITING_ENTRY, UndoKind
from rules.wishes import Stated
from storage.tables import Appointment, Conversation, Patient, Undoable, WaitlistEntry
from storage.transaction import Tx


def wish_for(visit: Appointment, *, sooner: bool) -> Wish:
    """A wish for a visit like this one, with the same provider if possible; `sooner`: it is to be replaced."""
    return Wish(
        visit.patient_id,
        visit.type_id,
        preferred_provider_id=visit.provider_id,
        replaces_id=visit.id if sooner else None,
    )


def join(tx: Tx, conversation: Conversation, wish: Wish, said: Sequence[Stated], by: By) -> WaitlistEntry:
    """Put somebody on the list with what they wish, and say so. May raise `waitlist.AlreadyWaiting`."""
    entry = waitlist.add(tx, wish, by)
    kept = [stated for stated in said if wishes.keep_for_new(tx, entry, stated, by)]
    undo.remember(tx, conversation, UndoKind.JOINED, entry.id, patient_id=entry.patient_id)
    say_joined(tx, conversation, entry)
    if kept:
        noted = phrases.row([wishes.in_words(tx, stated) for stated in kept])
        messages.say(tx, conversation, "joined_noted", {"wishes": noted})
    return entry


def say_joined(tx: Tx, conversation: Conversation, entry: WaitlistEntry) -> None:
    """What they are on the list for, how often they may hear, and how to leave."""
    patient = tx.session.get_one(Patient, entry.patient_id)
    values = {"name": patient.first_name, "count": _a_week(tx, patient)}
    visit = tx.session.get(Appointment, entry.replaces_id) if entry.replaces_id else None
    if visit is not None:
        sooner = values | {"when": phrases.when(visit.starts_at, tx.clinic().timezone)}
        messages.say(tx, conversation, "joined_sooner", sooner)
    else:
        messages.say(tx, conversation, "joined", values)  # for what is nobody's business who sees the phone


def _a_week(tx: Tx, patient: Patient) -> str:
    cap = policies.current(tx).offers_per_week
    return str(min(cap, patient.offers_per_week or cap))


def undo_join(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """Off the list again. False where they wait no more."""
    entry = waitlist.lock(tx, undoable.subject_id)
    if entry.state not in WAITING_ENTRY:
        return False
    waitlist.remove(tx, entry.id, PATIENT, "patient removed")
    messages.say(tx, conversation, "undo_joined", {"name": wishes.names_of(tx, [entry])})
    return True
