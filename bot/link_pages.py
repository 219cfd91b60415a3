"""What one-tap pages share: who may follow a link how often, how a page looks, and which form counts.

Whoever has the link needs no sign-in, so a page says no more than the message it came in, and is kept by nobody
and found by no search. To look changes nothing, so a preview of the link is harmless: what counts is a form that
was shown, and sent. Where a token is not good, nothing is said of why.
"""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, current_app, make_response, render_template
from itsdangerous import BadSignature, TimestampSigner
from sqlalchemy import select

from bot.limits import too_often
from bot.services import Services
from clinic import phrases
from storage.tables import Appointment, Conversation, Message, Offer
from storage.transaction import Tx

FORM_LIVES = 24 * 60 * 60
"""Seconds for which a form that was shown can be sent."""

A_MINUTE, MOST_A_MINUTE = 60, 20

View = Callable[[Services, str], Response]


def private(view: View) -> Callable[..., Response]:
    """For nobody's cache, index or list of referrers, and not without end."""

    @wraps(view)
    def guarded(token: str) -> Response:
        services: Services = current_app.extensions["services"]
        name = sha256(token.encode()).hexdigest()[:32]
        if too_often(services.redis, f"link:{name}", most=MOST_A_MINUTE, seconds=A_MINUTE):
            response = note(429, *(phrases.render("page_busy", each) for each in phrases.LANGUAGES))
        else:
            response = view(services, token)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def page(tx: Tx, language: str, title: str, says: str, *, status: int = 200, **more: Any) -> Response:
    clinic = tx.clinic()
    phone = phrases.render(
        "page_phone", language, clinic=clinic.short_name, phone=phrases.phone(clinic.phone)
    )
    shown = {"language": language, "title": title, "says": [says], "phone": phone, "number": clinic.phone}
    return make_response(render_template("page.html", **shown, **more), status)


def note(status: int, *says: str) -> Response:
    shown = {"language": phrases.DEFAULT_LANGUAGE, "title": "", "says": says}
    return make_response(render_template("page.html", **shown), status)


def unknown() -> Response:
    return note(404, *(phrases.render("page_unknown", each) for each in phrases.LANGUAGES))


def clinic_of(
    services: Services,
    table: type[Offer] | type[Appointment] | type[Conversation] | type[Message],
    row_id: UUID,
) -> UUID | None:
    with services.store.unscoped() as session:
        found: UUID | None = session.scalar(select(table.clinic_id).where(table.id == row_id))
    return found


def key(services: Services) -> str:
    return services.settings.secret_key.get_secret_value()


def _signer(services: Services) -> TimestampSigner:
    return TimestampSigner(key(services), salt="standby.one-tap-form")


def signed_form(services: Services, token: str) -> str:
    """A form for this link alone, shown now."""
    return _signer(services).sign(_short(token)).decode()


def is_ours(services: Services, form: str, token: str) -> bool:
    try:
        named = _signer(services).unsign(form, max_age=FORM_LIVES)
    except BadSignature:
        return False
    return bool(named.decode() == _short(token))


def _short(token: str) -> str:
    return sha256(token.encode()).hexdigest()[:16]
