"""A clinic with a chat on its site, and a visitor."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests import factories
from tests.admin.desk import NOW, Desk, open_desk
from tests.chat.browser import Browser, has_a_chat


@pytest.fixture(scope="module")
def first_desk(module_database_url: str, redis_server_url: str) -> Iterator[Desk]:
    with open_desk(module_database_url, redis_server_url) as desk:
        yield desk


@pytest.fixture
def desk(first_desk: Desk) -> Desk:
    """A clinic of this test's own that has a chat; nobody has asked for anything yet."""
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
