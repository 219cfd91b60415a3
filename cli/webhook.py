"""`standby webhook`: other systems that are told what is done to visits here."""

import click

from bot import addresses
from cli._database import clinic_id, opened
from clinic import webhooks
from clinic.audit import SYSTEM
from clinic.webhooks import NoSuchWebhook

CLINIC = click.option("--clinic", "slug", required=True, metavar="SLUG", help="Whose visits it is told of.")


@click.group()
def command() -> None:
    """Other systems that are told what is done to visits here (docs/integrations.md)."""


@command.command()
@CLINIC
@click.argument("url")
def add(slug: str, url: str) -> None:
    """Tell URL of every visit booked or cancelled here; prints once the secret that signs it."""
    refused = addresses.refusal(url)
    if refused is not None:
        raise click.ClickException(refused)
    with opened() as store:
        webhook = store.run(clinic_id(store, slug), lambda tx: webhooks.add(tx, url, SYSTEM))
    click.echo(f"secret   {webhook.secret}\n\nThe secret is not shown again.")


@command.command("list")
@CLINIC
def list_(slug: str) -> None:
    """Webhooks, and how their deliveries stand."""
    with opened() as store:
        rows = store.run(clinic_id(store, slug), webhooks.standing)
    lines = [
        f"{each.url}  {each.delivered} delivered, {each.waiting} waiting, {each.failed} failed"
        for each in rows
    ]
    click.echo("\n".join(lines) or "There is no webhook yet: add one with `standby webhook add`.")


@command.command()
@CLINIC
@click.argument("url")
def end(slug: str, url: str) -> None:
    """Tell URL nothing more."""
    with opened() as store:
        try:
            store.run(clinic_id(store, slug), lambda tx: webhooks.end(tx, url, SYSTEM))
        except NoSuchWebhook as reason:
            raise click.ClickException(str(reason)) from None
    click.echo(f"Nothing more is told to {url}.")
