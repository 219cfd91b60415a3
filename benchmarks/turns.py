"""Conversation turns a second with everything running, beside what the queue alone does with the same workers."""

import time
from collections.abc import Sequence
from contextlib import closing

from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import text

from benchmarks import Figure, Goal
from benchmarks.load import Line
from benchmarks.system import Part, System, cpu_seconds, running
from benchmarks.texting import ANSWERED_WITHIN, TEXTS, NoAnswer
from benchmarks.webhook import request
from bot.processes import Process

TITLE = "Conversation turns, sustained"
METHOD = (
    "Texts of many patients come in through the webhook so that sixteen are always unanswered: each reply in the "
    "carrier's hands lets in the next text. So no queue grows, and the rate is what the whole system sustains: "
    "web, two workers for texts, one each for sending and due work, the sweep, the language model, the servers. "
    "The carrier's double with its callbacks and whoever puts the texts in run on the same machine and take "
    "their share of it, but are no part of a deployment: so the processor time a turn is given by part, and of "
    "all but the carrier. Two cores with nothing else on them do 80 turns a second where that is 25 ms. Beside "
    "the rate: jobs that do nothing in the same workers."
)
GOAL = Goal("≥", 80)
UNANSWERED, TURNS, WARM_UP, JOBS = 16, 1000, 200, 2000

PARTS: tuple[Part, ...] = ("model", "carrier", "web", "workers", "cron")

_REPLIED = text("SELECT count(*) FROM message WHERE answers_id IS NOT NULL AND outbox_state = 'sent'")


def run(scale: float = 1.0) -> list[Figure]:
    many, warm_up = (max(int(whole * scale), 2 * UNANSWERED) for whole in (TURNS, WARM_UP))
    with running(waiting=warm_up + many) as system:
        started = zip(PARTS, system.start_parts(*PARTS), strict=True)
        processes: dict[str, list[Process]] = {part: [process] for part, process in started}
        processes |= {name: [server] for name, server in system.servers.items()}
        ceiling = _ceiling(system, max(int(JOBS * scale), 50))
        _sustained(system, system.house.phones[:warm_up])
        before = {part: cpu_seconds(these) for part, these in processes.items()}
        rate = _sustained(system, system.house.phones[warm_up:])
        used = {part: cpu_seconds(these) - before[part] for part, these in processes.items()}
    return [
        Figure(
            what=f"turns, {UNANSWERED} texts unanswered at a time",
            value=rate,
            unit="/s",
            goal=GOAL,
            beside=ceiling,
            beside_what="jobs that do nothing",
        ),
        *(
            Figure(what=f"processor time a turn, {part}", value=seconds * 1000 / many, unit="ms")
            for part, seconds in [
                *used.items(),
                ("all but the carrier", sum(used.values()) - used["carrier"]),
            ]
        ),
    ]


def _ceiling(system: System, jobs: int) -> float:
    """Jobs a second that the workers for texts do where a job does nothing."""
    queue = Queue("inbound", connection=system.services.redis, serializer=JSONSerializer)
    wanted = [Queue.prepare_data("benchmarks.jobs.nothing", args=[""], result_ttl=0) for _ in range(jobs)]
    queue.enqueue_many(wanted)
    began = time.perf_counter()
    while len(queue):
        time.sleep(0.01)
    return jobs / (time.perf_counter() - began)


def _sustained(system: System, phones: Sequence[str]) -> float:
    """Turns a second, a text a phone, from the first text to the last reply in the carrier's hands."""
    texts = [request(system, phone, TEXTS[number % len(TEXTS)]) for number, phone in enumerate(phones)]
    already, many = _replied(system), len(texts)
    sent, replied, changed = 0, 0, time.monotonic()
    began = time.perf_counter()
    with closing(Line("127.0.0.1", system.plan.at.web_port)) as line:
        while replied < many:
            for each in texts[sent : replied + UNANSWERED]:
                line.send(each)
                sent += 1
            before, replied = replied, _replied(system) - already
            changed = time.monotonic() if replied > before else changed
            if time.monotonic() - changed > ANSWERED_WITHIN:
                raise NoAnswer(f"{replied} of {sent} texts were answered")
            time.sleep(0.02)
    return many / (time.perf_counter() - began)


def _replied(system: System) -> int:
    with system.services.store.unscoped() as session:
        return int(session.scalar(_REPLIED) or 0)
