"""Waking: at once where the queue is there, by the sweep where it was not, and not more than once in a while."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis import Redis
from sqlalchemy import select

from bot import queue
from bot.queue import RedisWaker, begins, live_channel
from bot.sweep import sweep
from clinic import conversations, messages
from rules.states import DueKind, OutboxState
from storage.queries.due import set_due
from storage.tables import Conversation, DueWork, Message, Sender
from storage.transaction import Links, Store, Tx
from tests.queue.conftest import LINE, Shop

ONE_LATER = 31
"""Seconds after which a row may be woken again."""


def written(shop: Shop, *, later: float = 0) -> UUID:
    """A reply waits to go out, from so many seconds on. Gives its sender."""
    store = shop.services.store
    sender_id = store.run(shop.clinic_id, lambda tx: _written(tx, later))
    shop.services.redis.flushdb()
    return sender_id


def _written(tx: Tx, later: float) -> UUID:
    sender = tx.session.scalars(select(Sender).where(Sender.address == LINE)).one()
    line = conversations.with_address(tx, sender, "+12125550101")
    messages.say(tx, line, "one_moment").not_before = tx.now + timedelta(seconds=later)
    return sender.id


def due(shop: Shop, *, later: float = 0) -> UUID:
    at = shop.clock() + timedelta(seconds=later)
    with shop.services.store.unscoped() as session:
        return set_due(session, shop.clinic_id, DueKind.OPENING, uuid4(), at)


def test_what_is_woken_is_in_its_queue_at_once(shop: Shop) -> None:
    subject = uuid4()
    for kind in ("inbound", "outbound", "due"):
        shop.services.store.wake(kind, subject)
    assert shop.waiting() == {kind: [str(subject)] for kind in ("inbound", "outbound", "due")}


def test_a_job_is_asked_for_in_one_go(shop: Shop) -> None:
    redis: Any = shop.services.redis
    shop.services.store.wake("inbound", uuid4())
    redis.config_resetstat()
    shop.services.store.wake("inbound", uuid4())
    assert redis.info("commandstats")["cmdstat_exec"]["calls"] == 1


def test_a_sender_asked_for_again_and_again_needs_one_job_until_that_begins(shop: Shop) -> None:
    sender_id = uuid4()
    for _ in range(3):
        shop.services.store.wake("outbound", sender_id)
    assert shop.waiting() == {"outbound": [str(sender_id)]}
    begins(shop.services.redis, "outbound", sender_id)
    shop.services.store.wake("outbound", sender_id)
    assert shop.waiting() == {"outbound": [str(sender_id)] * 2}


def test_the_screens_of_a_clinic_are_told_of_a_change(shop: Shop) -> None:
    redis: Any = shop.services.redis
    with redis.pubsub(ignore_subscribe_messages=True) as screen:
        screen.subscribe(live_channel(shop.clinic_id))
        screen.get_message(timeout=5)
        shop.services.store.wake("live", shop.clinic_id)
        assert screen.get_message(timeout=5)


def test_waking_while_redis_is_away_is_no_error(no_redis: Redis) -> None:
    wake = RedisWaker(no_redis)
    for kind in ("inbound", "outbound", "due", "live"):
        wake(kind, uuid4())


def test_a_text_whose_wake_up_was_lost_is_found_by_the_sweep(shop: Shop) -> None:
    conversation_id = shop.stored()
    assert shop.swept() == {"inbound": [str(conversation_id)]}


def test_the_sweep_finds_each_kind_of_row(shop: Shop) -> None:
    conversation_id, sender_id, due_id = shop.stored(), written(shop), due(shop)
    assert shop.swept() == {
        "inbound": [str(conversation_id)],
        "outbound": [str(sender_id)],
        "due": [str(due_id)],
    }


def test_a_row_is_woken_at_most_once_in_half_a_minute(shop: Shop) -> None:
    shop.stored()
    written(shop)
    due(shop)
    first = shop.swept()
    assert shop.swept(later=ONE_LATER / 2) == {}
    assert shop.swept(later=ONE_LATER) == first


def test_a_conversation_with_many_texts_is_woken_once(shop: Shop) -> None:
    for number in range(5):
        shop.stored(sid=f"SM{number}")
    assert len(shop.swept()["inbound"]) == 1


def test_what_is_not_due_yet_is_left_alone(shop: Shop) -> None:
    written(shop, later=60)
    due(shop, later=60)
    assert shop.swept() == {}
    assert set(shop.swept(later=61)) == {"outbound", "due"}


def test_work_moved_to_another_time_is_woken_at_that_time_even_if_it_was_woken_a_moment_ago(
    shop: Shop,
) -> None:
    due_id = due(shop)
    assert shop.swept() == {"due": [str(due_id)]}
    with shop.services.store.unscoped() as session:
        row = session.get_one(DueWork, due_id)
        set_due(session, shop.clinic_id, row.kind, row.subject_id, shop.clock() + timedelta(seconds=2))
    assert shop.swept() == {}
    assert shop.swept(later=3) == {"due": [str(due_id)]}


def test_a_full_queue_is_given_no_more_and_its_rows_are_woken_when_it_has_room(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_WAITING", 2)
    conversation_id, due_id = shop.stored(), due(shop)
    for _ in range(2):
        shop.services.store.wake("due", uuid4())
    assert sweep(shop.services) == 1
    assert shop.waiting()["inbound"] == [str(conversation_id)]
    assert len(shop.waiting()["due"]) == 2
    assert shop.swept() == {"due": [str(due_id)]}


def test_a_row_that_redis_could_not_be_told_of_is_woken_as_soon_as_it_is_back(
    shop: Shop, no_redis: Redis
) -> None:
    due_id = due(shop)
    assert sweep(replace(shop.services, redis=no_redis)) == 0
    assert shop.swept() == {"due": [str(due_id)]}


def test_a_claim_gone_quiet_becomes_unknown_and_is_looked_up_a_minute_after_it(shop: Shop) -> None:
    written(shop)
    with shop.services.store.unscoped() as session:
        message = session.scalars(select(Message)).one()
        message.outbox_state, message.claimed_at = OutboxState.CLAIMED, shop.clock()
    assert shop.swept(later=20) == {}
    assert shop.swept(later=11) == {}
    with shop.services.store.unscoped() as session:
        row = session.scalars(select(DueWork).where(DueWork.kind == DueKind.SETTLE)).one()
        assert session.scalars(select(Message)).one().outbox_state is OutboxState.UNKNOWN
    assert shop.swept(later=30) == {"due": [str(row.id)]}


def test_a_sweep_with_redis_away_is_repeated_when_it_is_back(shop: Shop, no_redis: Redis) -> None:
    conversation_id = shop.stored()
    deaf = Store(
        shop.services.store.engine, clock=shop.clock, waker=RedisWaker(no_redis), links=Links("", "")
    )
    assert sweep(replace(shop.services, store=deaf)) == 1
    assert shop.swept(later=ONE_LATER) == {"inbound": [str(conversation_id)]}


def test_texts_of_one_new_number_arriving_together_share_one_conversation(shop: Shop) -> None:
    assert shop.stored(sid="SM1") == shop.stored(sid="SM2")
    with shop.services.store.unscoped() as session:
        assert len(session.scalars(select(Conversation)).all()) == 1
