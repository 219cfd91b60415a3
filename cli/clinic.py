"""`standby clinic`: make a clinic, look at it, change what it decided."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click
from pydantic import BaseModel, ValidationError
from sqlalchemy import select

from cli._database import clinic_id, opened
from clinic import clinics, daily_caps, enrolment, policies, reinstating, withdrawing
from clinic.audit import SYSTEM
from clinic.clinics import ClinicRefused, NewClinic
from clinic.daily_caps import CapRefused
from rules.channels import WRITES_FIRST
from rules.policy import Policy
from rules.states import Channel
from storage.tables import AppointmentType, Sender
from storage.transaction import Tx


@click.group()
def command() -> None:
    """Make a clinic, look at it, change its policy."""


@command.command()
@click.option("--slug", required=True, help="Its short name in addresses and commands, such as lakeside.")
@click.option("--name", required=True, help="Its name in full.")
@click.option("--phone", required=True, help="The front desk's number, which patients are told.")
@click.option("--timezone", required=True, metavar="ZONE", help="Such as America/New_York.")
@click.option("--sender", help="The number texts go out from and come in to; --phone where left out.")
@click.option("--short-name", help="Begins every text; --name where left out.")
@click.option(
    "--region", default="US", show_default=True, help="Country of phone numbers that do not name theirs."
)
@click.option("--address", default="", help="Where patients find it.")
def create(**given: Any) -> None:
    """Make a clinic, with its number and the default policy."""
    with opened() as store:
        try:
            made = clinics.create(store, NewClinic(**given))
        except ClinicRefused as reason:
            raise click.ClickException(str(reason)) from None
        numbers = store.run(made.id, clinics.senders)
    click.echo(f"Made clinic {made.slug}, which texts from {', '.join(numbers)}.")


@command.command()
@click.option("--clinic", "slug", metavar="SLUG", help="One of them; every clinic where left out.")
def show(slug: str | None) -> None:
    """What a clinic is."""
    with opened() as store:
        wanted = [slug] if slug is not None else clinics.slugs(store)
        pages = ["\n".join(store.run(clinic_id(store, each), _described)) for each in wanted]
    click.echo("\n\n".join(pages) or "There is no clinic yet: make one with `standby clinic create`.")


def _described(tx: Tx) -> list[str]:
    clinic = tx.clinic()
    facts = {
        "slug": clinic.slug,
        "name": clinic.name,
        "short name": clinic.short_name,
        "phone": clinic.phone,
        "texts from": ", ".join(clinics.senders(tx)),
        "timezone": clinic.timezone,
        "region": clinic.region,
        "address": clinic.address or "not given",
        "schedule": "in a practice system" if clinic.schedule_elsewhere else "here",
        "paused": "yes" if clinic.paused_at else "no",
        "policy": f"version {policies.current_row(tx).version}",
    }
    return [f"{name:12}{value}" for name, value in facts.items()]


@command.command("set")
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option(
    "--schedule-elsewhere",
    type=click.Choice(["yes", "no"]),
    required=True,
    help="yes: a practice system holds the schedule, and staff get a task for each change made here.",
)
def set_(slug: str, schedule_elsewhere: str) -> None:
    """Change what a clinic is."""
    elsewhere = schedule_elsewhere == "yes"
    with opened() as store:
        store.run(clinic_id(store, slug), lambda tx: clinics.keep_schedule(tx, SYSTEM, elsewhere=elsewhere))
    click.echo(f"The schedule of {slug} is kept {'in a practice system' if elsewhere else 'here'}.")


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option("--by", "channel", type=click.Choice([str(each) for each in WRITES_FIRST]), required=True)
@click.option("--from", "address", required=True, help="A number of ours; for email where answers go.")
def channel(slug: str, channel: str, address: str) -> None:
    """Have a clinic reach patients by another channel too."""
    with opened() as store:
        try:
            made = store.run(
                clinic_id(store, slug),
                lambda tx: clinics.add_sender(tx, Channel(channel), address, SYSTEM).address,
            )
        except ClinicRefused as reason:
            raise click.ClickException(str(reason)) from None
    click.echo(f"{slug} now reaches patients from {made}. `standby doctor` looks whether that works.")


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option("--from", "address", required=True, help="A number of ours that texts.")
@click.option(
    "--segments",
    required=True,
    metavar="N",
    help="So many segments a day, as the carrier says; none: any number.",
)
def cap(slug: str, address: str, segments: str) -> None:
    """Say how much the carrier takes from a number in a day."""
    with opened() as store:
        try:
            number = None if segments == "none" else int(segments)
            found = store.run(clinic_id(store, slug), lambda tx: _cap(tx, address, number))
        except ValueError:
            raise click.ClickException("Write a number of segments, or none.") from None
        except CapRefused as refused:
            raise click.ClickException(str(refused)) from None
    if not found:
        raise click.ClickException(f"{slug} has no number {address}: `standby clinic show` names them.")
    click.echo(
        f"{address} texts {f'{number:,} segments a day at most' if number else 'as much as is wanted'}."
    )


def _cap(tx: Tx, address: str, segments: int | None) -> bool:
    sender = tx.session.scalar(select(Sender).where(Sender.address == address))
    if sender is None:
        return False
    daily_caps.put(tx, sender.id, segments, SYSTEM)
    return True


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option(
    "--type", "external_id", required=True, metavar="ID", help="A type of visit, by its external id."
)
@click.option("--on/--off", default=True, show_default=True)
def enrol(slug: str, external_id: str, *, on: bool) -> None:
    """Put everybody who has a later visit of a type on the waitlist for an earlier one, or stop doing so."""
    with opened() as store:
        found = store.run(clinic_id(store, slug), lambda tx: _enrol(tx, external_id, on=on))
    if not found:
        raise click.ClickException(f'{slug} has no type of visit "{external_id}".')
    does = "puts whoever has one on the waitlist" if on else "puts nobody on the waitlist by itself"
    click.echo(f"{external_id} {does}.")


def _enrol(tx: Tx, external_id: str, *, on: bool) -> bool:
    kind = _type(tx, external_id)
    if kind is None:
        return False
    enrolment.switch(tx, kind.id, SYSTEM, on=on)
    return True


def _type(tx: Tx, external_id: str) -> AppointmentType | None:
    return tx.session.scalar(select(AppointmentType).where(AppointmentType.external_id == external_id))


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option(
    "--type", "external_id", required=True, metavar="ID", help="A type of visit, by its external id."
)
@click.option("--back", is_flag=True, help="Offer it again; whoever waited has their place back.")
def withdraw(slug: str, external_id: str, *, back: bool) -> None:
    """Offer a type of visit no more: offers end, whoever waits for one is told, booked visits stay."""
    does = _restore if back else _withdraw
    with opened() as store:
        said = store.run(clinic_id(store, slug), lambda tx: does(tx, external_id))
    if said is None:
        raise click.ClickException(f'{slug} has no type of visit "{external_id}".')
    click.echo(said)


def _withdraw(tx: Tx, external_id: str) -> str | None:
    kind = _type(tx, external_id)
    if kind is None:
        return None
    done = withdrawing.withdraw(tx, kind.id, SYSTEM)
    return (
        f"{external_id} is offered no more: offers ended {done.offers}, patients texted {done.texted}, "
        f"left to call {done.to_call}; booked visits that stay {done.visits}."
    )


def _restore(tx: Tx, external_id: str) -> str | None:
    kind = _type(tx, external_id)
    if kind is None:
        return None
    done = reinstating.restore(tx, kind.id, SYSTEM)
    return f"{external_id} is offered again: patients back on the list {done.waiting}, texted {done.told}."


@command.command()
@click.option("--clinic", "slug", required=True, metavar="SLUG")
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a value; may be repeated.")
def policy(slug: str, changes: Sequence[str]) -> None:
    """What a clinic decided, and with --set what it decides from now on."""
    with opened() as store:
        decided = store.run(clinic_id(store, slug), lambda tx: _decide(tx, changes))
    for line in _explained(decided, Policy()):
        click.echo(line)


def _explained(decided: BaseModel, usual: BaseModel, within: str = "") -> Iterator[str]:
    """Each value with what it means; those of a part of the policy under its name: `recovery.give_up_days`."""
    values = decided.model_dump(mode="json")
    for name, field in type(decided).model_fields.items():
        value, default = getattr(decided, name), getattr(usual, name)
        if isinstance(value, BaseModel) and isinstance(default, BaseModel):
            yield from _explained(value, default, f"{within}{name}.")
        else:
            mark = "" if value == default else "  (not the default)"
            yield f"{within}{name} = {_written(values[name])}{mark}\n    {field.description}"


def _decide(tx: Tx, changes: Sequence[str]) -> Policy:
    before = policies.current(tx)
    after = changed(before, changes)
    if after != before:
        policies.change(tx, after, SYSTEM)
    return after


def changed(policy: Policy, changes: Sequence[str]) -> Policy:
    """The policy with some values replaced, each written `key=value`, or `part.key=value` where a part of it is a
    policy of its own. Raises a click error with a sentence."""
    values = policy.model_dump(mode="json")
    for change in changes:
        name, _, written = change.partition("=")
        part, _, rest = name.rpartition(".")
        place = values.get(part) if part else values
        if not isinstance(place, dict) or rest not in place:
            raise click.ClickException(
                f'There is no policy value "{name}". There are: {", ".join(_names(Policy()))}.'
            )
        place[rest] = _read(name, written)
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        raise click.ClickException(" ".join(_sentence(problem) for problem in error.errors())) from None


def _names(policy: BaseModel) -> Iterator[str]:
    for name in type(policy).model_fields:
        value = getattr(policy, name)
        yield from [f"{name}.{each}" for each in _names(value)] if isinstance(value, BaseModel) else [name]


def _read(name: str, written: str) -> Any:
    """Values are read as text; only the ones made of several parts are JSON."""
    if not written.startswith(("{", "[")):
        return written
    try:
        return json.loads(written)
    except json.JSONDecodeError:
        raise click.ClickException(
            f"{name} cannot be read: what begins with {written[0]} has to be JSON."
        ) from None


def _sentence(problem: Any) -> str:
    message = problem["msg"].removeprefix("Value error, ")
    name = ".".join(str(part) for part in problem["loc"])
    given = "" if isinstance(problem["input"], dict) else f" (given: {problem['input']})"
    return f"{name + ': ' if name else ''}{message}{given}."


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
