"""Who calls: a program with a token, or somebody who is signed in to the staff pages."""

from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from bot.access import signed_in
from bot.admin.frame import services
from bot.api.problems import Problem
from clinic import tokens
from clinic.audit import By, by_staff, by_token
from rules.permissions import Permission, allows

SCHEME = "Bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """`id`: of the token or the member of staff."""

    id: UUID
    clinic_id: UUID
    by: By


def who_may(permission: Permission, *, writes: bool) -> Caller:
    """Whoever calls, if they may. Raises a `Problem`: 401 for nobody, 403 for somebody who may not.

    A browser sends its session by itself, so a write by a session also needs the page's CSRF token.
    """
    written = request.headers.get("Authorization", "")
    if written:
        return _with_token(written, permission)
    staff = signed_in()
    if staff is None:
        raise Problem(401, "Send `Authorization: Bearer …` with a token, or sign in.")
    if not allows(staff.role, permission):
        raise Problem(403, f"This needs the permission {permission}.")
    if writes:
        _check_csrf()
    return Caller(staff.id, staff.clinic_id, by_staff(staff.id))


def _with_token(written: str, permission: Permission) -> Caller:
    store = services().store
    token = tokens.find(store, written.removeprefix(SCHEME)) if written.startswith(SCHEME) else None
    if token is None:
        raise Problem(401, "This token is not known, has run out or was taken back.")
    if permission not in token.permissions:
        raise Problem(403, f"This token lacks the permission {permission}.")
    return Caller(token.id, token.clinic_id, by_token(token.id))


def _check_csrf() -> None:
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        raise Problem(403, "A write from a signed-in browser needs the page's X-CSRFToken.") from None
