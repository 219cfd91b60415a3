"""The chat's socket: whoever has the token hears that something was said, and nobody else."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from bot.chat import socket
from bot.chat.sessions import conversation_of
from bot.chat.socket import ChatSocket
from bot.queue import chat_channel
from bot.services import Services, build
from clinic import chats, policies
from clinic.audit import SYSTEM
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW
from tests.system import settings_for

PUBLIC = "https://standby.example"


@dataclass
class Browser:
    """One end of a socket; the application under test has the other."""

    services: Services
    origin: str = PUBLIC
    address: str = "203.0.113.7"
    said: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    heard: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)

    async def opens(self, application: ChatSocket) -> "asyncio.Task[None]":
        await self.said.put({"type": "websocket.connect"})
        headers = [(b"host", b"standby.example"), (b"origin", self.origin.encode())]
        scope = {"type": "websocket", "headers": headers, "client": (self.address, 0)}
        return asyncio.create_task(application(scope, self.said.get, self.heard.put))

    async def says(self, text: str) -> None:
        await self.said.put({"type": "websocket.receive", "text": text})

    async def hears(self) -> Any:
        """What it is told next: the message's type, or the code it is closed with."""
        event = await asyncio.wait_for(self.heard.get(), 30)
        return event.get("code") or (json.loads(event["text"])["type"] if "text" in event else event["type"])

    async def leaves(self) -> None:
        await self.said.put({"type": "websocket.disconnect"})


def test_it_hears_at_once_and_then_whenever_something_is_said(services: Services, token: str) -> None:
    async def talk(application: ChatSocket) -> list[Any]:
        browser = Browser(services)
        serving = await browser.opens(application)
        await browser.says(json.dumps({"token": token}))
        heard = [await browser.hears(), await browser.hears()]
        services.redis.publish(channel_of(services, token), "changed")
        heard.append(await browser.hears())
        await browser.leaves()
        await serving
        return heard

    assert run(services, talk) == ["websocket.accept", "changed", "changed"]


def test_what_is_said_in_another_chat_is_not_heard(services: Services, token: str, other: str) -> None:
    async def talk(application: ChatSocket) -> list[Any]:
        browser = Browser(services)
        serving = await browser.opens(application)
        await browser.says(json.dumps({"token": token}))
        heard = [await browser.hears(), await browser.hears()]
        services.redis.publish(channel_of(services, other), "changed")
        heard.append(await browser.hears())
        await browser.leaves()
        await serving
        return heard

    assert run(services, talk) == ["websocket.accept", "changed", "beat"]


@pytest.mark.parametrize("first", ['{"token": "made-up"}', "{}", "[]", "null", '{"token": 7}', "no json", ""])
def test_without_a_known_token_it_is_closed(services: Services, first: str) -> None:
    async def talk(application: ChatSocket) -> list[Any]:
        browser = Browser(services)
        await browser.opens(application)
        await browser.says(first)
        return [await browser.hears(), await browser.hears()]

    assert run(services, talk) == ["websocket.accept", socket.UNKNOWN]


def test_whoever_says_nothing_is_let_go(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "TOKEN_WITHIN_SECONDS", 0.01)

    async def talk(application: ChatSocket) -> list[Any]:
        browser = Browser(services)
        await browser.opens(application)
        return [await browser.hears(), await browser.hears()]

    assert run(services, talk) == ["websocket.accept", socket.LATE]


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "null", "", "https://standby.example.evil.example"]
)
def test_a_page_of_another_site_gets_no_socket(services: Services, origin: str) -> None:
    async def talk(application: ChatSocket) -> list[Any]:
        browser = Browser(services, origin=origin)
        await browser.opens(application)
        return [await browser.hears()]

    assert run(services, talk) == [socket.NOT_OURS]


def test_an_address_has_so_many_and_no_more_until_one_ends(
    services: Services, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "MOST_AN_ADDRESS", 1)

    async def talk(application: ChatSocket) -> list[Any]:
        first, second, third, elsewhere = (Browser(services) for _ in range(4))
        elsewhere.address = "203.0.113.8"
        serving = await first.opens(application)
        await first.says(json.dumps({"token": token}))
        heard = [await first.hears(), await first.hears()]
        await second.opens(application)
        heard += [await second.hears(), await second.hears()]
        await elsewhere.opens(application)
        await elsewhere.says(json.dumps({"token": token}))
        heard += [await elsewhere.hears(), await elsewhere.hears()]
        await first.leaves()
        await serving
        await third.opens(application)
        await third.says(json.dumps({"token": token}))
        return [*heard, await third.hears(), await third.hears()]

    served = ["websocket.accept", "changed"]
    assert run(services, talk) == [*served, "websocket.accept", socket.TOO_MANY, *served, *served]


def test_without_redis_it_is_closed_for_the_browser_to_come_again(services: Services, token: str) -> None:
    away = replace(
        services, settings=services.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"})
    )

    async def talk(application: ChatSocket) -> list[Any]:
        browser = Browser(services)
        await browser.opens(application)
        await browser.says(json.dumps({"token": token}))
        return [await browser.hears(), await browser.hears()]

    assert run(away, talk) == ["websocket.accept", socket.AWAY]


def run(services: Services, talk: Callable[[ChatSocket], Awaitable[list[Any]]]) -> list[Any]:
    async def talked() -> list[Any]:
        application = ChatSocket(services)
        try:
            return await talk(application)
        finally:
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await application.close()

    with ThreadPoolExecutor(1) as own:  # beside a browser of other tests a loop runs in this one
        return own.submit(asyncio.run, talked()).result()


def channel_of(services: Services, token: str) -> str:
    session = conversation_of(services, token)
    assert session is not None
    return chat_channel(session.conversation_id)


@pytest.fixture
def services(
    module_database_url: str, redis_server_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    monkeypatch.setattr(socket, "HEARTBEAT_SECONDS", 0.5)
    nobody = "http://127.0.0.1:1"
    settings = settings_for(
        module_database_url, redis_server_url, public_url=PUBLIC, carrier_url=nobody, nlu_url=nobody
    )
    services = build(settings, clock=lambda: NOW)
    yield services
    services.close()


@pytest.fixture
def clinic_id(services: Services) -> UUID:
    """A clinic that has a chat."""
    with services.store.unscoped() as session:
        clinic = factories.clinic(session, NOW)

    def on(tx: Tx) -> None:
        policies.change(tx, policies.current(tx).model_copy(update={"chat": True}), SYSTEM)

    services.store.run(clinic.id, on)
    return clinic.id


@pytest.fixture
def token(services: Services, clinic_id: UUID) -> str:
    return services.store.run(clinic_id, lambda tx: chats.begin(tx, str(uuid4())))


@pytest.fixture
def other(services: Services, clinic_id: UUID) -> str:
    return services.store.run(clinic_id, lambda tx: chats.begin(tx, str(uuid4())))
