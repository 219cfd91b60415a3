"""What stands in the tables while a lost visit is made up for."""

from sqlalchemy import select

from rules.states import (
    HoldState,
    PromptKind,
    TaskState,
)
from storage.tables import (
    Conversation,
    Hold,
    Prompt,
    Task,
)
from storage.transaction import Tx
from tests.clinic.recovering.conftest import Missed


def holds(missed: Missed, state: HoldState = HoldState.LIVE) -> list[Hold]:
    return [each for each in missed.office.all(Hold) if each.state is state]


def open_tasks(missed: Missed) -> list[str]:
    return [each.note for each in missed.office.all(Task) if each.state is TaskState.OPEN]


def awaited(missed: Missed) -> set[PromptKind]:
    return {each.kind for each in missed.office.all(Prompt) if each.answered_at is None}


def conversation(tx: Tx) -> Conversation:
    return tx.session.scalars(select(Conversation)).one()


def silent_from_now_on(asked: Missed) -> None:
    asked.office.settle()
    before = len(asked.texts)
    for days in (1, 3, 1):
        asked.office.later(days=days)
    assert len(asked.texts) == before
