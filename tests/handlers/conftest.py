"""A phone for each test, on a clinic of its own."""

import pytest

from tests.clinic.conftest import House, house
from tests.handlers.talk import Talk

__all__ = ["house", "talk"]


@pytest.fixture
def talk(house: House) -> Talk:
    return Talk(house)


@pytest.fixture
def maria(talk: Talk) -> Talk:
    """Maria, who has a visit with Dr Lee on Wednesday at three."""
    talk.visit(talk.patient(), "Wed Dec 2 3:00pm")
    return talk
