"""The socket by which a chat hears that something was said. It only says "changed": the browser asks for what.

The token comes in the first frame, never in the address, which others could log. A browser that cannot have the
socket, or loses it, looks now and then instead, and comes again by itself.
"""

import asyncio
import json
from collections import Counter
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from bot.chat import sessions
from bot.queue import chat_channel
from bot.services import Services
from storage.tables import ChatSession

HEARTBEAT_SECONDS = 25
TOKEN_WITHIN_SECONDS = 10
MOST_AN_ADDRESS = 20
"""Sockets a process keeps for one address: a family, or a waiting room behind one router."""

NOT_OURS, UNKNOWN, LATE, TOO_MANY, AWAY = 1008, 4401, 4408, 4429, 1012
"""Why a socket is closed: another site's page opened it; its token is not known, or did not come; an address has
too many; Redis went away."""

log = structlog.get_logger()


class ChatSocket:
    """The ASGI application behind /chat/socket."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._redis = redis.asyncio.Redis.from_url(services.settings.redis_url)
        self._open = Counter[str]()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()  # the wish to connect
        if not self._is_ours(scope):
            await _close(send, NOT_OURS)  # before it is accepted: the browser is told 403
            return
        await send({"type": "websocket.accept"})
        address = str(scope["client"][0])
        self._open[address] += 1
        try:
            why = TOO_MANY if self._open[address] > MOST_AN_ADDRESS else await self._serve(receive, send)
        finally:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
        if why is not None:
            await _close(send, why)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _serve(self, receive: Any, send: Any) -> int | None:
        """Serve a socket until it ends: why we close it; None where the browser has."""
        try:
            token = await asyncio.wait_for(_token(receive), TOKEN_WITHIN_SECONDS)
        except TimeoutError:
            return LATE
        session = await asyncio.to_thread(self._session, token)
        if session is None:
            return UNKNOWN
        telling = asyncio.create_task(self._tell(session.conversation_id, send))
        gone = asyncio.create_task(_gone(receive))
        ended, _ = await asyncio.wait({telling, gone}, return_when=asyncio.FIRST_COMPLETED)
        for task in (telling, gone):
            task.cancel()
        return AWAY if telling in ended and _failed(telling) else None

    def _session(self, token: str | None) -> ChatSession | None:
        return sessions.conversation_of(self._services, token) if token else None

    async def _tell(self, conversation_id: UUID, send: Any) -> None:
        """Say "changed" once the subscription stands (something may have been said before), then each time."""
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(chat_channel(conversation_id))
            while True:
                news = await subscription.get_message(timeout=HEARTBEAT_SECONDS)
                await _say(send, {"type": "changed" if news else "beat"})

    def _is_ours(self, scope: Any) -> bool:
        """Whether our own page opens it: other sites' pages could, too, but for this."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin = urlsplit(headers.get(b"origin", "")).netloc
        return origin in (headers.get(b"host"), urlsplit(self._services.settings.public_url).netloc)


def _failed(telling: "asyncio.Task[None]") -> bool:
    error = telling.exception()
    if isinstance(error, RedisError | OSError):
        log.warning("chat.lost", error=type(error).__name__)
    return error is not None


async def _token(receive: Any) -> str | None:
    """The token of the first frame, `{"token": "..."}`; None where it holds none."""
    event = await receive()
    try:
        token = json.loads(event.get("text") or "")["token"]
    except (ValueError, KeyError, TypeError):
        return None
    return token if isinstance(token, str) else None


async def _gone(receive: Any) -> None:
    """Return when the browser has left; what else it says does not matter."""
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def _say(send: Any, what: dict[str, str]) -> None:
    await send({"type": "websocket.send", "text": json.dumps(what)})


async def _close(send: Any, code: int) -> None:
    await send({"type": "websocket.close", "code": code})
