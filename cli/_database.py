"""What the commands of administration share: the database, with a sentence for each way it can fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from bot.logs import configure
from bot.settings import load_settings
from clinic import clinics
from storage.transaction import Store

UNDEFINED_TABLE = "42P01"


@contextmanager
def failures_as_sentences() -> Iterator[None]:
    """A database that is away or has no tables ends the command with a sentence, not a traceback."""
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise click.ClickException(f"The database cannot be used: {reason}") from None
    except IntegrityError:
        # Whatever can be seen beforehand has been said by then.
        raise click.ClickException("Somebody changed the same things at that moment: run it again.") from None
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != UNDEFINED_TABLE:
            raise
        raise click.ClickException("The database has no tables yet: run `standby db upgrade`.") from None


@contextmanager
def opened() -> Iterator[Store]:
    """The store that the settings name."""
    from bot.services import build  # here: it loads the carrier's client, which --help can do without

    settings = load_settings()
    configure(settings.log_level)
    store = build(settings).store
    try:
        with failures_as_sentences():
            yield store
    finally:
        store.engine.dispose()


def clinic_id(store: Store, slug: str) -> UUID:
    try:
        return clinics.id_of(store, slug)
    except clinics.NoSuchClinic as reason:
        raise click.ClickException(str(reason)) from None
