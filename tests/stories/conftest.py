"""One system for all stories: the carrier and the web server are started once, and the language model once for all
tests."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinic import gate
from nlu.tests.shared import common_folder, shared_server
from tests.databases import cloned
from tests.stories.logs import Log, written_to
from tests.system import System, running_system

NUMBER = "+12125550100"


@pytest.fixture(autouse=True)
def _a_night_of_pause_is_no_thousand_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text held back by a pause is looked at each minute. However long it was put off, resuming has it looked at
    once."""
    monkeypatch.setattr(gate, "WHILE_PAUSED", timedelta(minutes=15))


@pytest.fixture(scope="session")
def nlu_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The real trained model, served as in production."""
    return shared_server(common_folder(tmp_path_factory.getbasetemp()))


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
