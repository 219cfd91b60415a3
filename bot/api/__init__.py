"""The HTTP API at /api/v1, for other programs and for whoever is signed in. One file an area, one table of all."""

from flask import Blueprint, Flask, Response, json, render_template, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException

from bot.access import public
from bot.api import openapi, routes
from bot.api.problems import Problem, answer
from bot.api.table import ENDPOINTS

ROOT = "/api/v1"

DOCS_MAY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
)
"""Swagger UI styles itself in place; no script but our own runs all the same."""


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    api = Blueprint("api", __name__, url_prefix=ROOT)
    for endpoint in ENDPOINTS:
        routes.add(api, endpoint)
    api.register_error_handler(Exception, routes.told)
    docs = Blueprint("api_docs", __name__, url_prefix="/api")
    docs.add_url_rule("/openapi.json", "document", document)
    docs.add_url_rule("/docs", "page", page)
    app.register_blueprint(api)
    app.register_blueprint(docs)
    csrf.exempt(api)  # a token is no cookie; a session's writes are checked in bot/api/callers.py
    app.register_error_handler(404, _no_such_place)
    app.register_error_handler(405, _no_such_place)


@public
def document() -> Response:
    """What the API is, for programs."""
    return Response(json.dumps(openapi.document()), mimetype="application/json")


@public
def page() -> Response:
    """What the API is, for people. It names nobody: anybody may read it."""
    response = Response(render_template("api_docs.html"))
    response.headers["Content-Security-Policy"] = DOCS_MAY
    return response


def _no_such_place(error: HTTPException) -> Response | HTTPException:
    """No route: below /api a problem document, elsewhere what pages answer."""
    if not request.path.startswith(f"{ROOT}/"):
        return error
    status = error.code or 404
    found = answer(Problem(status, "There is no such address in the API: /api/docs lists them."))
    if status == 405:
        found.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return found
