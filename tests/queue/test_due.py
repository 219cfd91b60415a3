"""Due work: leased, done once, left at the time somebody else gave it, and taken up again after a crash."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from bot import due as work
from rules.states import DueKind, Holder
from storage import fault_points
from storage.queries.due import set_due
from storage.tables import Conversation, DueWork
from tests.queue.conftest import Shop


@pytest.fixture
def conversation_id(shop: Shop) -> UUID:
    """A conversation a person has, and has touched just now: it goes back to the bot in two hours."""
    conversation_id = shop.stored()
    with shop.services.store.unscoped() as session:
        conversation = session.get_one(Conversation, conversation_id)
        conversation.holder, conversation.staff_acted_at = Holder.PERSON, shop.clock()
    return conversation_id


def hand_back_due(shop: Shop, conversation_id: UUID) -> UUID:
    with shop.services.store.unscoped() as session:
        return set_due(session, shop.clinic_id, DueKind.HAND_BACK, conversation_id, shop.clock())


def row(shop: Shop, due_id: UUID) -> DueWork:
    with shop.services.store.unscoped() as session:
        return session.get_one(DueWork, due_id)


def test_work_that_has_more_to_do_later_is_set_to_that_time(shop: Shop, conversation_id: UUID) -> None:
    due_id = hand_back_due(shop, conversation_id)
    work.do(shop.services, due_id)
    assert row(shop, due_id).done_at is None
    assert row(shop, due_id).due_at - shop.clock() > timedelta(minutes=119)


def test_work_that_is_over_is_done(shop: Shop, conversation_id: UUID) -> None:
    due_id = hand_back_due(shop, conversation_id)
    shop.clock.forward(timedelta(hours=3))
    work.do(shop.services, due_id)
    assert row(shop, due_id).done_at is not None


def test_work_that_is_not_due_is_not_done(shop: Shop, conversation_id: UUID) -> None:
    due_id = hand_back_due(shop, conversation_id)
    work.do(shop.services, due_id)
    before = row(shop, due_id).due_at
    work.do(shop.services, due_id)
    assert row(shop, due_id).due_at == before


def test_work_moved_after_it_was_begun_stays_where_it_was_moved(
    shop: Shop, conversation_id: UUID, at_point: Callable[[str, Callable[[], object]], None]
) -> None:
    due_id = hand_back_due(shop, conversation_id)
    moved_to = shop.clock() + timedelta(minutes=5)
    at_point("due.leased", lambda: move(shop, conversation_id, moved_to))
    work.do(shop.services, due_id)
    assert (row(shop, due_id).due_at, row(shop, due_id).done_at) == (moved_to, None)


def move(shop: Shop, conversation_id: UUID, to: datetime) -> None:
    with shop.services.store.unscoped() as session:
        set_due(session, shop.clinic_id, DueKind.HAND_BACK, conversation_id, to)


@pytest.fixture
def at_point() -> Iterator[Callable[[str, Callable[[], object]], None]]:
    """Have something happen where the code reaches a fault point."""

    def arm(point: str, act: Callable[[], object]) -> None:
        def hook(reached: str) -> None:
            if reached == point:
                act()

        fault_points.arm(hook)

    yield arm
    fault_points.arm(lambda _reached: None)


def test_work_that_failed_is_due_again_in_half_a_minute(shop: Shop) -> None:
    due_id = hand_back_due(shop, uuid4())  # of a conversation that is not there
    with pytest.raises(Exception, match="No row"):
        work.do(shop.services, due_id)
    assert row(shop, due_id).done_at is None
    assert shop.swept() == {}
    assert shop.swept(later=31) == {"due": [str(due_id)]}


def test_asking_again_for_the_same_moves_one_row(shop: Shop, conversation_id: UUID) -> None:
    assert hand_back_due(shop, conversation_id) == hand_back_due(shop, conversation_id)
    with shop.services.store.unscoped() as session:
        assert len(session.scalars(select(DueWork)).all()) == 1
