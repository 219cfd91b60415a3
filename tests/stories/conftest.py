"""One system for all stories: the language model, the carrier and the web server are started once."""

import subprocess
from collections.abc import Iterator

import pytest

from bot.demo.checks import free_port
from bot.processes import tied
from nlu import server as nlu_server
from tests.conftest import cloned
from tests.stories.logs import Log, written_to
from tests.system import System, running_system

NUMBER = "+12125550100"


@pytest.fixture(scope="session")
def nlu_url() -> Iterator[str]:
    """The real trained model, served as in production."""
    nlu_server.prepare(print)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(tied(nlu_server.command(port=port))) as process:
        try:
            nlu_server.wait_until_ready(url, alive=lambda: process.poll() is None)
            yield url
        finally:
            process.kill()


@pytest.fixture(scope="session")
def system(
    nlu_url: str, postgres_url: str, template: str, redis_server_url: str, log: Log
) -> Iterator[System]:
    with (
        cloned(postgres_url, template) as database_url,
        running_system(database_url, redis_server_url, number=NUMBER, nlu_url=nlu_url) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """What the system logs while stories are played, as a deployment would write it, at its most talkative."""
    with written_to(tmp_path_factory.mktemp("logs") / "standby.log") as log:
        yield log
