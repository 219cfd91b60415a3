"""What staff say of texts that were understood wrongly: kept, taken back, and written out for review.

Nothing is trained by it. Somebody reads what `standby nlu export-corrections` writes and moves what belongs there
into the training data.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clinic.audit import By, record
from rules.anonymous import anonymised
from rules.states import Direction, InboundState
from storage.tables import Correction, Message, Patient, Provider, Staff
from storage.transaction import Tx


class NotReadByTheBot(Exception):
    """The text is not one of a patient's that the bot has read: there is nothing to correct."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected text, with nothing in it that tells whose it is. `meant` and `read_as` are topics."""

    text: str
    meant: str
    read_as: str
    language: str | None


def correct(tx: Tx, message_id: UUID, meant: str, by: By) -> Correction:
    """Note that a text meant `meant`, a topic of the training data. Said again it replaces what was said before,
    and counts as new. Raises `NotReadByTheBot`."""
    if by.staff_id is None:
        raise ValueError("only a member of staff says what a text meant")
    message = tx.session.get_one(Message, message_id)
    if message.direction is not Direction.IN or message.inbound_state is not InboundState.DONE:
        raise NotReadByTheBot
    correction = _of(tx, message_id)
    if correction is None:
        correction = Correction(clinic_id=tx.clinic_id, message_id=message_id)
        tx.session.add(correction)
    correction.meant, correction.made_by, correction.made_at = meant, by.staff_id, tx.now
    correction.exported_at = None
    tx.session.flush()
    record(tx, by, "message.corrected", message, after={"meant": meant})
    tx.wake("live", tx.clinic_id)
    return correction


def take_back(tx: Tx, message_id: UUID, by: By) -> None:
    """It was understood rightly after all. Taken back twice is taken back once."""
    correction = _of(tx, message_id)
    if correction is None:
        return
    message = tx.session.get_one(Message, message_id)
    record(tx, by, "message.correction_withdrawn", message, before={"meant": correction.meant})
    tx.session.delete(correction)
    tx.wake("live", tx.clinic_id)


def export(tx: Tx, by: By, *, familiar: Collection[str], every: bool = False) -> list[Corrected]:
    """The corrections that were not written out yet (or all of them), oldest first; from then on they were.

    `familiar` are everyday words, in lower case, that are no names where they are written small.
    """
    wanted = select(Correction, Message).join(Message, Message.id == Correction.message_id)
    if not every:
        wanted = wanted.where(Correction.exported_at.is_(None))
    names, region = _names(tx), tx.clinic().region
    found = []
    for correction, message in tx.session.execute(wanted.order_by(Correction.made_at)):
        text = anonymised(message.body, names=names, familiar=familiar, region=region)
        read = message.read_as or {}
        found.append(Corrected(text, correction.meant, str(read.get("intent", "")), message.language))
        correction.exported_at = tx.now
        record(tx, by, "message.correction_exported", message)
    return found


def _of(tx: Tx, message_id: UUID) -> Correction | None:
    return tx.session.scalar(select(Correction).where(Correction.message_id == message_id))


def _names(tx: Tx) -> frozenset[str]:
    """Everybody's names at the clinic, word by word, in lower case."""
    written = [
        name
        for column in (Patient.first_name, Patient.last_name, Staff.name, Provider.name)
        for name in tx.session.scalars(select(column))
    ]
    words = " ".join(written).lower().replace(".", " ").split()
    return frozenset(word for word in words if len(word) > 1 and word != "dr")
