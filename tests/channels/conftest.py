"""Standby in this process, reached over HTTP as patients' phones reach it, with the carrier's double."""

import socket
from collections.abc import Iterator

import pytest
from redis import Redis

from bot.demo.carrier.client import Carrier
from tests.channels.house import Reached
from tests.channels.mail import MailServer
from tests.chaos.house import LINE, fresh_house
from tests.system import MovingClock, System, running_system

NO_MODEL = "http://127.0.0.1:1"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def running_mail() -> Iterator[MailServer]:
    with MailServer.running() as server:
        yield server


@pytest.fixture
def mail(running_mail: MailServer) -> MailServer:
    """A mail server that has had nothing yet, and takes everything."""
    running_mail.reset()
    return running_mail


@pytest.fixture(scope="module")
def system(module_database_url: str, redis_server_url: str, running_mail: MailServer) -> Iterator[System]:
    port = free_port()
    with Redis.from_url(redis_server_url) as client:
        client.flushdb()
    with (
        Carrier.start(f"http://127.0.0.1:{port}/webhooks/twilio/message", [LINE]) as carrier,
        running_system(
            module_database_url,
            redis_server_url,
            NO_MODEL,
            number=LINE,
            port=port,
            carrier=carrier,
            clock=MovingClock(),
            smtp_url=running_mail.url,
        ) as running,
    ):
        yield running


@pytest.fixture
def reached(system: System, mail: MailServer) -> Reached:
    """Two patients wait; the first is asked first."""
    return Reached(system, fresh_house(system, 2, link_in_offers=True, dispatch="sequential"))
