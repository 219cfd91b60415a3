"""What staff note on an entry of the waitlist, with who and when. Never shown to the patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clinic.audit import by_staff, record
from storage.tables import EntryComment, Staff, WaitlistEntry
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Comment:
    """A note, and the name of whoever wrote it."""

    comment: EntryComment
    author: str


def add(tx: Tx, entry_id: UUID, text: str, staff_id: UUID) -> EntryComment:
    """Note something on an entry, whether or not it still waits."""
    entry = tx.session.get_one(WaitlistEntry, entry_id)
    comment = EntryComment(
        clinic_id=tx.clinic_id, entry_id=entry.id, staff_id=staff_id, text=text, made_at=tx.now
    )
    tx.session.add(comment)
    tx.session.flush()
    record(tx, by_staff(staff_id), "entry.commented", entry, after={"comment": str(comment.id)})
    return comment


def of_entry(tx: Tx, entry_id: UUID) -> Sequence[Comment]:
    """Newest first."""
    rows = tx.session.execute(
        select(EntryComment, Staff.name)
        .join(Staff, Staff.id == EntryComment.staff_id)
        .where(EntryComment.entry_id == entry_id)
        .order_by(EntryComment.id.desc())
    )
    return [Comment(comment, name) for comment, name in rows]
