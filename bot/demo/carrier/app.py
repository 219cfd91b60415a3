"""The double as one Flask application."""

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import MethodNotAllowed, NotFound

from bot.demo.carrier import api, calls_api, control, phones, site
from bot.demo.carrier.errors import ApiError
from bot.demo.carrier.parts import assemble
from bot.demo.carrier.settings import Account, Manners


def create_app(account: Account, manners: Manners, names: dict[str, str]) -> Flask:
    """`names` are the phones to show: number → name."""
    app = Flask("bot.demo.carrier", static_folder="page", static_url_path="/page")
    app.extensions["carrier"] = assemble(account, manners, names)
    assert calls_api  # noqa: S101 - imported for its routes, which it adds to those of api and control
    for part in (api, control, phones, site):
        app.register_blueprint(part.blueprint)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(MethodNotAllowed, _not_allowed)
    return app


def _not_found(_error: NotFound) -> tuple[Response, int]:
    return _refusal(ApiError(20404, request.path))


def _not_allowed(_error: MethodNotAllowed) -> tuple[Response, int]:
    return _refusal(ApiError(20004))


def _refusal(error: ApiError) -> tuple[Response, int]:
    return jsonify(error.as_json()), error.status
