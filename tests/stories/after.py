"""How things stand when a story is over, in a nurse's words, held against its `after`.

Of everybody in the story and of every opening: what the story does not say of somebody must not be so.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from clinic import phrases
from rules.states import (
    OUTSTANDING_OFFER,
    UPCOMING_APPOINTMENT,
    WAITING_ENTRY,
    AppointmentState,
    CancelledBy,
    EntryState,
    Holder,
    InboundState,
    OpeningState,
    OutboxState,
    RecoveryState,
    TaskKind,
    TaskState,
)
from storage.queries import recovery as queries
from storage.tables import (
    Appointment,
    Cancellation,
    ContactPoint,
    Conversation,
    Escalation,
    Message,
    Offer,
    Opening,
    Provider,
    Recipient,
    Task,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests.stories import when
from tests.stories.cast import Cast

NOTHING = "nothing"
ANSWERED_LATER = ("one_moment", "chat_number", "chat_code_sent")
"""What is said to a text whose answer is still to come."""
TASKS = {
    "maybe_cancel": "may have meant to cancel",
    "wrong_number": "somebody else has this number",
    "call_patient": "call them",
    "approve": "approve the booking",
    "new_time": "find another time",
    "look_at": "have a look",
    "recovery": "call about the lost visit",
}


STANDS = {
    AppointmentState.CONFIRMED: "confirmed",
    AppointmentState.REQUESTED: "to be approved:",
    AppointmentState.NO_SHOW: "missed",
}


def differences(tx: Tx, cast: Cast) -> list[str]:
    """One sentence for each thing that is otherwise than the story says."""
    after = dict(cast.story.after)
    story = _list(after.pop("opening", [])) + _pairs(after.pop("openings", {}))
    stand = _openings(tx, cast, dated="openings" in cast.story.after)
    found = _compare("the openings", story, stand)
    offered = after.pop("offers", None)
    if offered is not None:
        found += _compare("the offers", _pairs(offered), list(_offers(tx, cast)))
    reasons = after.pop("reasons", None)
    if reasons is not None:
        found += _compare("the reasons", _pairs(reasons), list(_reasons(tx, cast)))
    recovery = after.pop("recovery", None)
    if recovery is not None:
        found += _compare("recovery", _pairs(recovery), list(_recovery(tx, cast)))
    found += _compare("what is owed", _pairs(after.pop("owed", {})), list(_owed(tx, cast)))
    found += _compare("what staff look at", _list(after.pop("to look at", [])), list(_to_look_at(tx)))
    for name in cast.phones:
        found += _compare(name, _list(after.pop(name, [])), list(_person(tx, cast, name)))
    return [*found, *(f"after: nobody is called {name}" for name in after), *_unfinished(tx)]


def _compare(what: str, story: list[str], stand: list[str]) -> list[str]:
    if sorted(story) == sorted(stand):
        return []
    return [f"{what}: the story says {story or NOTHING}, but it is {stand or NOTHING}"]


def _list(given: Any) -> list[str]:
    """`nothing`, one thing, or a list of them."""
    return [] if given in ([], NOTHING) else [given] if isinstance(given, str) else list(given)


def _pairs(given: dict[str, Any]) -> list[str]:
    return [f"{key}: {each}" for key, value in given.items() for each in _list(value)]


def _openings(tx: Tx, cast: Cast, *, dated: bool) -> list[str]:
    rows = tx.session.scalars(select(Opening).order_by(Opening.starts_at, Opening.opened_at))
    return [
        f"{when.said(row.starts_at, cast.zone)}: {_opening(row)}" if dated else _opening(row) for row in rows
    ]


def _opening(opening: Opening) -> str:
    if opening.state is OpeningState.FILLED:
        return f"filled by {opening.filled_by}"
    return "given up" if opening.state is OpeningState.EXPIRED else opening.state


def _offers(tx: Tx, cast: Cast) -> Iterator[str]:
    names = {patient: name for name, patient in cast.patients.items()}
    for offer in tx.session.scalars(select(Offer).order_by(Offer.id)):
        late = ", said yes too late" if offer.said_yes_too_late else ""
        yield f"{names[offer.patient_id]}: {offer.state}{late}"


def _reasons(tx: Tx, cast: Cast) -> Iterator[str]:
    """Why patients gave up visits, and which of them late; and what they said of those they missed."""
    names = {patient: name for name, patient in cast.patients.items()}
    said = or_(Cancellation.by == CancelledBy.PATIENT, Cancellation.details != "")
    for each in tx.session.scalars(select(Cancellation).where(said).order_by(Cancellation.id)):
        yield f"{names[each.patient_id]}: {each.reason or 'not said'}{', late' if each.late else ''}"


def _recovery(tx: Tx, cast: Cast) -> Iterator[str]:
    """How it stands with lost visits: `in progress: no show pending`, attempt by attempt."""
    names = {patient: name for name, patient in cast.patients.items()}
    for each in queries.listed(tx.session, tuple(RecoveryState)):
        tried = queries.attempts_of(tx.session, [each.case.id])[each.case.id]
        attempts = ", ".join(f"{one.wording} {one.result}" for one in tried) or "not tried"
        yield f"{names[each.patient.id]}: {each.cancellation.recovery}: {attempts}".replace("_", " ")


def _owed(tx: Tx, cast: Cast) -> Iterator[str]:
    """Fees that stand, in dollars."""
    names = {patient: name for name, patient in cast.patients.items()}
    standing = select(Cancellation).where(Cancellation.fee_cents > 0, Cancellation.fee_waived_at.is_(None))
    for each in tx.session.scalars(standing.order_by(Cancellation.id)):
        yield f"{names[each.patient_id]}: {each.fee_cents // 100}"


def _to_look_at(tx: Tx) -> Iterator[str]:
    for task in tx.session.scalars(select(Task).order_by(Task.id)):
        general = task.kind in (TaskKind.LOOK_AT, TaskKind.WHO_CAME) and task.conversation_id is None
        if general and task.state is TaskState.OPEN:
            yield task.note


def _person(tx: Tx, cast: Cast, name: str) -> Iterator[str]:
    if name in cast.patients:
        yield from _visits(tx, cast, cast.patients[name])
        yield from _waiting(tx, cast, cast.patients[name])
        elsewhere = (Task.conversation_id.is_(None), Task.kind != TaskKind.ENTER_IN_SYSTEM)
        yield from _open_tasks(tx, Task.patient_id == cast.patients[name], *elsewhere)
        yield from _to_enter(tx, cast.patients[name])
        yield from _campaigns(tx, cast.patients[name])
    yield from _number(tx, cast.phones[name])
    yield from _conversation(tx, cast.phones[name])


def _visits(tx: Tx, cast: Cast, patient_id: UUID) -> Iterator[str]:
    rows = tx.session.execute(
        select(Appointment, Provider.name)
        .join(Provider, Provider.id == Appointment.provider_id)
        .where(
            Appointment.patient_id == patient_id,
            Appointment.state.in_((*UPCOMING_APPOINTMENT, AppointmentState.NO_SHOW)),
        )
        .order_by(Appointment.starts_at)
    )
    for visit, provider in rows:
        yield f"{STANDS.get(visit.state, 'booked')} {when.said(visit.starts_at, cast.zone)} with {provider}"


def _waiting(tx: Tx, cast: Cast, patient_id: UUID) -> Iterator[str]:
    for entry in tx.session.scalars(select(WaitlistEntry).where(WaitlistEntry.patient_id == patient_id)):
        if entry.state in WAITING_ENTRY and entry.paused_until is not None:
            yield f"waiting, paused until {phrases.calendar(entry.paused_until)}"
        elif entry.state in WAITING_ENTRY:
            yield "waiting" if entry.auto_match else "waiting, no longer asked"
        elif entry.state is not EntryState.BOOKED:
            yield f"off the list: {entry.resolution}"
    asked = select(Opening.starts_at).join(Offer, Offer.opening_id == Opening.id)
    for start in tx.session.scalars(
        asked.where(Offer.patient_id == patient_id, Offer.state.in_(OUTSTANDING_OFFER))
    ):
        yield f"asked about {when.said(start, cast.zone)}"


def _to_enter(tx: Tx, patient_id: UUID) -> Iterator[str]:
    """What staff have yet to carry over into their practice system."""
    for task in tx.session.scalars(select(Task).where(Task.patient_id == patient_id)):
        if task.kind is TaskKind.ENTER_IN_SYSTEM and task.state is TaskState.OPEN:
            yield f"to enter: {task.note}"


def _campaigns(tx: Tx, patient_id: UUID) -> Iterator[str]:
    """How it went with the campaigns that meant them."""
    for row in tx.session.scalars(select(Recipient).where(Recipient.patient_id == patient_id)):
        stands = row.response or row.state
        yield f"campaign: {'held out' if row.variant is None else stands.replace('_', ' ')}"


def _number(tx: Tx, phone: str) -> Iterator[str]:
    point = tx.session.scalar(select(ContactPoint).where(ContactPoint.address == phone))
    marks: dict[str, datetime | None] = {}
    if point is not None:
        marks = {
            "opted out": point.opted_out_at,
            "blocked by the carrier": point.carrier_blocked_at,
            "wrong number": point.wrong_number_at,
            "number out of reach": point.undeliverable_at,
            "wants no offers": point.no_offers_at,
        }
    yield from (words for words, since in marks.items() if since is not None)


def _conversation(tx: Tx, phone: str) -> Iterator[str]:
    conversation = tx.session.scalar(select(Conversation).where(Conversation.address == phone))
    if conversation is None:
        return
    yield from _open_tasks(tx, Task.conversation_id == conversation.id)
    if conversation.holder is Holder.BOT:
        return
    reasons = tx.session.scalars(
        select(Escalation.kind)
        .where(Escalation.conversation_id == conversation.id, Escalation.closed_at.is_(None))
        .order_by(Escalation.id)
    ).all()
    yield f"with a person: {', '.join(reasons)}" if reasons else "with a person"


def _open_tasks(tx: Tx, *which: ColumnElement[bool]) -> Iterator[str]:
    for task in tx.session.scalars(select(Task).where(Task.state == TaskState.OPEN, *which)):
        yield f"task: {TASKS.get(task.kind, task.kind)}"


def _unfinished(tx: Tx) -> Iterator[str]:
    """Nothing is left half done, and no text got two answers."""
    answered: list[UUID] = []
    for message in tx.session.scalars(select(Message)):
        if message.inbound_state is InboundState.PARKED or message.inbound_state is InboundState.UNREAD:
            yield f"a text is {message.inbound_state}: {message.body}"
        if message.outbox_state in (OutboxState.CLAIMED, OutboxState.UNKNOWN):
            yield f"a text is {message.outbox_state}: {message.body}"
        if message.answers_id is not None and message.phrase not in ANSWERED_LATER:
            answered.append(message.answers_id)
    if len(answered) != len(set(answered)):
        yield "a text was answered twice"
