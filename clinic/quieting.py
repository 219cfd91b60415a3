"""Hearing less: a pause, off the list, fewer offers, none at all. Each is said with how to take it back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from clinic import consent, conversations, messages, offering_again, offers, phrases, undo, waitlist, wishes
from clinic.audit import PATIENT, By, record
from rules.states import WAITING_ENTRY, EntryState, UndoKind
from storage.queries import contacts
from storage.tables import Conversation, Patient, Undoable, WaitlistEntry
from storage.transaction import Tx

FEWER = 1
"""Offers a week, for who asks for fewer texts and says no number."""


# A pause


def pause(
    tx: Tx, conversation: Conversation, entries: Sequence[WaitlistEntry], until: date, by: By, *, said: bool
) -> None:
    """Nothing is offered to these entries until that day, and what is out ends. `said`: the patient named the
    day; else we say which we took."""
    before = {str(entry.id): entry.paused_until for entry in entries}
    _remember(tx, conversation, UndoKind.PAUSED, entries, _as_text(before))
    offers.end_all_of(tx, conversation, only_entries=[entry.id for entry in entries])
    for entry in entries:
        _pause(tx, waitlist.lock(tx, entry.id), until, by)
    values = {"name": wishes.names_of(tx, entries), "day": phrases.calendar(until)}
    messages.say(tx, conversation, "paused" if said else "paused_a_month", values)


def _pause(tx: Tx, entry: WaitlistEntry, until: date | None, by: By) -> None:
    before, entry.paused_until = entry.paused_until, until
    waitlist.resume_when_due(tx, entry)
    record(
        tx,
        by,
        "entry.paused" if until else "entry.resumed",
        entry,
        before={"until": before.isoformat() if before else None},
        after={"until": until.isoformat() if until else None},
    )
    if until is None:
        waitlist.wake_openings_for(tx, entry.patient_id)


def undo_pause(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """Offers come as before, and those that the pause had ended are made anew where the slot is still free."""
    offering_again.lock_ended(tx, conversation, undoable.made_at)
    entries = _waiting(tx, undoable)
    for entry in entries:
        before = undoable.before[str(entry.id)]
        _pause(tx, waitlist.lock(tx, entry.id), date.fromisoformat(before) if before else None, PATIENT)
    return _say(tx, conversation, undoable, entries, "undo_paused")


def start_again(tx: Tx, conversation: Conversation, entries: Sequence[WaitlistEntry], by: By) -> bool:
    """Offers are welcome again: to the number, and to these entries. False where they had been all along."""
    quiet = [entry for entry in entries if entry.paused_until is not None]
    for entry in quiet:
        _pause(tx, waitlist.lock(tx, entry.id), None, by)
    return _lift_no_offers(tx, conversation, by) or bool(quiet)


# Off the list


def leave(tx: Tx, conversation: Conversation, entries: Sequence[WaitlistEntry], by: By) -> None:
    """Off the waitlist: what is out ends, visits stay."""
    _remember(
        tx, conversation, UndoKind.LEFT, entries, {str(entry.id): entry.resolution for entry in entries}
    )
    offers.end_all_of(tx, conversation, only_entries=[entry.id for entry in entries])
    for entry in entries:
        waitlist.remove(tx, waitlist.lock(tx, entry.id).id, by, "patient removed")
    messages.say(tx, conversation, "left_list", {"name": wishes.names_of(tx, entries)})


def undo_leave(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """Back on the list, at the same place; unless they have joined again meanwhile."""
    offering_again.lock_ended(tx, conversation, undoable.made_at)
    entries = []
    for entry_id in sorted(undoable.before):
        entry = waitlist.lock(tx, UUID(entry_id))
        gone = entry.state is EntryState.REMOVED
        if gone and not waitlist.waiting_for(tx, entry.patient_id, entry.type_id):
            waitlist.back(tx, entry, PATIENT)
            waitlist.wake_openings_for(tx, entry.patient_id)
            entries.append(entry)
    return _say(tx, conversation, undoable, entries, "undo_left")


# Fewer, or none


def fewer(tx: Tx, conversation: Conversation, patients: Sequence[Patient], a_week: int, by: By) -> None:
    """So many offers come a week at most; more than before where they had asked for fewer still."""
    before = {str(patient.id): patient.offers_per_week for patient in patients}
    undo.remember(
        tx,
        conversation,
        UndoKind.FEWER_TEXTS,
        patients[0].id,
        patient_id=patients[0].id,
        before=before,
    )
    for patient in patients:
        _cap(tx, patient, a_week, by)
        if a_week > (before[str(patient.id)] or a_week):
            waitlist.wake_openings_for(tx, patient.id)
    phrase = "fewer_offers" if a_week == FEWER else "fewer_offers_than"
    messages.say(tx, conversation, phrase, {"name": _names(patients), "count": a_week})


def _cap(tx: Tx, patient: Patient, cap: int | None, by: By) -> None:
    before, patient.offers_per_week = patient.offers_per_week, cap
    record(tx, by, "patient.offers_capped", patient, before={"a_week": before}, after={"a_week": cap})


def undo_fewer(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """As many offers as before."""
    patients = [tx.session.get_one(Patient, UUID(each)) for each in sorted(undoable.before)]
    for patient in patients:
        _cap(tx, patient, undoable.before[str(patient.id)], PATIENT)
        waitlist.wake_openings_for(tx, patient.id)
    messages.say(tx, conversation, "undo_fewer", {"name": _names(patients)})
    return True


def no_offers(tx: Tx, conversation: Conversation, by: By) -> None:
    """No more offers to the number, and what is out ends. Texts about visits and answers still come."""
    point = consent.contact_point(tx, conversation.address)
    undo.remember(tx, conversation, UndoKind.NO_OFFERS, point.id)
    point.no_offers_at = point.no_offers_at or tx.now
    offers.end_all_of(tx, conversation)
    record(tx, by, "contact.no_offers", point)
    messages.say(tx, conversation, "no_offers")


def undo_no_offers(tx: Tx, conversation: Conversation, undoable: Undoable) -> bool:
    """Offers come again, and those that had been out are made anew where the slot is still free."""
    if not _lift_no_offers(tx, conversation, PATIENT):
        return False
    messages.say(tx, conversation, "undo_no_offers")
    offering_again.renew(tx, conversation, undoable.made_at)
    return True


def _lift_no_offers(tx: Tx, conversation: Conversation, by: By) -> bool:
    point = contacts.point_of(tx, conversation.address)
    if point is None or point.no_offers_at is None:
        return False
    point.no_offers_at = None
    record(tx, by, "contact.offers_again", point)
    tx.session.flush()
    for patient in conversations.patients_on(tx, conversation.address):
        waitlist.wake_openings_for(tx, patient.id)
    return True


# Taken back


def _remember(
    tx: Tx,
    conversation: Conversation,
    kind: UndoKind,
    entries: Sequence[WaitlistEntry],
    before: dict[str, Any],
) -> None:
    """One line for one text, however many entries it is about: they are taken back together."""
    first = entries[0]
    undo.remember(tx, conversation, kind, first.id, patient_id=first.patient_id, before=before)


def _waiting(tx: Tx, undoable: Undoable) -> list[WaitlistEntry]:
    found = [tx.session.get_one(WaitlistEntry, UUID(entry_id)) for entry_id in sorted(undoable.before)]
    return [entry for entry in found if entry.state in WAITING_ENTRY]


def _say(
    tx: Tx,
    conversation: Conversation,
    undoable: Undoable,
    entries: Sequence[WaitlistEntry],
    phrase: str,
) -> bool:
    if entries:
        messages.say(tx, conversation, phrase, {"name": wishes.names_of(tx, entries)})
        offering_again.renew(tx, conversation, undoable.made_at)
    return bool(entries)


def _names(patients: Sequence[Patient]) -> phrases.Words:
    return phrases.both([patient.first_name for patient in patients])


def _as_text(days: dict[str, date | None]) -> dict[str, Any]:
    return {name: day.isoformat() if day else None for name, day in days.items()}
