"""No clinic sees another's rows: every table, every way of asking."""

import ast
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from storage.tables import Base, Clinic, Room
from storage.transaction import Tx, WrongClinic, made_once
from tests.storage.conftest import Town
from tests.storage.rows import SCOPED, one_of_each, row_of

HOUSE = Path(__file__).parents[2]
LAYERS = ("cli", "jobs", "bot", "handlers", "clinic", "storage", "rules")

OVER_ALL = ("unscoped", "statements", "one_statement")

OVER_ALL_CLINICS = {
    "bot/access.py:staff_of_session",  # the session says who it is
    "bot/admin/sign_in.py:enter",  # the clinic is known once they are in
    "bot/chat/frame.py:page",  # the address named tells the clinic
    "bot/chat/routes.py:begin",
    "bot/chat/routes.py:messages",  # the token tells the chat
    "bot/chat/sessions.py:conversation_of",
    "bot/conversation.py:drain",  # jobs know an id only
    "bot/due.py:_lease",
    "bot/link_pages.py:clinic_of",  # the link says what it is for
    "bot/metrics.py:collect",  # counts and ages of all, for whoever runs it
    "bot/outbox.py:deliver",
    "bot/outbox.py:pump",
    "bot/settling.py:settle",
    "jobs/cron.py:begin",
    "jobs/cron.py:once",  # the lock is everybody's
    "bot/sweep.py:sweep",
    "bot/webhooks/schedule_feed.py:event",  # the address posted to tells the clinic
    "bot/webhooks/twilio.py:_recorded",  # the text tells the clinic
    "bot/webhooks/twilio.py:message",  # the number texted tells it
    "bot/webhooks/voice.py:_message",  # the call was made about one of ours
    "bot/webhooks/voice.py:_record",
    "clinic/clinics.py:id_of",  # the command line looks a clinic up by its name
    "clinic/clinics.py:slugs",
    "clinic/tokens.py:find",  # the token tells the clinic
    "cli/import_.py:_load",  # the planner's statistics are of all
}
"""Who may work over all clinics, and nobody else."""


@pytest.fixture
def theirs(town: Town) -> dict[str, Any]:
    """A row of every table, all of Hilltop's."""
    with town.store.unscoped() as session:
        rows = one_of_each(session, town.hilltop.id)
        session.flush()
    return rows


def test_every_table_but_the_clinic_itself_belongs_to_a_clinic() -> None:
    assert {mapper.class_ for mapper in Base.registry.mappers} - set(SCOPED) == {Clinic}


def test_no_row_of_another_clinic_is_found(town: Town, theirs: dict[str, Any]) -> None:
    def look(tx: Tx) -> list[str]:
        return [
            cls.__tablename__
            for cls in SCOPED
            if tx.session.get(cls, theirs[cls.__tablename__].id)
            or tx.session.scalars(select(cls).where(cls.id == theirs[cls.__tablename__].id)).all()
            or tx.session.scalars(select(cls.id).where(cls.id == theirs[cls.__tablename__].id)).all()
        ]

    assert town.store.run(town.lakeside.id, look) == []
    assert len(town.store.run(town.hilltop.id, look)) == len(SCOPED)


def test_a_statement_made_once_finds_each_clinic_its_own_rows(town: Town, theirs: dict[str, Any]) -> None:
    rooms, theirs_only = made_once(select(Room.id)), [theirs["room"].id]
    asked = [town.hilltop, town.lakeside, town.hilltop]
    found = [town.store.run(each.id, lambda tx: list(tx.session.scalars(rooms))) for each in asked]
    assert found == [theirs_only, [], theirs_only]


def test_no_row_of_another_clinic_can_be_changed_or_deleted(town: Town, theirs: dict[str, Any]) -> None:
    def touch(tx: Tx) -> list[str]:
        return [
            cls.__tablename__
            for cls in SCOPED
            for statement in (update(cls).values(clinic_id=town.lakeside.id), delete(cls))
            if changed(tx, statement.where(cls.id == theirs[cls.__tablename__].id))
        ]

    assert town.store.run(town.lakeside.id, touch) == []


def changed(tx: Tx, statement: Any) -> int:
    done = tx.session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]  # what a change gives, says SQLAlchemy only at runtime


def test_no_row_of_another_clinic_can_be_added(town: Town, theirs: dict[str, Any]) -> None:
    for cls in SCOPED:
        with pytest.raises(WrongClinic):
            town.store.run(town.lakeside.id, partial(add, row=row_of(cls, town.hilltop.id, theirs)))


def add(tx: Tx, row: Any) -> Any:
    tx.session.add(row)
    tx.session.flush()
    return row


def test_another_clinic_itself_is_not_found(town: Town) -> None:
    def look(tx: Tx) -> list[str]:
        return [clinic.short_name for clinic in tx.session.scalars(select(Clinic))]

    assert town.store.run(town.lakeside.id, look) == ["Lakeside"]


def test_a_new_row_is_given_the_clinic_of_its_transaction(town: Town) -> None:
    room = town.store.run(town.hilltop.id, lambda tx: add(tx, Room(name="1")))
    assert room.clinic_id == town.hilltop.id


def test_only_those_named_here_work_over_all_clinics() -> None:
    found = {use for layer in LAYERS for file in (HOUSE / layer).rglob("*.py") for use in uses(file)}
    assert found == OVER_ALL_CLINICS


def uses(file: Path) -> Iterator[str]:
    """`file:function` of every call of one of these."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            calls = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
            if any(isinstance(call, ast.Attribute) and call.attr in OVER_ALL for call in calls):
                yield f"{file.relative_to(HOUSE)}:{node.name}"
