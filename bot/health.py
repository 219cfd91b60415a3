"""/healthz: the process answers. /readyz: it can do its work, or says why not."""

from flask import Blueprint, Flask, Response, current_app, jsonify
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.access import public
from bot.services import Services
from storage.migrations import current, head

pages = Blueprint("health", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/healthz")
@public
def healthz() -> Response:
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    services: Services = current_app.extensions["services"]
    problems = [*_database(services), *_redis(services)]
    return jsonify(status="not ready" if problems else "ready", problems=problems), 503 if problems else 200


def _database(services: Services) -> list[str]:
    try:
        with services.store.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        stands_at = current(services.settings.database_url)
    except SQLAlchemyError:
        return ["The database does not answer."]
    if stands_at != head():
        return [f"The database stands at migration {stands_at}, not {head()}: run `standby db upgrade`."]
    return []


def _redis(services: Services) -> list[str]:
    try:
        services.redis.ping()
    except RedisError:
        return ["Redis does not answer: work goes on by the sweep alone."]
    return []
