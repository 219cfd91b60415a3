"""What is deleted of chats after a month, and what is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic import chat_retention
from clinic.chats import LIVES
from jobs import cron
from nlu.understanding import Intent
from rules.states import DueKind
from storage.tables import ChatCode, ChatSession, Conversation, DueWork, Message
from tests.admin.desk import Desk
from tests.chat.visitor import MARIA, Visitor, has_visit
from tests.system import MovingClock

AFTERWARDS = LIVES + timedelta(seconds=1)


def left(desk: Desk) -> dict[str, int]:
    """How many rows there are of each kind."""
    kinds = (ChatSession, ChatCode, Conversation, Message)
    return desk.do(
        lambda tx: {each.__tablename__: len(tx.session.scalars(select(each)).all()) for each in kinds}
    )


def test_a_chat_with_nobody_we_know_is_forgotten_after_a_month(
    desk: Desk, visitor: Visitor, clock: MovingClock
) -> None:
    visitor.asks("when is my visit?", Intent.STATUS)
    visitor.asks(MARIA)
    visitor.asks("can I talk to someone?", Intent.HUMAN)
    clock.forward(AFTERWARDS)
    desk.do(lambda tx: chat_retention.work(tx, tx.clinic_id))
    assert left(desk) == {"chat_session": 0, "chat_code": 0, "conversation": 0, "message": 0}
    assert desk.audited()[-1] == "chats.deleted"


def test_a_chat_in_which_something_was_said_lately_stays(
    desk: Desk, visitor: Visitor, clock: MovingClock
) -> None:
    visitor.asks("hello", Intent.GREETING)
    clock.forward(LIVES - timedelta(minutes=1))
    desk.do(lambda tx: chat_retention.work(tx, tx.clinic_id))
    assert left(desk)["message"] == 2


def test_of_a_patient_s_chat_the_token_and_the_code_go_and_the_words_stay(
    desk: Desk, visitor: Visitor, clock: MovingClock
) -> None:
    has_visit(desk, "Maria Lopez", MARIA)
    visitor.shows_who()
    before = left(desk)
    clock.forward(AFTERWARDS)
    desk.do(lambda tx: chat_retention.work(tx, tx.clinic_id))
    assert left(desk) == before | {"chat_session": 0, "chat_code": 0}


def test_more_than_can_go_at_once_goes_soon_after(
    desk: Desk, visitor: Visitor, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_retention, "AT_A_TIME", 1)
    visitor.asks("hello", Intent.GREETING)
    Visitor(desk).opens().asks("hello", Intent.GREETING)
    clock.forward(AFTERWARDS)
    again_at, now = desk.do(lambda tx: (chat_retention.work(tx, tx.clinic_id), tx.now))
    assert again_at == now + chat_retention.SOON
    assert left(desk)["conversation"] == 1


def test_a_clinic_that_is_older_than_the_chat_forgets_too(desk: Desk) -> None:
    cron.begin(desk.app.extensions["services"])
    kinds = desk.do(lambda tx: tx.session.scalars(select(DueWork.kind)).all())
    assert DueKind.CHATS in kinds
