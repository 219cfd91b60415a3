"""A phone for each test, on a clinic of its own."""

import pytest

from tests.clinic.conftest import House, engine, house
from tests.handlers.talk import Talk

__all__ = ["engine", "house", "talk"]


@pytest.fixture
def talk(house: House) -> Talk:
    return Talk(house)
