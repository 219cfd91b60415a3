"""What a touch about a lost visit offers, and what its patient makes of it.

Its times are looked for and held only as it is handed to the carrier (clinic/gate.py), so that nothing is held
over a night; a patient who writes first is answered with them at once.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic import (
    conversations,
    holds,
    messages,
    phrases,
    policies,
    reaching,
    recovery_attempts,
    recovery_cases,
    recovery_words,
    waitlist,
    wishes,
)
from clinic.audit import PATIENT
from clinic.messages import About
from clinic.slots import Search
from rules.channels import ANSWERED_IN_WORDS, channel_of
from rules.holds import held_until
from rules.states import (
    OPEN_RECOVERY,
    AttemptResult,
    Channel,
    PromptKind,
    RecoveryEnd,
    RecoveryState,
)
from rules.wanted import Wanted
from rules.wishes import Wishes
from storage.queries import recovery as queries
from storage.tables import (
    Appointment,
    Cancellation,
    Conversation,
    Hold,
    Message,
    RecoveryAttempt,
    RecoveryCase,
)
from storage.transaction import Tx

NAMES_TIMES = ("recovery_times", "recovery_one")
PHRASES = (*NAMES_TIMES, "recovery_ask", "recovery_call", messages.CALL_RECOVERY)

UNANSWERED = {Channel.EMAIL: "recovery_call", Channel.VOICE: messages.CALL_RECOVERY}
"""What is said where no answer can be written."""

BUSY = "something else is being talked about"
"""Why a touch does not go now, and is written again later."""

LONGEST_HELD = timedelta(days=2)
"""Whatever the clinic's hold, in allowed hours, comes to."""

A_CALL = timedelta(minutes=10)
"""What is named in a call is kept for it alone: it rings at once, and lasts some minutes."""

ANSWERED_WITHIN = timedelta(days=14)
"""How long a bare yes or no is taken for an answer."""


# The last gate


def unwanted(tx: Tx, message: Message, conversation: Conversation) -> str | None:
    """Why a touch should not go after all, asked when it is claimed."""
    made = queries.of_message(tx.session, message.id)
    if made is None:
        return "the visit stands again"
    row = tx.session.get_one(RecoveryCase, made.case_id, populate_existing=True)
    lost = tx.session.get_one(Cancellation, row.cancellation_id, populate_existing=True)
    if lost.recovery not in OPEN_RECOVERY:
        return "the lost visit is settled"
    if row.answered_at is not None or row.not_before > tx.now:
        return "has answered"
    return BUSY if recovery_attempts.quiet_until(tx, row.id, conversation) > tx.now else None


def hand_over(tx: Tx, message: Message) -> None:
    """The touch is about to be handed to the carrier: its times are looked for and held, its words are final, and
    an answer is awaited."""
    made = tx.session.scalars(select(RecoveryAttempt).where(RecoveryAttempt.message_id == message.id)).one()
    row = tx.session.get_one(RecoveryCase, made.case_id)
    conversation = tx.session.get_one(Conversation, message.conversation_id)
    channel, visit = channel_of(message.address), _visit_of(tx, row)
    answerable = channel in ANSWERED_IN_WORDS
    _let_go_of_earlier(tx, message, visit, made)
    kept: Sequence[Hold] = ()
    if channel is Channel.VOICE:
        kept = show(tx, conversation, visit, until=tx.now + A_CALL)
    elif answerable and _takes_times(tx, message, conversation):
        kept = show(tx, conversation, visit)
    _put_into_words(tx, message, conversation, visit, made, kept)
    case = recovery_cases.lock(tx, row.cancellation_id)
    if case is None:
        return
    if answerable:
        _await_answer(tx, conversation, row, message, kept)
    recovery_attempts.sent(tx, case, made)


def _let_go_of_earlier(tx: Tx, message: Message, visit: Appointment, made: RecoveryAttempt) -> None:
    """What the same try by another channel kept and awaited, which did not arrive."""
    for earlier in queries.texts_about(tx.session, visit.id, PHRASES, made.made_at):
        if earlier.id != message.id:
            conversations.close_prompts_of(tx, earlier.id)
            holds.release_all(tx, earlier.conversation_id)


def _put_into_words(
    tx: Tx,
    message: Message,
    conversation: Conversation,
    visit: Appointment,
    made: RecoveryAttempt,
    kept: Sequence[Hold],
) -> None:
    channel = channel_of(message.address)
    if channel in UNANSWERED:
        phrase = UNANSWERED[channel]
    else:
        phrase = "recovery_times" if len(kept) > 1 else "recovery_one" if kept else "recovery_ask"
    values = {
        **recovery_words.offered(tx, kept),
        "opening": recovery_words.opening(
            tx, visit, made.wording, made.words, spoken=channel is Channel.VOICE
        ),
        "phone": phrases.phone(tx.clinic().phone),
    }
    language = messages.language_of(tx, conversation, message.patient_id)
    message.body = f"{tx.clinic().short_name}: {phrases.render(phrase, language, **values)}"
    message.phrase = phrase
    messages.keep_values(message, phrase, values, language)


def _takes_times(tx: Tx, message: Message, conversation: Conversation) -> bool:
    """Whether times can be named there now: WhatsApp may take only the question."""
    language = messages.language_of(tx, conversation, message.patient_id)
    return reaching.takes_words(tx, conversation) or all(
        reaching.template_of(tx, phrase, language) for phrase in NAMES_TIMES
    )


def take_back(tx: Tx, message: Message) -> None:
    """It did not go out after all: it is still to go, and nothing is held or awaited meanwhile."""
    made = queries.of_message(tx.session, message.id)
    if made is not None:
        made.sent_at = None
    conversations.close_prompts_of(tx, message.id)
    holds.release_all(tx, message.conversation_id)


def dropped(tx: Tx, message: Message, because: str) -> None:
    """It will not go out: that try has come to nothing, or was none, and the case goes on."""
    made = queries.of_message(tx.session, message.id)
    case = recovery_cases.find(tx, made.case_id) if made is not None else None
    if made is None or case is None:
        return
    if because == BUSY:
        tx.session.delete(made)
        tx.session.flush()
    else:
        made.note, made.result = f"A text was not sent: {because}.", AttemptResult.NO_RESPONSE
    if case.is_open:
        recovery_cases.plan(tx, case)


# Times


def show(
    tx: Tx, conversation: Conversation, visit: Appointment, *, until: datetime | None = None
) -> Sequence[Hold]:
    """The best times for a lost visit, kept as long as an offer is, or `until` then; none where none suits well
    enough."""
    decided = policies.current(tx)
    if until is None:
        hours = policies.allowed_hours(tx, conversation.address, visit.patient_id)
        until = held_until(tx.now, tx.now + LONGEST_HELD, decided, hours)
    waits = next(iter(waitlist.waiting_for(tx, visit.patient_id, visit.type_id)), None)
    wanted = Wanted(
        at=visit.starts_at.astimezone(ZoneInfo(tx.clinic().timezone)).time(),
        after=until,
        wishes=wishes.wishes_of(waits) if waits else Wishes(preferred_provider_id=visit.provider_id),
    )
    search = Search(visit.patient_id, visit.type_id, wanted, least=decided.recovery.least_score)
    return holds.show(tx, conversation, search, until=until)


def _await_answer(
    tx: Tx, conversation: Conversation, row: RecoveryCase, message: Message, kept: Sequence[Hold]
) -> None:
    conversations.ask(
        tx,
        conversation,
        PromptKind.RECOVERY,
        row.id,
        patient_id=row.patient_id,
        message=message,
        lives=ANSWERED_WITHIN,
    )
    if kept:
        holds.ask_which(tx, conversation, row.patient_id, kept, message)


# In the thread


def offer_here(tx: Tx, conversation: Conversation, appointment_id: UUID) -> bool:
    """Answer the patient's own word on a lost visit with other times: their first touch, if it is one. False, and
    nothing said, where nobody tries to make up for it, or there are none."""
    case = recovery_cases.of_visit(tx, appointment_id)
    if case is None:
        return False
    visit = tx.session.get_one(Appointment, appointment_id)
    kept = show(tx, conversation, visit)
    if not kept:
        return False
    message = messages.say(
        tx,
        conversation,
        "cancel_times" if len(kept) > 1 else "cancel_times_one",
        recovery_words.offered(tx, kept),
        about=About(visit.patient_id),
    )
    _await_answer(tx, conversation, case.row, message, kept)
    if case.lost.recovery is not RecoveryState.IN_PROGRESS:
        recovery_attempts.told(tx, appointment_id, message, recovery_attempts.REPLY)
    return True


def decline(tx: Tx, conversation: Conversation, case_id: UUID) -> None:
    """They would rather not: they are thanked, and left alone."""
    case = recovery_cases.find(tx, case_id)
    if case is not None and case.is_open:
        recovery_cases.end(tx, case.lost, RecoveryEnd.DECLINED, PATIENT)
    _leave_be(tx, conversation)


def not_now(tx: Tx, conversation: Conversation, case_id: UUID, until: date) -> None:
    """Not now: they are asked again on that day."""
    case = recovery_cases.find(tx, case_id)
    if case is not None and case.is_open:
        recovery_cases.pause(tx, case, until, PATIENT)
    _leave_be(tx, conversation)


def _leave_be(tx: Tx, conversation: Conversation) -> None:
    holds.release_all(tx, conversation.id)
    conversations.close_prompts(tx, conversation.id, PromptKind.LIST)


def _visit_of(tx: Tx, row: RecoveryCase) -> Appointment:
    lost = tx.session.get_one(Cancellation, row.cancellation_id)
    return tx.session.get_one(Appointment, lost.appointment_id)
