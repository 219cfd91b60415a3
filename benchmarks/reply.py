"""From a text to the reply in the carrier's hands on an idle system, beside its parts measured one by one."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

from rq import Queue
from rq.serializers import JSONSerializer

from benchmarks import Figure, Goal
from benchmarks.house import LINE
from benchmarks.jobs import TOLD
from benchmarks.load import put
from benchmarks.system import System, percentile, running
from benchmarks.texting import TEXTS, text_in
from benchmarks.webhook import request
from bot import conversation
from bot.lanes import Lanes
from bot.processes import Process
from bot.services import Services
from storage.queries import inbound
from storage.queries.inbound import Inbound
from storage.transaction import Links, Store

TITLE = "From a text to its reply"
METHOD = (
    "One text after the other to an idle system (the processes of the demo), each read by the language model, by "
    "the clock of the carrier's double from taking the text to taking the reply. Beside it the sum of the middle "
    "times of its parts alone: the webhook, a wait for a worker, the turn with the model and the carrier's call."
)
GOALS = {"p50": (0.50, Goal("<", 60)), "p95": (0.95, Goal("<", 120))}
TURNS, WARM_UP = 100, 5


def run(scale: float = 1.0) -> list[Figure]:
    many, warm_up = max(int(TURNS * scale), 3), max(int(WARM_UP * scale), 1)
    with running("model", "carrier", "web", waiting=2 * (many + warm_up)) as system:
        workers = system.start_parts("workers")
        phones = iter(system.house.phones)
        texts = [(next(phones), TEXTS[number % len(TEXTS)]) for number in range(many + warm_up)]
        times = [text_in(system, *text) for text in texts][warm_up:]
        parts = dict(_parts(system, workers, phones, many))
    replies = [
        Figure(
            what=f"text to reply, {name}",
            value=percentile(times, share),
            unit="ms",
            goal=goal,
            beside=sum(parts.values()),
            beside_what="sum of its parts",
        )
        for name, (share, goal) in GOALS.items()
    ]
    return replies + [
        Figure(what=f"part alone: {name}", value=took, unit="ms") for name, took in parts.items()
    ]


def _parts(
    system: System, workers: list[Process], phones: Iterable[str], many: int
) -> Iterator[tuple[str, float]]:
    """The middle time of each. What is done in this process is done while no worker runs."""
    yield "a wait for a worker", statistics.median(_wait(system) for _ in range(many))
    for process in workers:
        process.stop()
    web = put("127.0.0.1", system.plan.at.web_port, [request(system) for _ in range(many)], connections=1)
    yield "webhook", statistics.median(web.took)
    alone, turns = _waking_nobody(system.services), []
    for phone, number in zip(phones, range(many), strict=False):
        conversation_id = _stored(alone, phone, TEXTS[number % len(TEXTS)])
        turns.append(_took(partial(_turn, alone, conversation_id)))
        system.carrier.settle()
    yield "turn, with the model and the carrier's call", statistics.median(turns)


def _turn(services: Services, conversation_id: UUID) -> None:
    conversation.drain(services, conversation_id)
    if services.lanes is not None:
        services.lanes.settle()


def _wait(system: System) -> float:
    """From enqueuing to the beginning of a job, in a worker that has nothing else to do."""
    queue = Queue("inbound", connection=system.services.redis, serializer=JSONSerializer)
    asked = time.time()
    queue.enqueue("benchmarks.jobs.tell", "", result_ttl=0)
    _, began = system.services.redis.blpop([TOLD])  # type: ignore[misc]
    time.sleep(0.02)  # for the worker to be idle again
    return (float(began) - asked) * 1000


def _waking_nobody(services: Services) -> Services:
    links = Links(services.settings.public_url, services.settings.secret_key.get_secret_value())
    store = Store(services.store.engine, clock=services.clock, waker=lambda _kind, _id: None, links=links)
    return replace(services, store=store, lanes=Lanes())


def _stored(services: Services, phone: str, body: str) -> UUID:
    with services.store.one_statement() as cursor:
        stored = inbound.store_once(cursor, Inbound(f"SM{uuid4().hex}", phone, LINE, body), services.clock())
    if stored.conversation_id is None:
        raise RuntimeError("the text was not stored")
    return stored.conversation_id


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
