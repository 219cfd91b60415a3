"""The staff pages: server-rendered, plain forms, kept up to date by server-sent events. One file a page."""

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException, default_exceptions
from werkzeug.wrappers import Response

from bot.admin import (
    answers,
    at_risk,
    campaigns,
    cancellations,
    closing,
    controls,
    entries,
    fees,
    foreseen,
    frame,
    inbox,
    letters,
    match_all,
    matches,
    numbers,
    offer_dialog,
    openings,
    recovery,
    recovery_numbers,
    recovery_sequence,
    reports,
    settings,
    sign_in,
    today,
    visit_types,
    visits,
    waitlist,
)


def init_app(app: Flask) -> None:
    # The cookie keeps the time of signing in, so a session ends by itself however busy the screen is.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    frame.init_app(app)
    for page in (
        sign_in,
        today,
        controls,
        visits,
        openings,
        inbox,
        letters,
        waitlist,
        entries,
        match_all,
        matches,
        offer_dialog,
        reports,
        cancellations,
        foreseen,
        recovery,
        recovery_numbers,
        recovery_sequence,
        at_risk,
        fees,
        campaigns,
        answers,
        settings,
        visit_types,
        numbers,
        closing,
    ):
        app.register_blueprint(page.pages)
    app.register_error_handler(HTTPException, _tell)
    app.after_request(_not_kept)


def _tell(error: HTTPException) -> tuple[str, int] | HTTPException:
    """A page for people who look with a browser; the bare answer for everybody else."""
    if error.code is None or "text/html" not in request.headers.get("Accept", ""):
        return error
    said = error.description if error.description != default_exceptions[error.code].description else None
    return render_template("problem.html", code=error.code, said=said), error.code


def _not_kept(response: Response) -> Response:
    """Pages about patients are kept by no cache."""
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
