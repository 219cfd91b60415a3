"""The transaction: all or nothing, woken after commit, repeated where somebody was in the way; and the locks."""

from contextlib import suppress
from datetime import UTC
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DataError, OperationalError

from storage.locks import held
from storage.tables import Room
from storage.transaction import Tx, make_engine
from tests.storage.conftest import Town

IN_THE_WAY = text("DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '40P01'; END $$")
"""What PostgreSQL says to the one it sacrifices in a deadlock."""


def count_rooms(tx: Tx) -> int:
    return tx.session.query(Room).count()


def test_what_was_asked_for_is_woken_when_the_change_can_be_seen(town: Town) -> None:
    seen = []

    def work(tx: Tx) -> None:
        tx.session.add(Room(name="1"))
        tx.wake("live", tx.clinic_id)
        seen.append(list(town.woken.asked))

    town.store.run(town.lakeside.id, work)
    assert seen == [[]]
    assert town.woken.asked == [("live", town.lakeside.id)]


def test_a_transaction_that_fails_changes_nothing_and_wakes_nobody(town: Town) -> None:
    def work(tx: Tx) -> None:
        tx.session.add(Room(name="1"))
        tx.session.flush()
        tx.wake("live", tx.clinic_id)
        raise LookupError

    with pytest.raises(LookupError):
        town.store.run(town.lakeside.id, work)
    assert town.store.run(town.lakeside.id, count_rooms) == 0
    assert town.woken.asked == []


def test_the_same_is_woken_once_a_transaction(town: Town) -> None:
    def work(tx: Tx) -> None:
        tx.wake("live", tx.clinic_id)
        tx.wake("live", tx.clinic_id)

    town.store.run(town.lakeside.id, work)
    assert len(town.woken.asked) == 1


def test_a_deadlock_repeats_the_whole_transaction(town: Town) -> None:
    tries = []

    def work(tx: Tx) -> None:
        tries.append(count_rooms(tx))
        tx.session.add(Room(name="1"))
        tx.wake("live", tx.clinic_id)
        tx.session.flush()
        if len(tries) < 3:
            tx.session.execute(IN_THE_WAY)

    town.store.run(town.lakeside.id, work)
    assert tries == [0, 0, 0]
    assert town.store.run(town.lakeside.id, count_rooms) == 1
    assert len(town.woken.asked) == 1


def test_a_third_deadlock_is_an_error(town: Town) -> None:
    tries = []

    def work(tx: Tx) -> None:
        tries.append(1)
        tx.session.execute(IN_THE_WAY)

    with pytest.raises(OperationalError):
        town.store.run(town.lakeside.id, work)
    assert len(tries) == 3


def test_times_are_read_in_utc_whatever_zone_the_server_is_set_to(town: Town, database_url: str) -> None:
    name = make_url(database_url).database
    with town.store.unscoped() as session:
        session.execute(text(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'"))
    engine = make_engine(database_url)
    with engine.connect() as connection:
        moment = connection.execute(text("SELECT created_at FROM clinic LIMIT 1")).scalar_one()
    engine.dispose()
    assert moment.utcoffset() == UTC.utcoffset(None)


def test_the_values_of_a_statement_that_failed_are_not_in_its_error(town: Town) -> None:
    wrong = text("SELECT CAST(:name AS text), 1 / CAST(:zero AS int)")
    with pytest.raises(DataError) as failed, town.store.unscoped() as session:
        session.execute(wrong, {"name": "Quillfeather", "zero": 0})
    assert "Quillfeather" not in str(failed.value)


def test_a_single_statement_is_kept_at_once(town: Town) -> None:
    add = "INSERT INTO room (id, clinic_id, name) VALUES (%(id)s, %(clinic_id)s, '1')"
    with town.store.one_statement() as cursor:
        cursor.execute(add, {"id": uuid4(), "clinic_id": town.lakeside.id})
        assert town.store.run(town.lakeside.id, count_rooms) == 1


@pytest.mark.parametrize("single", ["SELECT 1", "SELECT 1 / 0"], ids=["done", "failed"])
def test_after_a_single_statement_a_transaction_is_one_again(town: Town, single: str) -> None:
    with suppress(psycopg.errors.DivisionByZero), town.store.one_statement() as cursor:
        cursor.execute(single)
    with town.store.unscoped() as session:
        first, second = (session.scalar(text("SELECT pg_current_xact_id()::text")) for _ in range(2))
    assert first == second


def test_a_connection_that_broke_under_a_single_statement_is_not_used_again(town: Town) -> None:
    with pytest.raises(psycopg.OperationalError), town.store.one_statement() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert town.store.run(town.lakeside.id, count_rooms) == 0


def test_a_lock_is_had_by_one_at_a_time(town: Town) -> None:
    with (
        town.store.statements() as one,
        town.store.statements() as other,
        held(one, "conversation:1") as first,
        held(other, "conversation:1") as second,
    ):
        assert (first, second) == (True, False)


def test_a_lock_is_free_again_after_its_block_even_after_an_error(town: Town) -> None:
    with pytest.raises(LookupError), town.store.statements() as one, held(one, "conversation:1"):
        raise LookupError
    with town.store.statements() as other, held(other, "conversation:1") as mine:
        assert mine


def test_locks_of_different_names_do_not_mind_each_other(town: Town) -> None:
    with (
        town.store.statements() as one,
        town.store.statements() as other,
        held(one, "conversation:1"),
        held(other, "conversation:2") as mine,
    ):
        assert mine
