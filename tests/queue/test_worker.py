"""A job that fails: its worker goes on, and its error's message, which may quote a patient, is kept nowhere."""

import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from rq.job import Job
from rq.serializers import JSONSerializer

from bot.demo.carrier.client import ACCOUNT_SID, AUTH_TOKEN
from bot.processes import Process, Program
from bot.queue import RESULT_KEPT_SECONDS
from jobs.worker import Worker, give
from tests.processes import comes_true
from tests.queue.conftest import NOWHERE, Shop
from tests.system import SECRET

NOT_AN_ID = "not an id"
WHAT_PYTHON_SAYS = "badly formed"


def enqueued(shop: Shop) -> Job:
    return shop.queue("due").enqueue("jobs.due.run", NOT_AN_ID, failure_ttl=60)


def fetched(shop: Shop, job: Job) -> Job:
    return Job.fetch(job.id, connection=shop.services.redis, serializer=JSONSerializer)


def test_a_failed_job_does_not_end_its_worker(shop: Shop) -> None:
    give(shop.services)
    jobs = [enqueued(shop), enqueued(shop)]
    worker = Worker([shop.queue("due")], connection=shop.services.redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")
    assert all(fetched(shop, job).is_failed for job in jobs)


def test_a_job_that_is_done_leaves_nothing_behind_for_long(shop: Shop) -> None:
    give(shop.services)
    redis, queue = shop.services.redis, shop.queue("due")
    job = queue.enqueue("jobs.due.run", str(uuid4()), result_ttl=RESULT_KEPT_SECONDS)
    Worker([queue], connection=redis, serializer=JSONSerializer).work(burst=True, logging_level="CRITICAL")
    left = [key for key in redis.scan_iter("rq:*") if job.id.encode() in key]
    assert queue.started_job_registry.get_job_ids() == []
    assert all(0 <= redis.ttl(key) <= RESULT_KEPT_SECONDS for key in left)


def test_a_worker_that_has_done_its_job_is_idle(shop: Shop) -> None:
    give(shop.services)
    redis, queue = shop.services.redis, shop.queue("due")
    queue.enqueue("jobs.due.run", str(uuid4()), result_ttl=RESULT_KEPT_SECONDS)
    worker = Worker([queue], connection=redis, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="CRITICAL")
    assert redis.hget(worker.key, "state") == b"idle"


def test_a_job_is_begun_in_one_go_and_ended_in_another(shop: Shop) -> None:
    give(shop.services)
    redis: Any = shop.services.redis
    queue = shop.queue("due")
    queue.enqueue("jobs.due.run", str(uuid4()), result_ttl=RESULT_KEPT_SECONDS)
    worker = Worker([queue], connection=redis, serializer=JSONSerializer)
    job, _ = worker.dequeue_job_and_maintain_ttl(None)
    redis.config_resetstat()
    worker.execute_job(job, queue)
    assert redis.info("commandstats")["cmdstat_exec"]["calls"] == 2


def test_a_job_whose_worker_died_is_known_to_have_begun(shop: Shop) -> None:
    queue = shop.queue("due")
    job = queue.enqueue("jobs.due.run", str(uuid4()), result_ttl=RESULT_KEPT_SECONDS)
    worker = Worker([queue], connection=shop.services.redis, serializer=JSONSerializer)
    taken, _ = worker.dequeue_job_and_maintain_ttl(None)
    worker.prepare_execution(taken)
    assert queue.started_job_registry.get_job_ids() == [job.id]
    assert shop.services.redis.lrange(queue.intermediate_queue_key, 0, -1) == []


def test_the_message_of_an_error_is_neither_kept_in_redis_nor_logged(shop: Shop, tmp_path: Path) -> None:
    settings = shop.services.settings
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "PUBLIC_URL": NOWHERE,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "STANDBY_SECRET_KEY": SECRET,
    }
    command = [sys.executable, "-m", "cli", "worker", "due"]
    worker = Process(Program(name="worker", command=command, environment=environment), log=tmp_path / "log")
    job = enqueued(shop)
    worker.start()
    failed = comes_true(lambda: fetched(shop, job).is_failed)
    worker.stop()
    log = worker.log.read_text()
    assert failed
    assert '"event": "job.failed"' in log
    assert "ValueError" in log
    assert WHAT_PYTHON_SAYS not in log
    assert [result.exc_string for result in fetched(shop, job).results()] in ([""], [None])
