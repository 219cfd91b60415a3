"""What granian serves: live streams and sockets by themselves, everything else by Flask."""

from typing import Any

from granian.utils.proxies import wrap_asgi_with_proxy_headers

from bot import logs
from bot.app import create_app
from bot.chat.socket import ChatSocket
from bot.live import LiveStream
from bot.services import build
from bot.settings import load_settings
from bot.wsgi import Pages

THREADS = 4
"""A process. With eight and with two less was taken in, but that was measured on a busy machine."""

CHAT_SOCKET = "/chat/socket"


def create() -> Any:
    """The ASGI application of one process."""
    settings = load_settings()
    logs.configure(settings.log_level)
    services = build(settings)
    flask = create_app(services)
    pages = Pages(flask, threads=THREADS)
    live, chat = LiveStream(flask, services), ChatSocket(services)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await (live if scope["path"] == "/live" else pages)(scope, receive, send)
        elif scope["type"] == "websocket":
            await (chat if scope["path"] == CHAT_SOCKET else _refused)(scope, receive, send)

    return wrap_asgi_with_proxy_headers(app, settings.trusted_proxies.split(","))


async def _refused(_scope: Any, receive: Any, send: Any) -> None:
    """A socket nobody serves."""
    await receive()
    await send({"type": "websocket.close"})
