"""The embedded Valkey: a Redis for redis-py and RQ, gone when we are, with nothing lost by kill -9."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from bot.demo import embedded, valkey
from bot.processes import Process, ProcessFailed
from tests.processes import comes_true, is_running, line, python, running

SERVE = """
import sys, time
from pathlib import Path
from bot.demo import embedded
with embedded.running_valkey(Path(sys.argv[1])) as process:
    print(process.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a running server, for the tests that only use it."""
    folder = tmp_path_factory.mktemp("valkey")
    with embedded.running_valkey(folder):
        yield folder


def client(folder: Path) -> "Redis":
    return Redis.from_url(embedded.valkey_url(folder))


def test_it_is_started_where_no_redis_url_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    with embedded.valkey(tmp_path) as url, Redis.from_url(url) as redis:
        assert redis.ping()


def test_a_given_redis_url_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/0")
    with embedded.valkey(tmp_path) as url:
        assert url == "redis://elsewhere:6379/0"
    assert not list(tmp_path.iterdir())


def test_rq_does_a_job_over_its_socket(server: Path) -> None:
    with client(server) as redis:
        job = Queue("q", connection=redis, serializer=JSONSerializer).enqueue("math.gcd", 12, 18)
        SimpleWorker(["q"], connection=redis, serializer=JSONSerializer).work(burst=True)
        assert job.return_value() == 6


def test_only_its_owner_can_enter_the_socket_folder(server: Path) -> None:
    assert (server / "run").stat().st_mode & 0o777 == 0o700


def test_a_second_server_on_the_same_folder_is_refused(server: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(valkey, "GONE_WITHIN", 0.1)
    with pytest.raises(ProcessFailed, match="already running"):
        Process(valkey.program(server), log=server / "second.log").start()


def test_what_was_written_is_there_after_kill_9_and_a_new_start(tmp_path: Path) -> None:
    with embedded.running_valkey(tmp_path) as process, client(tmp_path) as redis:
        redis.set("kept", "1")
        process.kill()
        process.start()
        process.wait_until_ready()
        assert redis.get("kept") == b"1"


def test_a_killed_parent_takes_it_along(tmp_path: Path) -> None:
    with running(*python(SERVE, tmp_path)) as parent:
        server = int(line(parent))
        parent.kill()
        assert comes_true(lambda: not is_running(server))


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    with embedded.running_valkey(deep), client(deep) as redis:
        assert redis.ping()
    valkey.remove(deep)
    assert not (deep / "data").exists()
