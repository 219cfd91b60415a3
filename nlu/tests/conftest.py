"""What tests of reading use: a fixed moment, the clinic's zone, and the real trained model."""

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from nlu.client import NluClient
from nlu.reading import read
from nlu.tests.shared import common_folder, shared_server
from nlu.understanding import Understanding

settings.register_profile("untimed", settings(), deadline=None)  # a busy machine is no reason to fail
settings.load_profile("untimed")

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=ZONE)
"""A Friday, at nine in the morning."""


@pytest.fixture(scope="session")
def nlu_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return shared_server(common_folder(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="session")
def model(nlu_url: str) -> Iterator[NluClient]:
    """The real model. Its time limit is wide: a busy machine is no reason to fail."""
    with NluClient(nlu_url, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def reading(model: NluClient) -> Callable[[str], Understanding]:
    return lambda text: read(text, model, now=NOW, zone=ZONE)
