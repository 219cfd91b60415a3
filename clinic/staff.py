"""The people who sign in: made, let in by password, locked out after wrong ones, signed out everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clinic.audit import SYSTEM, By, record
from rules.permissions import Role
from rules.states import Actor
from storage.tables import AuditEvent, Conversation, Provider, Staff
from storage.transaction import Tx

LEAST_PASSWORD = 12
"""Characters a password has at least. Length is what makes it hard to guess; nothing else is asked of it."""

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)


class WeakPassword(ValueError):
    """The password is too short to be used."""


class NoSuchProvider(Exception):
    """The clinic has no provider of that id."""


class NoSuchStaff(Exception):
    """Nobody of the clinic signs in with that email address."""


class EmailTaken(Exception):
    """Somebody signs in with that email address already."""


class SignInOutcome(StrEnum):
    """Why somebody was let in or not. The page tells all failures alike; the audit log tells them apart."""

    SIGNED_IN = "signed_in"
    WRONG = "wrong"
    LOCKED = "locked"
    UNKNOWN = "unknown"  # nobody of that email, or they have left


@dataclass(frozen=True, slots=True)
class SignIn:
    """`staff` is set where somebody was let in, and only then."""

    outcome: SignInOutcome
    staff: Staff | None = None


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Somebody who is to sign in. `phone` gets alerts while they are on call; `provider`, an external id, says
    whose patients are theirs."""

    email: str
    name: str
    role: Role
    password: str
    phone: str | None = None
    on_call: bool = False
    provider: str | None = None


def create(tx: Tx, new: NewStaff, by: By = SYSTEM) -> Staff:
    """Make an account. May raise `WeakPassword`, `NoSuchProvider` or `EmailTaken`."""
    staff = Staff(
        clinic_id=tx.clinic_id,
        email=_plain(new.email),
        name=new.name.strip(),
        role=new.role,
        password_hash=_hashed(new.password),
        phone=new.phone,
        on_call=new.on_call,
        provider_id=_provider_id(tx, new.provider) if new.provider else None,
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(staff)
            tx.session.flush()
    except IntegrityError as error:
        raise EmailTaken from error
    record(tx, by, "staff.created", staff, after={"role": staff.role})
    return staff


def link(tx: Tx, email: str, provider: str | None, by: By = SYSTEM) -> Staff:
    """Say which provider an account is, by external id, or that it is none: whose patients are theirs. May raise
    `NoSuchStaff` or `NoSuchProvider`."""
    staff = _present(tx, email)
    before = str(staff.provider_id) if staff.provider_id else None
    staff.provider_id = _provider_id(tx, provider) if provider else None
    after = str(staff.provider_id) if staff.provider_id else None
    record(tx, by, "staff.linked", staff, before={"provider": before}, after={"provider": after})
    return staff


def of_clinic(tx: Tx) -> Sequence[Staff]:
    """Whoever signs in, and whoever did: those who are there first, then by name."""
    return tx.session.scalars(select(Staff).order_by(Staff.left_at.is_not(None), Staff.name, Staff.id)).all()


def leave(tx: Tx, email: str, by: By = SYSTEM) -> Staff:
    """Somebody works here no more: their sessions end at once, they cannot sign in, and nobody alerts them.
    Conversations that they had are anybody's again. May raise `NoSuchStaff`."""
    staff = _present(tx, email)
    staff.left_at, staff.on_call = tx.now, False
    had = select(Conversation).where(Conversation.staff_id == staff.id).order_by(Conversation.id)
    for conversation in tx.session.scalars(had.with_for_update(key_share=True)):
        conversation.staff_id = None
    record(tx, by, "staff.left", staff)
    sign_out_everywhere(tx, staff.id, by)
    return staff


def new_password(tx: Tx, email: str, password: str, by: By = SYSTEM) -> Staff:
    """The same as `set_password`, by email. May raise `NoSuchStaff` or `WeakPassword`."""
    staff = _present(tx, email)
    set_password(tx, staff.id, password, by)
    return staff


def _present(tx: Tx, email: str) -> Staff:
    mine = select(Staff).where(Staff.email == _plain(email), Staff.left_at.is_(None))
    staff = tx.session.scalar(mine.with_for_update(key_share=True))
    if staff is None:
        raise NoSuchStaff
    return staff


def _provider_id(tx: Tx, external_id: str) -> UUID:
    found = tx.session.scalar(select(Provider.id).where(Provider.external_id == external_id))
    if found is None:
        raise NoSuchProvider
    return found


def authenticate(session: Session, email: str, password: str, now: datetime) -> SignIn:
    """Let somebody in by email and password, over all clinics (`Store.unscoped`).

    A password is checked in every case, so that an address nobody has, a wrong password and a locked account
    take alike long. Tries on one account wait for each other, so that five are five.
    """
    staff = session.scalar(
        select(Staff)
        .where(Staff.email == _plain(email), Staff.left_at.is_(None))
        .with_for_update(key_share=True)
    )
    right = _matches(staff.password_hash if staff else _nobodys_hash(), password)
    if staff is None:
        return SignIn(SignInOutcome.UNKNOWN)
    outcome = _judge(staff, right, now)
    session.add(_audited(staff, outcome, now))
    if outcome is not SignInOutcome.SIGNED_IN:
        return SignIn(outcome)
    if _hasher().check_needs_rehash(staff.password_hash):
        staff.password_hash = _hasher().hash(password)
    return SignIn(outcome, staff)


def _judge(staff: Staff, right: bool, now: datetime) -> SignInOutcome:
    """What to make of a try, counted. While locked nothing is counted and nothing is let in."""
    if staff.locked_until is not None and staff.locked_until > now:
        return SignInOutcome.LOCKED
    if right:
        staff.failed_sign_ins, staff.locked_until = 0, None
        return SignInOutcome.SIGNED_IN
    staff.failed_sign_ins += 1
    if staff.failed_sign_ins >= TRIES:
        staff.failed_sign_ins, staff.locked_until = 0, now + LOCKED_FOR
    return SignInOutcome.WRONG


def set_password(tx: Tx, staff_id: UUID, password: str, by: By) -> None:
    """Give somebody a new password, which ends their sessions and any lock. May raise `WeakPassword`."""
    staff = tx.session.get_one(Staff, staff_id)
    staff.password_hash = _hashed(password)
    staff.failed_sign_ins, staff.locked_until = 0, None
    record(tx, by, "staff.password_set", staff)
    sign_out_everywhere(tx, staff_id, by)


def sign_out_everywhere(tx: Tx, staff_id: UUID, by: By) -> None:
    """End every session of theirs, on all devices."""
    staff = tx.session.get_one(Staff, staff_id)
    staff.session_epoch += 1
    record(tx, by, "staff.signed_out_everywhere", staff)


def sign_out(tx: Tx, staff_id: UUID, by: By) -> None:
    """Note that somebody signed out on one device. The page forgets the session itself."""
    record(tx, by, "staff.signed_out", tx.session.get_one(Staff, staff_id))


def _audited(staff: Staff, outcome: SignInOutcome, now: datetime) -> AuditEvent:
    """The audit line of a try. It has no clinic's transaction yet, so it is written by itself."""
    let_in = outcome is SignInOutcome.SIGNED_IN
    return AuditEvent(
        clinic_id=staff.clinic_id,
        at=now,
        actor=Actor.STAFF if let_in else Actor.SYSTEM,
        staff_id=staff.id if let_in else None,
        action="staff.signed_in" if let_in else "staff.sign_in_refused",
        subject_kind=Staff.__tablename__,
        subject_id=staff.id,
        after=None if let_in else {"because": outcome},
    )


def _plain(email: str) -> str:
    return email.strip().lower()


def _hashed(password: str) -> str:
    if len(password) < LEAST_PASSWORD:
        raise WeakPassword(f"A password needs at least {LEAST_PASSWORD} characters.")
    return _hasher().hash(password)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password)
    except VerifyMismatchError:
        return False


@cache
def _hasher() -> PasswordHasher:
    """argon2id with the library's defaults (RFC 9106, low memory)."""
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """What a password for an unknown address is checked against, for the time it takes."""
    return _hasher().hash("nobody signs in with this")
