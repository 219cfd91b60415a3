"""To be booked without being asked: agreed to in two steps, since nobody asks them again; ended by one word."""

from collections.abc import Sequence
from uuid import UUID

from clinic import beforehand, conversations, waitlist
from clinic.audit import PATIENT
from handlers import joining, wishing
from handlers.turn import Reply, Turn
from handlers.whom import entries_meant, patients_meant
from rules.states import PromptKind
from storage.tables import Prompt, WaitlistEntry


def wanted(turn: Turn) -> Reply | None:
    """They would like that: asked back once. Who waits for nothing joins first; wishes said with it are kept."""
    patients = patients_meant(turn)
    entries = entries_meant(turn)
    if entries:
        asked_back = wishing.keep(turn, entries) if turn.read.preferences else None
    else:
        asked_back = joining.start(turn, patients)
        entries = waitlist.waiting_of(turn.tx, [patient.id for patient in patients])
    return asked_back or _sure(entries)


def again(turn: Turn) -> Reply | None:
    """Half a yes is none: asked once more."""
    return _sure(_entries(turn))


def agree(turn: Turn) -> Reply | None:
    """A sure yes."""
    ids = [entry.id for entry in _entries(turn)]
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.AUTO_BOOK)
    done = beforehand.agree(turn.tx, turn.conversation, ids, PATIENT)
    return None if done else Reply("not_waiting")


def rather_not(turn: Turn) -> Reply | None:
    """A no: they are asked, as before."""
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.AUTO_BOOK)
    return Reply("auto_book_off")


def ask_first(turn: Turn) -> Reply | None:
    """They had agreed, and want to be asked after all."""
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.AUTO_BOOK)
    ids = [entry.id for entry in entries_meant(turn)]
    beforehand.ask_first(turn.tx, turn.conversation, ids, PATIENT)
    return None


def _sure(entries: Sequence[WaitlistEntry]) -> Reply:
    if not entries:
        return Reply("not_waiting")
    return joining.ask_auto_book(entries)


def _entries(turn: Turn) -> Sequence[WaitlistEntry]:
    """Those that were asked about."""
    awaited = turn.decision.awaited
    prompt = turn.tx.session.get_one(Prompt, awaited.id if awaited else None)
    return [turn.tx.session.get_one(WaitlistEntry, UUID(each)) for each in prompt.options]
