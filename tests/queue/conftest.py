"""The services of one process on a real database and a real queue, with a clock the test moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from bot.queue import QUEUES
from bot.services import Services, build
from bot.sweep import sweep
from storage.queries import inbound
from storage.queries.inbound import Inbound
from tests import factories
from tests.system import MovingClock, settings_for

LINE = "+12125550100"
NOWHERE = "http://127.0.0.1:1"


@dataclass(frozen=True)
class Shop:
    """One clinic, and what is asked of the queues."""

    services: Services
    clock: MovingClock
    clinic_id: UUID

    def waiting(self) -> dict[str, list[str]]:
        """The subjects of the jobs in each queue that has any."""
        queues = {name: self.queue(name).get_jobs() for name in QUEUES}
        return {name: [job.args[0] for job in jobs] for name, jobs in queues.items() if jobs}

    def queue(self, name: str) -> Queue:
        return Queue(name, connection=self.services.redis, serializer=JSONSerializer)

    def stored(self, sid: str = "SM1", sender: str = "+12125550101") -> UUID:
        """A text has come in, and its wake-up was lost."""
        with self.services.store.one_statement() as cursor:
            found = inbound.store_once(cursor, Inbound(sid, sender, LINE, "yes"), self.clock())
        assert found.conversation_id is not None
        return found.conversation_id

    def swept(self, *, later: float = 0) -> dict[str, list[str]]:
        """What a sweep so many seconds later asks for."""
        self.clock.forward(timedelta(seconds=later))
        self.services.redis.flushdb()
        sweep(self.services)
        return self.waiting()


@pytest.fixture
def shop(database_url: str, redis_url: str) -> Iterator[Shop]:
    clock = MovingClock()
    settings = settings_for(database_url, redis_url, public_url=NOWHERE, carrier_url=NOWHERE, nlu_url=NOWHERE)
    services = build(settings, clock=clock)
    with services.store.unscoped() as session:
        clinic_id = factories.clinic(session, clock(), line=LINE).id
    yield Shop(services, clock, clinic_id)
    services.store.engine.dispose()
    services.redis.close()
    services.model.close()


@pytest.fixture
def no_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis that is away."""
    with Redis.from_url(f"unix://{tmp_path_factory.mktemp('away') / 'redis.sock'}") as client:
        yield client
