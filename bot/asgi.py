"""What granian serves: live streams by themselves, everything else by Flask."""

from typing import Any

from a2wsgi import WSGIMiddleware

from bot import logs
from bot.app import create_app
from bot.live import LiveStream
from bot.services import build
from bot.settings import load_settings

WSGI_THREADS = 8


def create() -> Any:
    """The ASGI application of one process."""
    settings = load_settings()
    logs.configure(settings.log_level)
    services = build(settings)
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
