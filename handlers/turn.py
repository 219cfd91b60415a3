"""What a handler gets, and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic import handoff, policies
from clinic.messages import NOTHING, About
from clinic.phrases import Words, part, when
from handlers.decide import Awaited, Decision
from nlu.understanding import Understanding
from rules.states import EscalationKind, PromptKind
from storage.queries.glance import Glance
from storage.tables import Conversation, Message, Patient, Prompt
from storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class Turn:
    """One text of one conversation, read and decided, inside the transaction that acts on it.

    `read` is what the decision was made from, the text or one clause of it; `whole` is all of the text.
    """

    tx: Tx
    conversation: Conversation
    message: Message
    read: Understanding
    whole: Understanding
    decision: Decision
    awaited: tuple[Awaited, ...]
    patients: tuple[Patient, ...]  # everybody the number is known to reach
    glance: Glance  # what there was about them before anything was done

    @property
    def patient_ids(self) -> list[UUID]:
        return [patient.id for patient in self.patients]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a reply waits for: the kind of answer, what it is about, and a numbered list's options."""

    kind: PromptKind
    subject_id: UUID | None = None
    patient_id: UUID | None = None
    options: tuple[str, ...] = ()
    lives: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reply:
    """A sentence that asks or acknowledges. Operations that change something say so themselves."""

    phrase: str
    values: Mapping[str, Words] = field(default_factory=dict)
    about: About = NOTHING
    asks: Asking | None = None


def by_desk_hours(tx: Tx, phrase: str, **values: Words) -> Reply:
    """A promise that a person answers: at once while the desk is open, else from when it opens."""
    opens = policies.desk_opens(tx)
    if opens is None:
        return Reply(phrase, values)
    return Reply(f"{phrase}_closed", {**values, "opens": when(opens, tx.clinic().timezone)})


def hand_over(turn: Turn, why: EscalationKind, phrase: str = "handed_over", **values: Words) -> Reply:
    """A person goes on from here, and the patient hears when."""
    escalate(turn, why)
    return by_desk_hours(turn.tx, phrase, **values)


def escalate(turn: Turn, why: EscalationKind) -> None:
    """This text needs a person, whatever is answered to it."""
    handoff.escalate(turn.tx, turn.conversation, why, turn.message.id)


def answered(turn: Turn) -> Prompt:
    """The question of ours that the text answers. There has to be one."""
    awaited = turn.decision.awaited
    return turn.tx.session.get_one(Prompt, awaited.id if awaited else None)


def listed(turn: Turn, words: Mapping[str, Words]) -> Words:
    """An offer or a visit as a line of a numbered list; on a family's phone it says whose."""
    return part("line_for" if len(turn.patients) > 1 else "line", **words)


def local_now(turn: Turn) -> datetime:
    """Now, on the clinic's clock."""
    return turn.tx.now.astimezone(ZoneInfo(turn.tx.clinic().timezone))
