"""Builds the real things, in one place: database, Redis, language model, carrier, clock.

Nothing is made at import. Every process calls `build(settings)` once; tests call it with settings that point
at their own servers, and may give another clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.channels import Channel, ChannelError
from bot.channels.email import Mailer
from bot.channels.twilio_message import TwilioMessages
from bot.channels.voice import TwilioCalls
from bot.lanes import Lanes
from bot.queue import RedisWaker
from bot.settings import Settings
from nlu.client import NluClient
from rules import states
from rules.channels import channel_of
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
    channels: Mapping[states.Channel, Channel]
    clock: Callable[[], datetime]
    lanes: Lanes | None = None  # for the replies of its turns; None: the outbox sends them

    def channel_for(self, sender: str) -> Channel:
        """What sends for one of a clinic's own addresses. ChannelError where this deployment has none."""
        found = self.channels.get(channel_of(sender))
        if found is None:
            raise ChannelError("no channel", permanent=True)
        return found

    def close(self) -> None:
        """Let what is under way end, and go of every connection."""
        if self.lanes is not None:
            self.lanes.close()
        self.store.engine.dispose()
        self.redis.close()
        for channel in self.channels.values():
            channel.close()
        self.model.close()


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
        channels=_channels(settings),
        clock=clock,
    )


def _channels(settings: Settings) -> dict[states.Channel, Channel]:
    """How this deployment sends: SMS and WhatsApp are one account's."""
    messages = TwilioMessages(settings)
    channels: dict[states.Channel, Channel] = {
        states.Channel.SMS: messages,
        states.Channel.WHATSAPP: messages,
        states.Channel.VOICE: TwilioCalls(settings),
    }
    if settings.smtp_url is not None:
        channels[states.Channel.EMAIL] = Mailer(settings)
    return channels
