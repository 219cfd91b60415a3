"""/metrics: for whoever has the token, with nothing of any one person in it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from werkzeug.test import TestResponse

from bot.app import create_app
from rules.states import Direction, InboundState, MessageClass, OutboxState
from storage.tables import Message, Sender
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk, open_desk

TOKEN = "t" * 32


@pytest.fixture
def desk(database_url: str, redis_url: str) -> Iterator[Desk]:
    with open_desk(database_url, redis_url) as desk:
        yield desk


def ask(desk: Desk, *, setting: str | None = TOKEN, **headers: str) -> TestResponse:
    services = desk.app.extensions["services"]
    token = SecretStr(setting) if setting else None
    watched = replace(services, settings=services.settings.model_copy(update={"metrics_token": token}))
    return create_app(watched).test_client().get("/metrics", headers=headers)


def samples(desk: Desk) -> dict[tuple[str, str], float]:
    text = ask(desk, Authorization=f"Bearer {TOKEN}").text
    return {
        (sample.name, "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _unread(tx: Tx) -> None:
    talk = factories.conversation(tx, "+12125550101")
    tx.session.add(
        Message(
            conversation_id=talk.id,
            sender_id=talk.sender_id,
            address=talk.address,
            direction=Direction.IN,
            inbound_state=InboundState.UNREAD,
            body="is Maria there",
            created_at=NOW - timedelta(minutes=5),
        )
    )


def test_without_the_setting_there_is_no_such_page(desk: Desk) -> None:
    assert ask(desk, setting=None, Authorization=f"Bearer {TOKEN}").status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer x", TOKEN + "x"])
def test_without_the_token_it_is_refused(desk: Desk, sent: str) -> None:
    assert ask(desk, Authorization=sent).status_code == 403


def test_a_text_that_is_not_read_shows_with_its_age(desk: Desk) -> None:
    desk.do(_unread)
    found = samples(desk)
    assert found["standby_unread_messages", ""] == 1
    assert found["standby_unread_oldest_seconds", ""] == 300


def test_who_waits_is_counted_by_priority(desk: Desk) -> None:
    desk.do(lambda tx: factories.entry(tx, factories.patient(tx), factories.visit_type(tx)))
    assert samples(desk)["standby_waiting", "standard"] == 1


def test_nobody_is_named(desk: Desk) -> None:
    desk.do(_unread)
    text = ask(desk, Authorization=f"Bearer {TOKEN}").text
    assert "Maria" not in text
    assert "2125550101" not in text


def test_the_share_of_a_daily_cap_that_is_used_is_watched(desk: Desk) -> None:
    def work(tx: Tx) -> None:
        talk = factories.conversation(tx, "+12125550101")
        tx.session.query(Sender).one().daily_segments = 100
        tx.session.add(
            Message(
                conversation_id=talk.id,
                sender_id=talk.sender_id,
                address=talk.address,
                direction=Direction.OUT,
                outbox_state=OutboxState.SENT,
                klass=MessageClass.REPLY,
                rank=1,
                body="Hi",
                created_at=NOW,
                claimed_at=NOW,
                segments=85,
            )
        )

    assert samples(desk)["standby_daily_cap_used_share", ""] == 0
    desk.do(work)
    assert samples(desk)["standby_daily_cap_used_share", ""] == 0.85
