"""A reminder answered without words: by a key pressed in a call, or a link that is tapped. Sure, and at once.

The answer does what the same answer in words does (clinic/reminders.py, clinic/giving_up.py). Given twice, the
second time changes nothing, and nothing is said again.
"""

from collections.abc import Sequence
from uuid import UUID

from clinic import conversations, giving_up, handoff, messages, phrases, reaching, reminders, tasks
from clinic.audit import PATIENT, record
from rules.states import AnsweredBy, AppointmentState, EscalationKind
from storage.tables import Appointment, Conversation, Message
from storage.transaction import Tx

CONFIRM, CHANGE, CANCEL = "confirm", "change", "cancel"
ANSWERS = {
    CONFIRM: "page_reminder_confirm",
    CHANGE: "page_reminder_change",
    CANCEL: "page_reminder_cancel",
}
"""What can be said to a reminder, and what its button says."""


def confirm(tx: Tx, message: Message, how: AnsweredBy) -> Sequence[Appointment]:
    """They will come to all that the reminder names; gives those visits, none where none is to come."""
    _lock(tx, message)
    visits = reminders.named_in(tx, message)
    if any(visit.state is not AppointmentState.CONFIRMED for visit in visits):
        reminders.confirm(tx, _to_be_told(tx, message), [visit.id for visit in visits])
        _note(tx, visits, CONFIRM, how)
    return visits


def change(tx: Tx, message: Message, how: AnsweredBy, visit_id: UUID | None = None) -> Conversation:
    """They would like another time, for one of the visits that the reminder names if they said which: the desk has
    it, and the visit stands until then. Gives the conversation that the desk has."""
    line = reaching.texted_instead(tx, _lock(tx, message))
    handoff.escalate(tx, conversations.lock(tx, line.id), EscalationKind.RESCHEDULE)
    named = reminders.named_in(tx, message)
    meant = [visit for visit in named if visit_id in (None, visit.id)]
    if len(meant) < len(named):
        which = phrases.said(phrases.both([reminders.at_with(tx, visit) for visit in meant]), "en")
        tasks.look_at_once(tx, line, message.patient_id, f"Would like another time for the visit {which}.")
    _note(tx, meant, CHANGE, how)
    return line


def cancel(tx: Tx, message: Message, visit_id: UUID, how: AnsweredBy) -> bool:
    """They are sure that they cannot come to one of the visits that the reminder names. False where it is not one
    of those, or not to come any more."""
    _lock(tx, message)
    visit = next((each for each in reminders.named_in(tx, message) if each.id == visit_id), None)
    if visit is None or not giving_up.by_patient(tx, _to_be_told(tx, message), [visit.id], None):
        return False
    _note(tx, [visit], CANCEL, how)
    return True


def _note(tx: Tx, visits: Sequence[Appointment], answer: str, how: AnsweredBy) -> None:
    for visit in visits:
        record(tx, PATIENT, "reminder.answered", visit, after={"answer": answer, "by": how})


def _to_be_told(tx: Tx, message: Message) -> Conversation:
    """Where it is said, and may be taken back: by text, where the reminder was a call."""
    conversation = tx.session.get_one(Conversation, message.conversation_id)
    language = messages.language_of(tx, conversation, message.patient_id)
    place = reaching.place_for(tx, conversation, "visit_confirmed", language)
    return conversation if place is None else conversations.lock(tx, place.id)


def _lock(tx: Tx, message: Message) -> Conversation:
    return conversations.lock(tx, message.conversation_id)
