"""Taking back: what a patient did by text is remembered for some minutes, with what to put back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clinic import policies
from rules.states import UndoKind
from storage.tables import Conversation, Hold, Offer, Undoable
from storage.transaction import Tx

LASTS = "minutes"
"""Beside what to put back: how long it can be taken back, where that is not the clinic's usual time."""


def remember(
    tx: Tx,
    conversation: Conversation,
    kind: UndoKind,
    subject_id: UUID,
    *,
    patient_id: UUID | None = None,
    before: dict[str, Any] | None = None,
    minutes: int | None = None,
) -> None:
    """`kind` was just done to a subject by text: for some minutes the patient may take it back; for as many as the
    clinic says, unless told otherwise."""
    tx.session.add(
        Undoable(
            clinic_id=tx.clinic_id,
            conversation_id=conversation.id,
            patient_id=patient_id,
            kind=kind,
            subject_id=subject_id,
            before=(before or {}) | ({LASTS: minutes} if minutes is not None else {}),
            made_at=tx.now,
        )
    )


def newest(tx: Tx, conversation_id: UUID) -> Undoable | None:
    """The newest thing done here by text, whether or not it is too late for it or it was taken back already:
    "wait, no" means that one, and never something older."""
    tx.session.flush()
    return tx.session.scalar(
        select(Undoable)
        .where(Undoable.conversation_id == conversation_id)
        .order_by(Undoable.made_at.desc(), Undoable.id.desc())
        .limit(1)
    )


def lately(tx: Tx, conversation_id: UUID) -> bool:
    """Whether anything was done here by text within the clinic's undo time, taken back since or not."""
    last = newest(tx, conversation_id)
    return last is not None and last.made_at >= _since(tx, last)


def of_one_text(tx: Tx, undoable: Undoable) -> Sequence[Undoable]:
    """This and what else was done in the same transaction, the last of it first (so that what locks openings comes
    before what locks only entries)."""
    return tx.session.scalars(
        select(Undoable)
        .where(
            Undoable.conversation_id == undoable.conversation_id,
            Undoable.made_at == undoable.made_at,
            Undoable.undone_at.is_(None),
        )
        .order_by(Undoable.id.desc())
    ).all()


def visit_of(tx: Tx, booking: Undoable) -> UUID | None:
    """The visit that a booking by text made: by a yes to an offer, or by choosing a time that was shown."""
    made = tx.session.get(Offer, booking.subject_id) or tx.session.get(Hold, booking.subject_id)
    return made.appointment_id if made else None


def in_time(tx: Tx, undoable: Undoable) -> bool:
    """Whether it may still be taken back: it was not yet, and the clinic's undo time is not over."""
    return undoable.undone_at is None and undoable.made_at >= _since(tx, undoable)


def _since(tx: Tx, undoable: Undoable) -> datetime:
    minutes = undoable.before.get(LASTS, policies.current(tx).undo_minutes)
    return tx.now - timedelta(minutes=minutes)
