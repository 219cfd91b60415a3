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
RESULT_KEPT_SECONDS = 5
"""Nobody asks for it; but a job that Redis forgets by itself costs a quarter less than one that is taken away."""

JOB_SECONDS = 120

MOST_WAITING = 1000
"""Jobs. Where so many wait in a queue, the sweep adds none: its workers have enough to do, or are away."""

MERGED = ("outbound",)
"""What many ask for at once: one job will do until it begins."""

MERGED_SECONDS = 1
"""So soon another job is asked for, should the first be lost."""

log = structlog.get_logger()


def _asked(kind: str, subject_id: UUID) -> str:
    return f"standby:asked:{kind}:{subject_id}"


def begins(redis: Redis, kind: str, subject_id: UUID) -> None:
    """A job that is `MERGED` begins to look: what is asked from now on needs another."""
    redis.delete(_asked(kind, subject_id))


def backed_up(redis: Redis, kind: str) -> bool:
    """Whether more hints would only lengthen a queue; also where Redis is away, and takes none."""
    try:
        return Queue(JOBS[kind][0], connection=redis, serializer=JSONSerializer).count >= MOST_WAITING
    except RedisError:
        return True


def live_channel(clinic_id: UUID) -> str:
    """Where the screens of a clinic listen."""
    return f"standby:live:{clinic_id}"


def chat_channel(conversation_id: UUID) -> str:
    """Where the browser that has a chat listens."""
    return f"standby:chat:{conversation_id}"


LISTENED_TO = {"live": live_channel, "chat": chat_channel}
"""What is not for a queue, but for whoever listens at the moment."""


class RedisWaker:
    """Wakes what a transaction asked for, once it is committed.

    Redis being away is no error: the rows are there, and the sweep finds them within seconds.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queues = {name: Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES}

    def __call__(self, kind: str, subject_id: UUID) -> None:
        try:
            if kind in LISTENED_TO:
                self._redis.publish(LISTENED_TO[kind](subject_id), "changed")
                return
            if kind in MERGED and not self._first(kind, subject_id):
                return
            queue, job = JOBS[kind]
            with self._redis.pipeline() as once:  # left to itself, RQ asks twice
                self._queues[queue].enqueue(
                    job,
                    str(subject_id),
                    result_ttl=RESULT_KEPT_SECONDS,
                    failure_ttl=3600,
                    job_timeout=JOB_SECONDS,
                    pipeline=once,
                )
                once.execute()
        except RedisError:
            log.warning("wake.lost", kind=kind, subject=str(subject_id))

    def _first(self, kind: str, subject_id: UUID) -> bool:
        return bool(self._redis.set(_asked(kind, subject_id), 1, nx=True, ex=MERGED_SECONDS))
