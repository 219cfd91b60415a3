"""How the pages write times and numbers."""

from datetime import timedelta
from enum import StrEnum

import pytest

from bot.admin import frame, words
from rules import states
from rules.permissions import Role
from storage.queries.waitlist import Look
from tests.admin.desk import NOW, Desk


@pytest.mark.parametrize(
    ("ago", "written"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 min"),
        (timedelta(hours=3, minutes=50), "3 h"),
        (timedelta(hours=25), "1 day"),
        (timedelta(days=41), "41 days"),
    ],
    ids=str,
)
def test_how_long_ago(desk: Desk, ago: timedelta, written: str) -> None:
    with desk.app.test_request_context():
        assert frame.since(NOW - ago) == written


@pytest.mark.parametrize(
    ("ahead", "written"),
    [
        (timedelta(minutes=4, seconds=5), "4:05"),
        (timedelta(hours=2, minutes=9), "2 h 09 min"),
        (timedelta(days=3), "3 days"),
        (timedelta(minutes=-1), "0:00"),
    ],
    ids=str,
)
def test_how_long_is_left(desk: Desk, ahead: timedelta, written: str) -> None:
    with desk.app.test_request_context():
        assert frame.left(NOW + ahead) == written


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (words.ROLES, Role),
        (words.ESCALATED, states.EscalationKind),
        (words.OFFERED, states.OfferState),
        (words.FREED, states.FreedBy),
        (words.VISIT, states.AppointmentState),
        (words.PRIORITY, states.EntryPriority),
        (words.TASK, states.TaskKind),
        (words.ENTRY, states.EntryState),
        (words.REFERRAL, states.Referral),
        (words.LOOK, Look),
        (words.ANSWER, states.AnswerTopic),
        (words.OUTBOX, states.OutboxState),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_kind_and_state_has_words(table: dict[str, str], kinds: type[StrEnum]) -> None:
    assert set(table) == set(kinds)
