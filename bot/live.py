"""Live updates: Redis tells that something of a clinic changed, a server-sent event tells its screens."""

import asyncio
from http.cookies import SimpleCookie
from typing import Any

import redis.asyncio
import structlog
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature

from bot.access import staff_of_session
from bot.queue import live_channel
from bot.services import Services
from storage.tables import Staff

HEARTBEAT_SECONDS = 15
log = structlog.get_logger()


class LiveStream:
    """The ASGI application behind /live. Each event only says "changed": the page asks for what it shows."""

    def __init__(self, app: Flask, services: Services) -> None:
        self._app = app
        self._services = services
        self._redis = redis.asyncio.Redis.from_url(services.settings.redis_url)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        staff = await asyncio.to_thread(self._staff, scope)
        if staff is None:
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        streaming = asyncio.create_task(self._stream(staff, send))
        gone = asyncio.create_task(_gone(receive))
        ended, _ = await asyncio.wait({streaming, gone}, return_when=asyncio.FIRST_COMPLETED)
        for task in (streaming, gone):
            task.cancel()
        if streaming in ended:  # Redis went away: the browser is let go, and comes again by itself
            log.warning("live.lost", error=type(streaming.exception()).__name__)
            await send({"type": "http.response.body", "body": b""})

    async def _stream(self, staff: Staff, send: Any) -> None:
        """Say "changed" once the subscription stands (something may have changed before), then each time."""
        async with self._redis.pubsub() as subscription:
            await subscription.subscribe(live_channel(staff.clinic_id))
            while True:
                news = await subscription.get_message(timeout=HEARTBEAT_SECONDS)
                await _write(send, b"event: changed\ndata: changed\n\n" if news else b": still here\n\n")

    def _staff(self, scope: Any) -> Staff | None:
        """Who is listening, by the same signed cookie as the pages."""
        cookies = SimpleCookie()
        for name, value in scope["headers"]:
            if name == b"cookie":
                cookies.load(value.decode("latin-1"))
        cookie = cookies.get(self._app.config["SESSION_COOKIE_NAME"])
        serializer = SecureCookieSessionInterface().get_signing_serializer(self._app)
        if cookie is None or serializer is None:
            return None
        lifetime = int(self._app.permanent_session_lifetime.total_seconds())
        try:
            values = serializer.loads(cookie.value, max_age=lifetime)
        except BadSignature:
            return None
        return staff_of_session(self._services, values)


async def _gone(receive: Any) -> None:
    """Return when the browser has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Any, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})
