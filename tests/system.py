"""The whole of Standby in one process, with a clock the test moves: real HTTP in, real queue, real database,
real model, and the carrier's double as a process of its own. Stories are played on it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec

import httpx
from rq import Queue
from rq.serializers import JSONSerializer
from werkzeug.serving import make_server

from bot.app import create_app
from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN, Carrier
from bot.demo.checks import free_port
from bot.lanes import Lanes
from bot.queue import QUEUES
from bot.services import Services, build
from bot.settings import Settings
from bot.sweep import sweep
from jobs.worker import Worker, give

P = ParamSpec("P")

NO_MODEL = "http://127.0.0.1:1"
"""Where no language model answers: only exact rules read what is texted."""

SECRET = "a made-up secret of thirty-two characters or more"


class MovingClock:
    """What the system under test takes for now. It stands still but for a millisecond a reading, so that a slow
    machine changes nothing; the test moves it on."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime.now(UTC)
        self._one_reading_at_a_time = threading.Lock()

    def __call__(self) -> datetime:
        with self._one_reading_at_a_time:
            self._now += timedelta(milliseconds=1)
            return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment

    def forward(self, by: timedelta) -> None:
        self._now += by


class _Brief(Worker):
    """A worker that takes no orders while it lives: hanging up on them costs it half a second each time."""

    def subscribe(self) -> None:
        pass

    def unsubscribe(self) -> None:
        pass


class _Awaited(Lanes):
    """Nothing is under way when a job has ended."""

    def run(self, call: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        super().run(call, *args, **kwargs)
        self.settle()


@dataclass
class System:
    """A running Standby. `work()` does all there is to do now; nothing happens behind the test's back."""

    services: Services
    carrier: Carrier
    clock: MovingClock
    number: str
    http: httpx.Client
    """For whoever calls its pages. To make one for each call takes longer than the call."""

    def work(self) -> None:
        """Run jobs and sweeps, and let the carrier report, until nothing is left to do."""
        give(self.services)
        for _ in range(50):
            self._run_jobs()
            self.carrier.settle()
            if not sweep(self.services) and not self._waiting():
                return
        raise AssertionError("the queues never came to rest")

    def _run_jobs(self) -> None:
        if self._waiting():
            worker = _Brief(self._queues(), connection=self.services.redis, serializer=JSONSerializer)
            worker.work(burst=True, logging_level="CRITICAL")

    def _waiting(self) -> int:
        return sum(queue.count for queue in self._queues())

    def _queues(self) -> list[Queue]:
        redis = self.services.redis
        return [Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES]

    def text(self, phone: str, body: str, **more: object) -> None:
        """A patient texts; everything that follows at once has happened when this returns."""
        brought = self.carrier.text(phone, body, to=self.number, **more)
        assert set(brought["statuses"]) == {200}, brought
        self.clock.forward(timedelta(seconds=1))
        self.work()

    def forward(self, by: timedelta) -> None:
        self.clock.forward(by)
        self.work()


def settings_for(
    database_url: str,
    redis_url: str,
    *,
    public_url: str,
    carrier_url: str,
    nlu_url: str,
    smtp_url: str | None = None,
) -> Settings:
    """Settings of a test's own, whatever the environment says."""
    values: dict[str, Any] = {
        "_env_file": None,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PUBLIC_URL": public_url,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_API_BASE_URL": carrier_url,
        "secret_key": SECRET,
        "nlu_url": nlu_url,
        "secure_cookies": False,
        "smtp_url": smtp_url,
        "email_from": "visits@standby.example" if smtp_url else None,
    }
    return Settings(**values)


@contextmanager
def running_system(
    database_url: str,
    redis_url: str,
    *,
    number: str,
    nlu_url: str = NO_MODEL,
    smtp_url: str | None = None,
) -> Iterator[System]:
    """Standby's pages and webhooks, with a carrier's double that posts to them."""
    port = free_port()
    public_url = f"http://127.0.0.1:{port}"
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the server of tests only: granian serves for real
    with Carrier.start(f"{public_url}/webhooks/twilio/message", [number]) as carrier:
        settings = settings_for(
            database_url,
            redis_url,
            public_url=public_url,
            carrier_url=carrier.url,
            nlu_url=nlu_url,
            smtp_url=smtp_url,
        )
        clock = MovingClock()
        services = replace(build(settings, clock=clock), lanes=_Awaited())
        services.redis.flushdb()
        server = make_server("127.0.0.1", port, create_app(services), threaded=True)
        server.daemon_threads = False  # a callback under way has its connection until it is answered
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            with httpx.Client(trust_env=False, timeout=30) as http:
                yield System(services, carrier, clock, number, http)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            services.close()
