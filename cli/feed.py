"""`standby feed`: practice systems that tell us what happens in their schedule."""

from datetime import datetime

import click

from cli._database import clinic_id, opened
from clinic.audit import SYSTEM
from clinic.feed import feeds
from clinic.feed.feeds import FeedRefused, Standing
from storage.tables import Feed
from storage.transaction import Tx

CLINIC = click.option("--clinic", "slug", required=True, metavar="SLUG", help="Whose feed it is.")


@click.group()
def command() -> None:
    """Practice systems that tell us what happens in their schedule (docs/integrations.md)."""


@command.command()
@CLINIC
@click.option("--name", required=True, help="What the practice system is called.")
def create(slug: str, name: str) -> None:
    """Make a feed; prints its address, and its secret this once."""
    with opened() as store:
        try:
            feed, address = store.run(clinic_id(store, slug), lambda tx: _create(tx, name))
        except FeedRefused as reason:
            raise click.ClickException(str(reason)) from None
    click.echo(f"address  {address}\nsecret   {feed.secret}\n\nThe secret is not shown again.")


def _create(tx: Tx, name: str) -> tuple[Feed, str]:
    feed = feeds.create(tx, name, SYSTEM)
    return feed, address_of(tx, feed)


def address_of(tx: Tx, feed: Feed) -> str:
    return f"{tx.links.public_url}/webhooks/schedule/{feed.slug}"


@command.command("list")
@CLINIC
def list_(slug: str) -> None:
    """Feeds with their addresses, and how they do."""
    with opened() as store:
        lines = store.run(clinic_id(store, slug), lambda tx: [_line(tx, each) for each in feeds.listed(tx)])
    click.echo("\n".join(lines) or "There is no feed yet: make one with `standby feed create`.")


def _line(tx: Tx, standing: Standing) -> str:
    heard = f"last heard {_written(standing.heard_at)}" if standing.heard_at else "never heard"
    counts = f"{standing.waiting} waiting, {standing.stuck} not taken in"
    return f"{standing.feed.slug}  {address_of(tx, standing.feed)}  {heard}, {counts}"


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


@command.command()
@CLINIC
@click.argument("feed")
def end(slug: str, feed: str) -> None:
    """Take nothing more from FEED, by the short name that `list` shows."""
    with opened() as store:
        try:
            store.run(clinic_id(store, slug), lambda tx: feeds.end(tx, feed, SYSTEM))
        except FeedRefused as reason:
            raise click.ClickException(str(reason)) from None
    click.echo(f"Nothing more is taken from {feed}.")
