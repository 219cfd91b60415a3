"""A clinic with a chat on its site, and visitors."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests import factories
from tests.admin.desk import NOW, Desk, open_desk
from tests.chat.browser import Browser, has_a_chat
from tests.chat.visitor import Visitor
from tests.system import MovingClock


@pytest.fixture(scope="module")
def clock() -> MovingClock:
    return MovingClock(NOW)


@pytest.fixture(scope="module")
def first_desk(module_database_url: str, redis_server_url: str, clock: MovingClock) -> Iterator[Desk]:
    with open_desk(module_database_url, redis_server_url, clock) as desk:
        yield desk


@pytest.fixture
def desk(first_desk: Desk, clock: MovingClock) -> Desk:
    """A clinic of this test's own that has a chat; nobody has asked for anything yet. Tuesday, 10:00am there."""
    clock.set(NOW)
    first_desk.app.extensions["services"].redis.flushdb()
    with first_desk.store.unscoped() as session:
        own = replace(first_desk, clinic=factories.clinic(session, NOW))
    own.do(has_a_chat)
    return own


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Somebody who has opened the chat."""
    visitor = Browser(desk)
    assert visitor.begins().status_code == 201
    return visitor


@pytest.fixture
def visitor(desk: Desk) -> Visitor:
    """Somebody who has opened the chat, and is answered at once."""
    return Visitor(desk).opens()
