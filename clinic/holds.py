"""Free times that were shown to a patient are kept for them some minutes; the database has the last word."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError

from clinic import conversations, phrases, policies, slots
from clinic.audit import BOT, By, record
from clinic.slots import Search
from rules.facts import Span
from rules.slot_choice import Slot
from rules.states import DueKind, HoldState, PromptKind
from storage.queries.due import set_done, set_due
from storage.tables import Conversation, Hold, Message, Patient, Prompt, Provider
from storage.transaction import Tx

SHOWN = 3
"""How many times are shown at once: more make a long text, and choosing hard."""

LINE = "time"
"""What a line of a numbered list points at: `time:<hold id>` is booked."""

TRIED = 12
"""Of how many the shown ones are taken: somebody may have got hold of some in the same second."""


def show(
    tx: Tx, conversation: Conversation, *searches: Search, by: By = BOT, until: datetime | None = None
) -> Sequence[Hold]:
    """Keep the best free times for this patient, and give them in the order of the calendar; none where none is.
    Of several searches each has its turn. They are kept some minutes, or `until` then.

    What was shown to the number before is released: a new list stands in the place of the old one.
    """
    release_all(tx, conversation.id)
    kept: list[Hold] = []
    until = until or tx.now + timedelta(minutes=policies.current(tx).hold_shown_minutes)
    for search, slot in _in_turns(tx, searches):
        held = _keep(tx, conversation, search, slot, until)
        if held is not None:
            kept.append(held)
        if len(kept) == SHOWN:
            break
    for held in kept:
        record(tx, by, "time.held", held, after={"start": held.starts_at.isoformat()})
    if kept:
        set_due(tx.session, tx.clinic_id, DueKind.HOLD, conversation.id, kept[0].until)
    return sorted(kept, key=lambda held: (held.starts_at, held.provider_id))


def keep_on(tx: Tx, conversation: Conversation, shown: Sequence[Hold]) -> list[Hold]:
    """What was shown is kept some minutes more, as far as it can still be had."""
    until = tx.now + timedelta(minutes=policies.current(tx).hold_shown_minutes)
    kept = [each for each in shown if slots.still_free(tx, each, beside_openings=False)]
    kept = [each for each in kept if _keep_again(tx, each, until)]
    if kept:
        set_due(tx.session, tx.clinic_id, DueKind.HOLD, conversation.id, until)
    return kept


def _keep_again(tx: Tx, held: Hold, until: datetime) -> bool:
    """False where somebody else has been shown it, or it is booked."""
    if held.state is HoldState.BOOKED:
        return False
    release_expired(tx, held.provider_id, Span(held.starts_at, held.ends_at))
    try:
        with tx.session.begin_nested():
            held.state, held.until = HoldState.LIVE, until
            tx.session.flush()
    except IntegrityError:
        return False
    return True


def ask_which(
    tx: Tx, conversation: Conversation, patient_id: UUID, kept: Sequence[Hold], message: Message
) -> None:
    """The times stand in a text with numbers: which of them is awaited, until the first of them begins."""
    conversations.ask(
        tx,
        conversation,
        PromptKind.LIST,
        None,
        patient_id=patient_id,
        options=[f"{LINE}:{held.id}" for held in kept],
        message=message,
        lives=min(held.starts_at for held in kept) - tx.now,
    )


def _in_turns(tx: Tx, searches: Sequence[Search]) -> Iterator[tuple[Search, Slot]]:
    found = [[(each, slot) for slot in slots.find(tx, each, limit=TRIED)] for each in searches]
    return filter(None, chain.from_iterable(zip_longest(*found)))


def _keep(tx: Tx, conversation: Conversation, search: Search, slot: Slot, until: datetime) -> Hold | None:
    """One time kept; None where somebody else has just been shown it."""
    release_expired(tx, slot.provider_id, slot.span)
    held = Hold(
        clinic_id=tx.clinic_id,
        conversation_id=conversation.id,
        patient_id=search.patient_id,
        provider_id=slot.provider_id,
        type_id=search.type_id,
        location_id=slot.location_id,
        room_id=slot.room_id,
        starts_at=slot.span.start,
        ends_at=slot.span.end,
        made_at=tx.now,
        until=until,
        replaces_id=search.replaces_id,
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(held)
            tx.session.flush()
    except IntegrityError:
        return None
    return held


def release_expired(tx: Tx, provider_id: UUID, span: Span) -> None:
    """Whoever wants a time first releases what is kept of it beyond its minutes."""
    over_it = (Hold.provider_id == provider_id, Hold.starts_at < span.end, Hold.ends_at > span.start)
    _release(tx, *over_it, Hold.until <= tx.now)


def release_all(tx: Tx, conversation_id: UUID) -> None:
    """Nothing is kept for this number any more."""
    _release(tx, Hold.conversation_id == conversation_id)
    set_done(tx.session, DueKind.HOLD, conversation_id, tx.now)


def release_due(tx: Tx, conversation_id: UUID) -> datetime | None:
    """Release what has run out for a number. What due rows call; gives when the next does."""
    _release(tx, Hold.conversation_id == conversation_id, Hold.until <= tx.now)
    return tx.session.scalar(
        select(Hold.until)
        .where(Hold.conversation_id == conversation_id, Hold.state == HoldState.LIVE)
        .order_by(Hold.until)
        .limit(1)
    )


def _release(tx: Tx, *which: ColumnElement[bool]) -> None:
    tx.session.execute(
        update(Hold)
        .where(Hold.state == HoldState.LIVE, *which)
        .values(state=HoldState.RELEASED)
        .execution_options(synchronize_session="fetch")
    )


def lock(tx: Tx, hold_id: UUID) -> Hold:
    return tx.session.scalars(
        select(Hold)
        .where(Hold.id == hold_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def words(tx: Tx, held: Hold) -> dict[str, phrases.Words]:
    """What a sentence about a time that was shown may name: first name, provider, time."""
    return {
        "name": tx.session.get_one(Patient, held.patient_id).first_name,
        "provider": tx.session.get_one(Provider, held.provider_id).name,
        "when": phrases.when(held.starts_at, tx.clinic().timezone),
    }


def lists_times(prompt: Prompt) -> bool:
    """Whether a numbered list is one of times that are kept."""
    return all(each.startswith(f"{LINE}:") for each in prompt.options)


def with_number(tx: Tx, prompt: Prompt, number: int) -> Hold | None:
    """The time that a list has at a number; None where it has none there, or lists something else."""
    if not lists_times(prompt) or not 1 <= number <= len(prompt.options):
        return None
    return tx.session.get_one(Hold, UUID(prompt.options[number - 1].removeprefix(f"{LINE}:")))
