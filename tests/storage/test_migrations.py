"""Migrations: one line of them, up and down and up again, ending at what the code expects."""

import re

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Enum, text

from storage import migrations
from storage.tables import Base
from tests.storage.conftest import Town


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(migrations._config(""))


def test_there_is_one_head() -> None:
    assert scripts().get_heads() == [migrations.head()]


def test_each_is_numbered_and_says_in_a_sentence_what_it_does() -> None:
    for script in scripts().walk_revisions():
        assert re.fullmatch(r"\d{4}", script.revision)
        assert script.doc.endswith(".")


def test_a_migrated_database_is_what_the_code_expects(database_url: str) -> None:
    assert migrations.current(database_url) == migrations.head()
    assert migrations.problems(database_url) == []


def test_up_down_and_up_again_ends_at_the_same_schema(database_url: str) -> None:
    command.downgrade(migrations._config(database_url), "base")
    assert migrations.current(database_url) is None
    migrations.upgrade(database_url)
    assert migrations.problems(database_url) == []


def test_a_database_behind_the_code_is_told_what_to_do(database_url: str) -> None:
    command.downgrade(migrations._config(database_url), "base")
    assert "standby db upgrade" in migrations.problems(database_url)[0]


def test_a_column_too_many_is_a_problem(database_url: str, town: Town) -> None:
    with town.store.unscoped() as session:
        session.execute(text("ALTER TABLE room ADD COLUMN colour text"))
    assert len(migrations.problems(database_url)) == 1


def test_the_database_knows_every_word_of_every_status(town: Town) -> None:
    """The comparison above does not look into check constraints."""
    with town.store.unscoped() as session:
        found = session.execute(
            text("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'")
        )
        checks = {name: definition for name, definition in found}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Enum):
                said = set(re.findall(r"'([\w.]+)'", checks[f"ck_{table.name}_{column.type.name}"]))
                assert said == set(column.type.enums), (table.name, column.name)
