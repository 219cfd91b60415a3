"""`standby staff`: the people who sign in."""

import re
import sys
from dataclasses import replace

import click

from cli._database import clinic_id, opened
from clinic import staff as accounts
from clinic.staff import EmailTaken, NewStaff, NoSuchProvider, NoSuchStaff, WeakPassword
from rules.permissions import Role
from rules.phones import to_e164
from storage.tables import Staff
from storage.transaction import Tx


@click.group()
def command() -> None:
    """Make an account for somebody of the staff, see who has one, end it."""


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--name", help="Their name; made from the email address where left out.")
@click.option("--phone", help="Where alerts reach them while on call.")
@click.option(
    "--on-call", is_flag=True, help="They are alerted when a patient needs somebody. Needs --phone."
)
@click.option(
    "--provider", metavar="ID", help="The provider they are, by external id: shown their own patients."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
def create(
    slug: str,
    email: str,
    role: str,
    name: str | None,
    phone: str | None,
    on_call: bool,
    provider: str | None,
    password_stdin: bool,
) -> None:
    """Make an account; asks for its password."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email.strip()):
        raise click.ClickException(f'"{email}" is no email address.')
    if on_call and not phone:
        raise click.ClickException("Somebody on call needs a number to be alerted on: add --phone.")
    new = NewStaff(
        email=email,
        name=name or _name_in(email),
        role=Role(role),
        password=_password(password_stdin),
        phone=phone,
        on_call=on_call,
        provider=provider,
    )
    with opened() as store:
        try:
            store.run(clinic_id(store, slug), lambda tx: _create(tx, new))
        except WeakPassword as reason:
            raise click.ClickException(str(reason)) from None
        except NoSuchProvider:
            raise click.ClickException(f'{slug} has no provider "{provider}".') from None
        except EmailTaken:
            raise click.ClickException(f"Somebody signs in with {email} already.") from None
    click.echo(f"Made the account of {new.name}, {role}.")


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--provider", metavar="ID", help="The provider they are, by external id.")
@click.option("--none", "nobody", is_flag=True, help="They are no provider.")
def link(slug: str, email: str, provider: str | None, nobody: bool) -> None:
    """Say which provider an account is: they are shown their own patients first."""
    if (provider is None) is not nobody:
        raise click.UsageError("Give either --provider or --none.")
    with opened() as store:
        try:
            staff = store.run(clinic_id(store, slug), lambda tx: accounts.link(tx, email, provider))
        except NoSuchStaff:
            raise click.ClickException(f"Nobody of {slug} signs in with {email}.") from None
        except NoSuchProvider:
            raise click.ClickException(f'{slug} has no provider "{provider}".') from None
    click.echo(f"{staff.name} is {'no provider' if nobody else f'provider {provider}'}.")


@command.command("list")
@click.option("--clinic", "slug", required=True, metavar="SLUG")
def list_(slug: str) -> None:
    """Who signs in, and who has left."""
    with opened() as store:
        lines = store.run(clinic_id(store, slug), lambda tx: [_line(each) for each in accounts.of_clinic(tx)])
    click.echo("\n".join(lines) or "Nobody signs in: `standby staff create` makes an account.")


def _line(staff: Staff) -> str:
    stands = f"left {staff.left_at:%Y-%m-%d}" if staff.left_at else "on call" if staff.on_call else ""
    return "  ".join(filter(None, (staff.email, staff.name, staff.role, stands)))


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option("--email", required=True, help="What they sign in with.")
def leave(slug: str, email: str) -> None:
    """Somebody works here no more: signed out everywhere, and alerted no more."""
    with opened() as store:
        try:
            staff = store.run(clinic_id(store, slug), lambda tx: accounts.leave(tx, email))
        except NoSuchStaff:
            raise click.ClickException(f"Nobody of {slug} signs in with {email}.") from None
    click.echo(f"{staff.name} cannot sign in any more.")


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
def password(slug: str, email: str, password_stdin: bool) -> None:
    """Give somebody a new password; asks for it. It ends their sessions, and a lock after wrong ones."""
    new = _password(password_stdin)
    with opened() as store:
        try:
            staff = store.run(clinic_id(store, slug), lambda tx: accounts.new_password(tx, email, new))
        except NoSuchStaff:
            raise click.ClickException(f"Nobody of {slug} signs in with {email}.") from None
        except WeakPassword as reason:
            raise click.ClickException(str(reason)) from None
    click.echo(f"{staff.name} has a new password, and is signed out everywhere.")


def _create(tx: Tx, new: NewStaff) -> None:
    number = to_e164(new.phone, tx.clinic().region) if new.phone else None
    if new.phone and number is None:
        raise click.ClickException(
            f'"{new.phone}" is no phone number: write it with its country, such as +1 716 555 0190.'
        )
    accounts.create(tx, replace(new, phone=number))


def _name_in(email: str) -> str:
    """`robin.hale@example.com` is Robin Hale until somebody says otherwise."""
    return " ".join(re.split(r"[._+-]+", email.strip().partition("@")[0])).title()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
