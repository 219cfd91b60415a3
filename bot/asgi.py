"""What granian serves: live streams by themselves, everything else by Flask."""

from typing import Any

from granian.utils.proxies import wrap_asgi_with_proxy_headers

from bot import logs
from bot.app import create_app
from bot.live import LiveStream
from bot.services import build
from bot.settings import load_settings
from bot.wsgi import Pages

THREADS = 4
"""A process. With eight and with two less was taken in, but that was measured on a busy machine."""


def create() -> Any:
    """The ASGI application of one process."""
    settings = load_settings()
    logs.configure(settings.log_level)
    services = build(settings)
    flask = create_app(services)
    pages = Pages(flask, threads=THREADS)
    live = LiveStream(flask, services)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await (live if scope["path"] == "/live" else pages)(scope, receive, send)

    return wrap_asgi_with_proxy_headers(app, settings.trusted_proxies.split(","))
