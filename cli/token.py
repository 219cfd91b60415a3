"""`standby token`: lets a program use the API."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import click
from sqlalchemy.exc import NoResultFound

from cli._database import clinic_id, opened
from clinic import tokens
from clinic.audit import SYSTEM
from clinic.tokens import NewToken
from rules.permissions import Permission
from storage.tables import ApiToken
from storage.transaction import Tx


@click.group()
def command() -> None:
    """Let a program use the API, see who may, take it back."""


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option("--name", required=True, help="What it is for, such as website.")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    required=True,
    type=click.Choice([each.value for each in Permission]),
    help="What it may do; may be repeated.",
)
@click.option("--days", type=click.IntRange(1, 3650), help="It works this long; for ever where left out.")
def create(slug: str, name: str, permissions: Sequence[str], days: int | None) -> None:
    """Make a token. It is printed once, and cannot be read again."""
    with opened() as store:
        until = store.clock() + timedelta(days=days) if days is not None else None
        new = NewToken(name, [Permission(each) for each in permissions], until)
        click.echo(store.run(clinic_id(store, slug), lambda tx: tokens.create(tx, new, SYSTEM)))


@command.command("list")
@click.option("--clinic", "slug", required=True, metavar="SLUG")
def list_(slug: str) -> None:
    """The tokens of a clinic, with their ids."""
    with opened() as store:
        lines = store.run(clinic_id(store, slug), _lines)
    click.echo("\n".join(lines) or "There is no token: `standby token create` makes one.")


def _lines(tx: Tx) -> list[str]:
    return [
        f"{token.id}  {token.name}  {', '.join(token.permissions)}  {_state(tx, token)}"
        for token in tokens.all_of(tx)
    ]


def _state(tx: Tx, token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "taken back"
    if token.expires_at is not None and token.expires_at <= tx.now:
        return "has run out"
    return f"last used {token.used_at:%Y-%m-%d %H:%M} UTC" if token.used_at else "never used"


@command.command()
@click.argument("token_id", type=click.UUID)
@click.option("--clinic", "slug", required=True, metavar="SLUG")
def revoke(slug: str, token_id: UUID) -> None:
    """Take a token back: it works no more."""
    with opened() as store:
        try:
            done = store.run(clinic_id(store, slug), lambda tx: tokens.revoke(tx, token_id, SYSTEM))
        except NoResultFound:
            raise click.ClickException("There is no such token: `standby token list` shows them.") from None
    click.echo("It works no more." if done else "It had been taken back before.")
