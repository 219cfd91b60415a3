"""Signing in and out. The session holds who it is and their epoch, nothing else."""

from urllib.parse import urlsplit

import structlog
from flask import g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from bot.access import any_staff, public, signed_in
from bot.admin.frame import blueprint, by_me, in_clinic, may, me, services
from clinic import staff as accounts
from storage.tables import Staff

pages = blueprint("sign_in")
log = structlog.get_logger()


@pages.get("/sign-in")
@public
def form() -> str | Response:
    if signed_in() is not None:
        return redirect(_onward())
    return render_template("sign_in.html", onward=request.args.get("next", ""), refused=False)


@pages.post("/sign-in")
@public
def enter() -> tuple[str, int] | Response:
    email, password = request.form.get("email", ""), request.form.get("password", "")
    with services().store.unscoped() as database:
        tried = accounts.authenticate(database, email, password, services().clock())
    log.info("sign_in", outcome=tried.outcome)
    if tried.staff is None:
        onward = request.form.get("next", "")
        return render_template("sign_in.html", onward=onward, refused=True), 401
    _begin_session(tried.staff)
    return redirect(_onward(), 303)


@pages.post("/sign-out")
@any_staff
def leave() -> Response:
    end = accounts.sign_out_everywhere if "everywhere" in request.form else accounts.sign_out
    in_clinic(lambda tx: end(tx, me().id, by_me()))
    session.clear()
    return redirect(url_for("sign_in.form"), 303)


@pages.get("/")
@any_staff
def home() -> str | Response:
    """The page a role works on most."""
    if may("booking:view_calendar"):
        return redirect(url_for("today.page"))
    return render_template("nothing_here.html")


def _begin_session(staff: Staff) -> None:
    """A fresh session: whatever it held before, its CSRF token included, is gone."""
    session.clear()
    session.permanent = True
    session["staff"], session["epoch"] = staff.id, staff.session_epoch
    g.pop("staff", None)


def _onward() -> str:
    """Where they wanted to go, if that is a page of ours."""
    wanted = request.values.get("next", "")
    return wanted if is_our_path(wanted) else url_for("sign_in.home")


def is_our_path(text: str) -> bool:
    """Whether it is a path on this site. Browsers read `//host`, `/\\host` and control characters otherwise."""
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return False
    parts = urlsplit(text)
    return not parts.scheme and not parts.netloc
