"""What may be asked of the queues, and asking it. A job is only ever a hint that a row wants attention."""

from uuid import UUID

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

JOBS = {
    "inbound": ("inbound", "jobs.inbound.run"),
    "outbound": ("outbound", "jobs.outbound.run"),
    "due": ("due", "jobs.due.run"),
}
"""What is woken → its queue, and the job that looks at it. Each job takes one id."""

QUEUES = ("inbound", "outbound", "due")
RESULT_KEPT_SECONDS = 0
JOB_SECONDS = 120

log = structlog.get_logger()


def live_channel(clinic_id: UUID) -> str:
    """Where the screens of a clinic listen."""
    return f"standby:live:{clinic_id}"


class RedisWaker:
    """Wakes what a transaction asked for, once it is committed.

    Redis being away is no error: the rows are there, and the sweep finds them within seconds.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queues = {name: Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES}

    def __call__(self, kind: str, subject_id: UUID) -> None:
        try:
            if kind == "live":
                self._redis.publish(live_channel(subject_id), "changed")
                return
            queue, job = JOBS[kind]
            self._queues[queue].enqueue(
                job,
                str(subject_id),
                result_ttl=RESULT_KEPT_SECONDS,
                failure_ttl=3600,
                job_timeout=JOB_SECONDS,
            )
        except RedisError:
            log.warning("wake.lost", kind=kind, subject=str(subject_id))
