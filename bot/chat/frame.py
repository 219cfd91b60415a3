"""What a clinic's own site shows of the chat: one script that makes a button, and the page in its frame.

The page may be framed by the addresses the clinic lists (`chat_origins`) and by nobody else: browsers refuse it
elsewhere. It knows nothing of who looks, so anybody may ask for it; whose chat it is, is known by a token that the
browser keeps (`bot/chat/sessions.py`).
"""

import mimetypes
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
)

from bot.access import public
from bot.services import Services
from clinic import phrases, policies
from clinic.chats import MOST_CHARACTERS
from rules.policy import Policy
from storage.queries import chat as queries
from storage.transaction import Tx

FOLDER = Path(__file__).parent / "page"
KEPT_SECONDS = {"widget.js": 3600, "frame.js": 0, "hearing.js": 0, "frame.css": 0}
"""For how long a browser need not ask whether a file is still the same. Those of the frame go with its page."""

pages = Blueprint("chat_frame", __name__, template_folder="page")


@public
def file(name: str) -> Response:
    """One of the scripts and styles, with an ETag."""
    response = Response((FOLDER / name).read_bytes(), mimetype=mimetypes.guess_type(name)[0])
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS[name]}"
    response.headers["Cross-Origin-Resource-Policy"] = (
        "cross-origin"  # the script is for the clinic's own site
    )
    response.add_etag()
    response.make_conditional(request)
    return response


for each in KEPT_SECONDS:
    pages.add_url_rule(f"/chat/{each}", "file", file, defaults={"name": each})


@pages.get("/chat/<slug>")
@public
def page(slug: str) -> Response:
    """The page in the frame, in the language asked for where the clinic speaks it. Where the chat is turned off it
    says so, with whom to call."""
    services: Services = current_app.extensions["services"]
    with services.store.unscoped() as session:
        clinic = queries.clinic_by_slug(session, slug)
    if clinic is None:
        abort(404)
    return services.store.run(clinic.id, partial(_shown, services.settings.public_url))


def _shown(public_url: str, tx: Tx) -> Response:
    clinic, policy = tx.clinic(), policies.current(tx)
    asked = request.args.get("language", "")
    language = asked if asked in policy.languages else policy.languages[0]

    def say(phrase: str) -> str:
        return phrases.render(f"page_chat_{phrase}", language, clinic=clinic.short_name, phone=phone)

    phone = phrases.phone(clinic.phone)
    shown = render_template(
        "frame.html",
        clinic=clinic,
        phone=phone,
        language=language,
        say=say,
        talks=policy.chat,
        emergency=policy.emergency_phone,
        longest=MOST_CHARACTERS,
    )
    response = make_response(shown, 200 if policy.chat else 404)
    response.headers["Content-Security-Policy"] = _may(public_url, policy)
    response.headers["Cache-Control"] = "no-store"
    return response


def _may(public_url: str, policy: Policy) -> str:
    """What the page may load and who may frame it. Safari takes 'self' for https only, so the socket is named."""
    ours = urlsplit(public_url)
    socket = f"{'wss' if ours.scheme == 'https' else 'ws'}://{ours.netloc}"
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' {socket}",
            "form-action 'none'",
            "base-uri 'none'",
            " ".join(["frame-ancestors 'self'", *policy.chat_origins]),
        ]
    )
