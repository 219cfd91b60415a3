"""A clinic at its front desk, on a real database, with a clock that stands still."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests import factories
from tests.admin.desk import NOW, Desk, open_desk


@pytest.fixture
def desk(first_desk: Desk) -> Desk:
    """A clinic of this test's own. Several share a database: no clinic sees another's rows anyway."""
    with first_desk.store.unscoped() as session:
        return replace(first_desk, clinic=factories.clinic(session, NOW))


@pytest.fixture(scope="module")
def first_desk(module_database_url: str, redis_server_url: str) -> Iterator[Desk]:
    with open_desk(module_database_url, redis_server_url) as desk:
        yield desk
