"""create_app(): the Flask application, a list of init calls."""

from datetime import timedelta

import structlog
from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from bot import admin, api, chat, health, links, metrics, webhooks
from bot.services import Services

PAGES_STAY_HOURS = 12
log = structlog.get_logger()
ONLY_OUR_OWN = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"


def create_app(services: Services) -> Flask:
    app = Flask("bot", template_folder="admin/templates", static_folder="admin/static")
    app.extensions["services"] = services
    app.config.update(
        SECRET_KEY=services.settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="standby",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=PAGES_STAY_HOURS),
        MAX_CONTENT_LENGTH=1_000_000,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    app.session_interface = Sessions()
    csrf = CSRFProtect(app)
    webhooks.init_app(app, csrf)
    links.init_app(app, csrf)
    chat.init_app(app, csrf)
    health.init_app(app)
    metrics.init_app(app)
    admin.init_app(app)
    api.init_app(app, csrf)
    app.after_request(_safe_headers)
    app.register_error_handler(Exception, _failed)
    return app


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie. Webhooks and programs bring none: for them nothing is made to read it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if "Cookie" in request.headers else SecureCookieSession()


def _failed(error: Exception) -> HTTPException | tuple[str, int]:
    """The edge: what nobody foresaw is logged by type and place, and shown as a plain page."""
    if isinstance(error, HTTPException):
        return error
    log.error("request.failed", route=str(request.url_rule), exc_info=error)
    return "Something went wrong on our side. It has been noted.", 500


def _safe_headers(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if (
        "Content-Security-Policy" not in response.headers
    ):  # a page that has its own says there who may frame it
        response.headers["Content-Security-Policy"] = ONLY_OUR_OWN
        response.headers["X-Frame-Options"] = "DENY"
    return response
