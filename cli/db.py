"""`standby db`: the tables."""

import click

from bot.settings import load_settings
from cli._database import failures_as_sentences


@click.group()
def command() -> None:
    """Bring the database's tables up to date, or check them."""


@command.command()
def upgrade() -> None:
    """Run every migration that the database has not had."""
    from storage import migrations

    url = load_settings().database_url
    with failures_as_sentences():
        before = migrations.current(url)
        migrations.upgrade(url)
    if before == migrations.head():
        click.echo(f"The database stands at migration {before} already.")
    else:
        click.echo(f"The database went from migration {before or 'none'} to {migrations.head()}.")


@command.command()
def check() -> None:
    """Say whether the tables are what this version expects."""
    from storage import migrations

    with failures_as_sentences():
        found = migrations.problems(load_settings().database_url)
    if found:
        raise click.ClickException("\n".join(found))
    click.echo(f"The database is what the code expects: migration {migrations.head()}.")
