"""Numbered migrations, one head. `upgrade(url)` brings a database to it, `problems(url)` says what is off."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from storage.tables import Base


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["database_url"] = database_url
    return config


def head() -> str:
    """The newest migration the code knows."""
    revision = ScriptDirectory.from_config(_config("")).get_current_head()
    if revision is None:
        raise RuntimeError("storage/migrations/versions is empty")
    return revision


def upgrade(database_url: str) -> None:
    command.upgrade(_config(database_url), "head")


def current(database_url: str) -> str | None:
    """The migration a database stands at; None where it has never been migrated."""
    engine = create_engine(database_url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def problems(database_url: str) -> list[str]:
    """What keeps this code from running on this database, a sentence each; empty when all is well."""
    stands_at = current(database_url)
    if stands_at != head():
        return [
            f"The database stands at migration {stands_at or 'none'}, the code expects {head()}: "
            "run `standby db upgrade`."
        ]
    engine = create_engine(database_url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            changes = compare_metadata(context, Base.metadata)
    finally:
        engine.dispose()
    return [f"The schema differs from the code: {change}" for change in changes]
