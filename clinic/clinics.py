"""Clinics: made with a number to text from and a first policy, and found by their short names in addresses."""

import re
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic import (
    chat_retention,
    dropouts,
    foreseeing,
    learning,
    matching_runs,
    missing,
    policies,
    reminding,
    rescoring,
    risk_runs,
)
from clinic.audit import SYSTEM, By, record
from rules.channels import address_on
from rules.phones import known_zone, to_e164
from rules.policy import Policy
from rules.states import Channel, SenderKind
from storage.tables import Clinic, Sender, new_id
from storage.transaction import Store, Tx

BEGIN_AT_ONCE = (
    learning,
    matching_runs,
    rescoring,
    missing,
    reminding,
    foreseeing,
    risk_runs,
    dropouts,
    chat_retention,
)
"""What comes round again and again in every clinic."""

MAILBOX = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TAKEN = ("messages", "socket")
"""No slugs: what stands in our own addresses where a clinic's does (/chat/…)."""


class ClinicRefused(Exception):
    """The clinic cannot be made like this. The text is a sentence for people."""


class NoSuchClinic(Exception):
    """There is no clinic of that slug. The text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class NewClinic:
    """What a clinic begins with. `phone` is the front desk's; texts go out from `sender`.

    Both are written as people write them, in `region` where no country is given. Without a `sender` the desk's
    own number is the one to text; without a `short_name`, which begins every text, the name is used.
    """

    slug: str
    name: str
    phone: str
    timezone: str
    sender: str | None = None
    short_name: str | None = None
    region: str = "US"
    address: str = ""
    policy: Policy = field(default_factory=Policy)


def create(store: Store, new: NewClinic, by: By = SYSTEM) -> Clinic:
    """Make a clinic, its sender and the first version of its policy. May raise `ClinicRefused`."""
    if not SLUG.fullmatch(new.slug):
        raise ClinicRefused(
            f'"{new.slug}" cannot be used as a slug: write small letters, digits and hyphens, such as lakeside.'
        )
    if new.slug in TAKEN:
        raise ClinicRefused(f'"{new.slug}" cannot be used as a slug: we use it ourselves. Choose another.')
    if not new.name.strip():
        raise ClinicRefused("A clinic needs a name.")
    if known_zone(new.timezone) is None:
        raise ClinicRefused(f'"{new.timezone}" is no time zone: write an IANA name such as America/New_York.')
    phone = _number(new.phone, new.region)
    sender = _number(new.sender, new.region) if new.sender else phone
    return store.run(new_id(), lambda tx: _make(tx, new, phone, sender, by))


def _number(written: str, region: str) -> str:
    number = to_e164(written, region)
    if number is None:
        raise ClinicRefused(
            f'"{written}" is no phone number: write it with its country, such as +1 716 555 0100.'
        )
    return number


def _make(tx: Tx, new: NewClinic, phone: str, sender: str, by: By) -> Clinic:
    clinic = Clinic(
        id=tx.clinic_id,
        slug=new.slug,
        name=new.name.strip(),
        short_name=(new.short_name or new.name).strip(),
        phone=phone,
        timezone=new.timezone,
        region=new.region,
        address=new.address,
        created_at=tx.now,
    )
    try:
        tx.session.add(clinic)
        tx.session.flush()
    except IntegrityError:
        raise ClinicRefused(f'There is a clinic "{new.slug}" already.') from None
    try:
        tx.session.add(Sender(clinic_id=tx.clinic_id, address=sender))
        tx.session.flush()
    except IntegrityError:
        raise ClinicRefused(f"{sender} is the number of another clinic already.") from None
    record(tx, by, "clinic.created", clinic, after={"slug": clinic.slug})
    policies.change(tx, new.policy, by)
    for each in BEGIN_AT_ONCE:
        each.begin(tx)
    return clinic


def add_sender(tx: Tx, channel: Channel, address: str, by: By) -> Sender:
    """Have the clinic reach patients by another channel: from a number for WhatsApp and calls; for email the
    address that answers go to. May raise `ClinicRefused`."""
    contact = _mailbox(address) if channel is Channel.EMAIL else _number(address, tx.clinic().region)
    kind = SenderKind.LONG_CODE if channel is Channel.SMS else SenderKind(channel)
    sender = Sender(
        clinic_id=tx.clinic_id,
        address=address_on(channel, contact),
        kind=kind,
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(sender)
            tx.session.flush()
    except IntegrityError:
        raise ClinicRefused(f"{sender.address} is used by a clinic already.") from None
    record(tx, by, "sender.added", sender, after={"kind": sender.kind})
    return sender


def _mailbox(written: str) -> str:
    if not MAILBOX.fullmatch(written):
        raise ClinicRefused(f'"{written}" is no email address.')
    return written


def keep_schedule(tx: Tx, by: By, *, elsewhere: bool) -> None:
    """Say where the schedule is kept: here, or in a practice system into which staff enter what is done here."""
    clinic = tx.clinic()
    before = {"schedule_elsewhere": clinic.schedule_elsewhere}
    clinic.schedule_elsewhere = elsewhere
    record(tx, by, "clinic.changed", clinic, before=before, after={"schedule_elsewhere": elsewhere})


def id_of(store: Store, slug: str) -> UUID:
    """The clinic of that slug. May raise `NoSuchClinic`, which names those there are."""
    with store.unscoped() as session:
        found = session.scalar(select(Clinic).where(Clinic.slug == slug))
    if found is None:
        known = slugs(store)
        what_now = f"Known: {', '.join(known)}." if known else "Make one with `standby clinic create`."
        raise NoSuchClinic(f'There is no clinic "{slug}". {what_now}')
    return found.id


def slugs(store: Store) -> list[str]:
    """Every clinic of this deployment."""
    with store.unscoped() as session:
        return list(session.scalars(select(Clinic.slug).order_by(Clinic.slug)))


def senders(tx: Tx) -> list[str]:
    """The numbers the clinic texts from."""
    return list(tx.session.scalars(select(Sender.address).order_by(Sender.id)))
