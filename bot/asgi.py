"""What granian serves: live streams by themselves, everything else by Flask."""

from typing import Any

from a2wsgi import WSGIMiddleware

from bot import logs
from bot.app import create_app
from bot.live import LiveStream
from bot.services import build
from bot.settings import load_settings
from storage import migrations

WSGI_THREADS = 8


class NotMigrated(SystemExit):
    """The database is not what the code expects: the web process refuses to start."""


def create() -> Any:
    """The ASGI application of one process."""
    settings = load_settings()
    logs.configure(settings.log_level)
    services = build(settings)
    stands_at = migrations.current(settings.database_url)
    if stands_at != migrations.head():
        raise NotMigrated(
            f"The database stands at migration {stands_at or 'none'}, this code expects {migrations.head()}: "
            "run `standby db upgrade`."
        )
    flask = create_app(services)
    pages = WSGIMiddleware(flask, workers=WSGI_THREADS)  # type: ignore[arg-type]
    live = LiveStream(flask, services)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/live":
            await live(scope, receive, send)
        elif scope["type"] == "http":

            async def body() -> Any:
                # a2wsgi asks from another thread, which takes a coroutine; granian's own is a future.
                return await receive()

            await pages(scope, body, send)

    return app
