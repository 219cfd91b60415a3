"""Builds the real things, in one place: database, Redis, language model, carrier, clock.

Nothing is made at import. Every process calls `build(settings)` once; tests call it with settings that point
at their own servers, and may give another clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.channels import Channel
from bot.channels.twilio_message import TwilioMessages
from bot.queue import RedisWaker
from bot.settings import Settings
from nlu.client import NluClient
from storage.transaction import Links, Store, make_engine


def real_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """What a process works with."""

    settings: Settings
    store: Store
    redis: Redis
    model: NluClient
    channel: Channel
    clock: Callable[[], datetime]


def build(settings: Settings, *, clock: Callable[[], datetime] = real_clock) -> Services:
    redis = Redis.from_url(
        settings.redis_url,
        socket_connect_timeout=2,
        socket_timeout=None,
        retry=Retry(NoBackoff(), 1),
        health_check_interval=30,
    )
    links = Links(settings.public_url, settings.secret_key.get_secret_value())
    store = Store(make_engine(settings.database_url), clock=clock, waker=RedisWaker(redis), links=links)
    return Services(
        settings=settings,
        store=store,
        redis=redis,
        model=NluClient(settings.nlu_url, timeout=settings.nlu_timeout_seconds),
        channel=TwilioMessages(settings),
        clock=clock,
    )
