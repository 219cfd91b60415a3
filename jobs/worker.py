"""A worker: one queue, one process. It takes the services it is given and hands them to its jobs."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from time import monotonic
from typing import Any

import structlog
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from bot import conversation, logs
from bot.lanes import Lanes
from bot.queue import JOBS, RESULT_KEPT_SECONDS
from bot.services import Services

WORKER_SECONDS = 20
MAINTENANCE_SECONDS = 10
"""With these a dead fellow is noticed within a minute; with RQ's own defaults not within ten."""

JOBS_BEFORE_RENEWAL = 5000
"""A worker that has done so many jobs ends and is started again: whatever leaks, leaks no further."""

log = structlog.get_logger()
_services: Services | None = None


def services() -> Services:
    """What the jobs of this process work with."""
    if _services is None:
        raise RuntimeError("jobs run in a worker: start one with `standby worker QUEUE`")
    return _services


def give(built: Services) -> None:
    """Let the jobs of this process work with `built`."""
    global _services
    _services = built


NOTES_EVERY = 1.0
"""Seconds. So often a worker at work notes in Redis that it is alive, and looks whether it is to pause."""


class Worker(SimpleWorker):
    """Runs jobs in its own process: ours are short and many. RQ writes down several times with each that its
    worker is alive and what it is at; nobody looks that often."""

    _noted_at = 0.0

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """With others, or once in a while."""
        if pipeline is not None or self._after_a_while():
            super().heartbeat(timeout, pipeline)

    def check_for_suspension(self, burst: bool) -> None:
        if self._after_a_while():
            super().check_for_suspension(burst)

    def set_state(self, state: str, pipeline: Any = None) -> None:
        if pipeline is not None or state != self._state:
            super().set_state(state, pipeline)

    def prepare_execution(self, job: Any) -> Execution:
        """A job begins: should this worker die, RQ finds it by that. RQ would go to Redis once more, to write down
        when it began and with whom."""
        with self.connection.pipeline() as pipeline:
            execution = Execution.create(job, self.get_heartbeat_ttl(job), pipeline, self.name)
            pipeline.lrem(self.queues[0].intermediate_queue_key, 1, job.id)
            self.set_state(WorkerStatus.BUSY, pipeline=pipeline)
            pipeline.execute()
        self.execution = execution
        return execution

    def prepare_job_execution(self, _job: Any, *_args: Any) -> None:
        """All has been written down."""

    def handle_execution_ended(self, job: Any, *_args: Any) -> None:
        """RQ would prolong the life of a job that has ended."""
        job.ended_at = datetime.now(UTC)

    def handle_job_success(self, job: Any, *_args: Any, **_kwargs: Any) -> None:
        """Our jobs give nothing back, nobody waits for them, and none repeats: they are only let go. RQ would
        write down a result, a count and that job's end, and in a trip of its own that the worker is idle."""
        with self.connection.pipeline() as pipeline:
            job.cleanup(job.get_result_ttl(RESULT_KEPT_SECONDS), pipeline=pipeline, remove_from_queue=False)
            self.cleanup_execution(job, pipeline=pipeline)
            self.set_state(WorkerStatus.IDLE, pipeline=pipeline)
            pipeline.execute()

    def _after_a_while(self) -> bool:
        if monotonic() - self._noted_at < NOTES_EVERY:
            return False
        self._noted_at = monotonic()
        return True

    def handle_exception(self, job: Any, *exc_info: Any) -> None:
        """A job that failed is only a hint lost: the sweep finds its row again. The error is logged here and
        not by RQ, which would write its message too, and that may quote a patient."""
        subject = job.args[0] if job.args else None
        log.error("job.failed", job=job.func_name, subject=subject, exc_info=exc_info[1])

    def handle_job_failure(self, *args: Any, **kwargs: Any) -> None:
        """RQ would keep the error's message in Redis."""
        super().handle_job_failure(*args, **{**kwargs, "exc_string": ""})


def load_jobs(queues: Collection[str]) -> None:
    """Import what jobs run, which RQ would do with the first of each, and load what those of these queues need: so
    forked workers share it in memory."""
    for _queue, job in JOBS.values():
        import_module(job.rpartition(".")[0])
    import_module("twilio.rest.api")  # which Twilio's client would do with the first call
    if "inbound" in queues:
        conversation.get_ready()


def run(queue: str, built: Services) -> None:
    """Work on one queue until told to stop."""
    logs.configure(built.settings.log_level)
    given = replace(built, lanes=Lanes())
    give(given)
    worker = Worker(
        [Queue(queue, connection=built.redis, serializer=JSONSerializer)],
        connection=built.redis,
        serializer=JSONSerializer,
        worker_ttl=WORKER_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
    )
    worker.work(logging_level="CRITICAL", max_jobs=JOBS_BEFORE_RENEWAL)
    given.close()
