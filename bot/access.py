"""Who may call a route. Every route carries exactly one of these marks; a guard test walks them all."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, redirect, request, session, url_for

from bot.services import Services
from rules.permissions import Permission, allows
from storage.tables import Staff

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anybody may call it."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed(view: View) -> View:
    """Only a sender who can sign may call it; the view checks the signature itself."""
    view.access = "signed"  # type: ignore[attr-defined]
    return view


def any_staff(view: View) -> View:
    """Anybody who is signed in may call it, whatever their role."""
    return _guard(view, "staff", lambda _staff: True)


def needs(permission: Permission) -> Callable[[View], View]:
    """Only signed-in staff with this permission may call it."""

    def mark(view: View) -> View:
        return _guard(view, permission, lambda staff: allows(staff.role, permission))

    return mark


def _guard(view: View, access: str, may: Callable[[Staff], bool]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        staff = signed_in()
        if staff is None:
            return _sign_in_first()
        if not may(staff):
            abort(403)
        return view(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _sign_in_first() -> Any:
    """Send them to the sign-in page, and from there back to the page they were on."""
    if "HX-Request" in request.headers:
        # A part of a page asked: the page itself has to go, and is what they come back to.
        shown = urlsplit(request.headers.get("HX-Current-URL", "")).path
        return Response(status=401, headers={"HX-Redirect": url_for("sign_in.form", next=shown)})
    asked = request.path if request.method == "GET" else None
    return redirect(url_for("sign_in.form", next=asked), 303)


def signed_in() -> Staff | None:
    """The member of staff this request comes from; read once a request."""
    if "staff" not in g:
        g.staff = staff_of_session(current_app.extensions["services"], dict(session))
    found: Staff | None = g.staff
    return found


def staff_of_session(services: Services, values: dict[str, Any]) -> Staff | None:
    """Whose session this is: still employed, and not signed out everywhere since."""
    staff_id, epoch = values.get("staff"), values.get("epoch")
    if not staff_id:
        return None
    with services.store.unscoped() as database:
        staff = database.get(Staff, staff_id)
    if staff is None or staff.left_at is not None or staff.session_epoch != epoch:
        return None
    return staff
