"""Who has a conversation, the bot or a person: escalated, alerted, taken over, handed back."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select

from clinic import conversations, messages, phrases, policies, reaching, waitlist
from clinic.audit import BOT, By, record
from clinic.conversations import lock
from clinic.messages import About
from rules.phones import to_e164
from rules.states import Channel, DueKind, EscalationKind, Holder, MessageClass
from storage.queries.due import set_done, set_due
from storage.tables import Conversation, Escalation, Message, Staff
from storage.transaction import Tx

ALERT_LIVES = timedelta(hours=12)
"""An alert that could not go for so long is none any more."""


def escalate(
    tx: Tx, conversation: Conversation, kind: EscalationKind, message_id: UUID | None = None
) -> Escalation:
    """Give a conversation to a person, and have the on-call list alerted until somebody opens it.

    Out of hours only an emergency alerts, at once and again; the rest waits until the desk opens.
    """
    found = tx.session.scalar(
        select(Escalation).where(
            Escalation.conversation_id == conversation.id,
            Escalation.kind == kind,
            Escalation.closed_at.is_(None),
        )
    )
    escalation = found or Escalation(
        clinic_id=tx.clinic_id,
        conversation_id=conversation.id,
        kind=kind,
        message_id=message_id,
        opened_at=tx.now,
    )
    if found is None:
        tx.session.add(escalation)
        tx.session.flush()
        record(tx, BOT, "conversation.escalated", escalation, after={"kind": kind})
    elif kind is EscalationKind.EMERGENCY:
        escalation.seen_at = escalation.seen_by = None
    _to_person(tx, conversation)
    _alert_when(tx, escalation)
    return escalation


def _to_person(tx: Tx, conversation: Conversation) -> None:
    conversation.holder = Holder.PERSON
    conversation.misses = 0
    conversation.staff_acted_at = tx.now
    hours = policies.current(tx).hand_back_hours
    set_due(tx.session, tx.clinic_id, DueKind.HAND_BACK, conversation.id, tx.now + timedelta(hours=hours))


def _alert_when(tx: Tx, escalation: Escalation) -> None:
    if escalation.seen_at is not None:
        return
    due_id = set_due(
        tx.session, tx.clinic_id, DueKind.ALERT, escalation.id, _waits_until(tx, escalation) or tx.now
    )
    tx.wake("due", due_id)


def _waits_until(tx: Tx, escalation: Escalation) -> datetime | None:
    """When the desk opens, out of hours; an emergency waits for nothing."""
    return None if escalation.kind is EscalationKind.EMERGENCY else policies.desk_opens(tx)


def alert(tx: Tx, escalation_id: UUID) -> datetime | None:
    """Text everybody on call, unless somebody has looked or it can wait until the desk opens. Gives when to do it
    again."""
    escalation = tx.session.get_one(Escalation, escalation_id)
    if escalation.seen_at is not None or escalation.closed_at is not None:
        return None
    opens = _waits_until(tx, escalation)
    if opens is not None:
        return opens
    alert_on_call(tx, f"{tx.links.public_url}/inbox/{escalation.conversation_id}", phrase="alert")
    escalation.alerts += 1
    record(tx, BOT, "escalation.alerted", escalation, after={"alerts": escalation.alerts})
    return tx.now + timedelta(minutes=policies.current(tx).alert_repeat_minutes)


def alert_on_call(tx: Tx, link: str, *, phrase: str) -> None:
    """Tell everybody on call that a patient needs them, or whatever `phrase` says, and where: nothing personal."""
    for person in tx.session.scalars(select(Staff).where(Staff.on_call, Staff.left_at.is_(None))):
        alert_staff(tx, person, link, phrase=phrase)


def alert_staff(tx: Tx, person: Staff, link: str, *, phrase: str, not_before: datetime | None = None) -> None:
    """Tell somebody of the staff by text and by email, as far as the clinic sends either and knows where to."""
    until = About(expires_at=(not_before or tx.now) + ALERT_LIVES)
    senders = reaching.senders(tx)
    for channel, address in addresses_of(tx, person).items():
        if channel in senders:
            line = conversations.with_address(tx, senders[channel], address)
            text = messages.say(tx, line, phrase, {"link": link}, klass=MessageClass.ALERT, about=until)
            text.not_before = not_before
            if channel is Channel.EMAIL:
                language = messages.language_of(tx, line, None)
                text.extras = {"subject": phrases.render(phrase, language, link="").strip()}


def addresses_of(tx: Tx, person: Staff) -> dict[Channel, str]:
    """Where somebody of the staff is told that they are needed."""
    number = to_e164(person.phone or "", tx.clinic().region)
    return {Channel.EMAIL: person.email, **({Channel.SMS: number} if number else {})}


def opened_by_staff(tx: Tx, conversation_id: UUID, by: By) -> None:
    """Somebody has opened the conversation: its alerts stop."""
    seen = tx.session.scalars(
        select(Escalation).where(Escalation.conversation_id == conversation_id, Escalation.seen_at.is_(None))
    )
    for escalation in seen:
        escalation.seen_at, escalation.seen_by = tx.now, by.staff_id
        set_done(tx.session, DueKind.ALERT, escalation.id, tx.now)
        record(tx, by, "escalation.seen", escalation)


FOR_A_PERSON_ALONE = (
    EscalationKind.EMERGENCY,
    EscalationKind.WRONG_NUMBER,
    EscalationKind.TOO_MANY,
    EscalationKind.COMPLAINT,
    EscalationKind.LANGUAGE,
)
"""Where whatever a machine said next would be wrong, or is what it came to staff for."""


def waits_to_be_taken(tx: Tx, conversation: Conversation) -> bool:
    """Whether something is put to the staff and none of them has written yet, nor taken it: meanwhile the bot goes
    on with what it is sure of, since a visit given up at night is not to wait for the desk."""
    if conversation.holder is Holder.BOT or conversation.staff_id is not None:
        return False
    alone = exists().where(
        Escalation.conversation_id == conversation.id,
        Escalation.closed_at.is_(None),
        Escalation.kind.in_(FOR_A_PERSON_ALONE),
    )
    return not tx.session.scalar(select(alone))


def take_over(tx: Tx, conversation_id: UUID, by: By) -> Conversation:
    """A member of staff has the conversation from now on."""
    conversation = lock(tx, conversation_id)
    before = {"holder": conversation.holder, "staff": str(conversation.staff_id)}
    _to_person(tx, conversation)
    conversation.staff_id = by.staff_id
    opened_by_staff(tx, conversation.id, by)
    record(tx, by, "conversation.taken", conversation, before=before, after={"holder": Holder.PERSON})
    return conversation


def hand_back(tx: Tx, conversation_id: UUID, by: By) -> None:
    """The bot has the conversation again; what a person was needed for counts as settled.

    Its patients can be offered something again, so openings with nobody asked are looked at.
    """
    conversation = lock(tx, conversation_id)
    if conversation.holder is Holder.BOT:
        return
    conversation.holder, conversation.staff_id = Holder.BOT, None
    for escalation in tx.session.scalars(
        select(Escalation).where(
            Escalation.conversation_id == conversation.id, Escalation.closed_at.is_(None)
        )
    ):
        escalation.closed_at = tx.now
        set_done(tx.session, DueKind.ALERT, escalation.id, tx.now)
    set_done(tx.session, DueKind.HAND_BACK, conversation.id, tx.now)
    for patient in conversations.patients_on(tx, conversation.address):
        waitlist.wake_openings_for(tx, patient.id)
    record(tx, by, "conversation.handed_back", conversation, before={"holder": Holder.PERSON})


def hand_back_if_quiet(tx: Tx, conversation_id: UUID) -> datetime | None:
    """Hand back a conversation no person has touched for a while. Gives when to look again, if not yet.

    One that nobody has opened stays with the staff: handing it back would lose it.
    """
    conversation = lock(tx, conversation_id)
    if conversation.holder is Holder.BOT:
        return None
    hours = timedelta(hours=policies.current(tx).hand_back_hours)
    unseen = tx.session.scalar(
        select(
            exists().where(
                Escalation.conversation_id == conversation.id,
                Escalation.closed_at.is_(None),
                Escalation.seen_at.is_(None),
            )
        )
    )
    quiet_at = (conversation.staff_acted_at or tx.now) + hours
    if unseen:
        return tx.now + hours
    if quiet_at > tx.now:
        return quiet_at
    hand_back(tx, conversation.id, BOT)
    return None


class TakenByAnother(Exception):
    """A colleague has the conversation: two people don't answer the same one."""


def reply_as_staff(tx: Tx, conversation_id: UUID, text: str, by: By) -> Message:
    """A person answers, and the conversation is theirs from then on. Raises `TakenByAnother`."""
    if by.staff_id is None:
        raise ValueError("only a member of staff can answer in their own words")
    if lock(tx, conversation_id).staff_id not in (None, by.staff_id):
        raise TakenByAnother
    conversation = take_over(tx, conversation_id, by)
    message = messages.say_as_staff(tx, conversation, text, by.staff_id)
    record(tx, by, "conversation.answered", conversation, after={"message": str(message.id)})
    return message
