"""The page of numbers: how much the carrier takes in a day, how much of that is sent, and the banner about it."""

from datetime import timedelta
from uuid import UUID

import pytest

from rules.permissions import Role
from rules.states import Direction, MessageClass, OutboxState
from storage.tables import Message, Sender
from storage.transaction import Tx
from tests import factories
from tests.admin.desk import NOW, Desk


def the_number(desk: Desk) -> UUID:
    return desk.do(lambda tx: tx.session.query(Sender).one()).id


def sent(desk: Desk, segments: int, *, hours_ago: float = 1) -> None:
    def work(tx: Tx) -> None:
        talk = factories.conversation(tx, f"+1212555{segments:04}")
        row = Message(
            conversation_id=talk.id,
            sender_id=talk.sender_id,
            address=talk.address,
            direction=Direction.OUT,
            body="Hi",
            created_at=NOW,
            klass=MessageClass.REPLY,
            rank=1,
            outbox_state=OutboxState.SENT,
            claimed_at=NOW - timedelta(hours=hours_ago),
            segments=segments,
        )
        tx.session.add(row)

    desk.do(work)


def test_the_cap_of_a_number_is_set_and_audited(desk: Desk) -> None:
    number = the_number(desk)
    admin = desk.browser(Role.CLINIC_ADMIN)
    assert admin.post(f"/settings/numbers/{number}", data={"segments": "2,000"}).status_code == 303
    assert desk.get(Sender, number).daily_segments == 2000
    assert "sender.changed" in desk.audited()
    admin.post(f"/settings/numbers/{number}", data={"segments": ""})
    assert desk.get(Sender, number).daily_segments is None


@pytest.mark.parametrize("written", ["many", "3", "99999999999"])
def test_what_cannot_be_is_shown_again_with_why(desk: Desk, written: str) -> None:
    number = the_number(desk)
    response = desk.browser(Role.CLINIC_ADMIN).post(f"/settings/numbers/{number}", data={"segments": written})
    assert response.status_code == 422
    assert f'value="{written}"' in response.text
    assert desk.get(Sender, number).daily_segments is None


def test_what_was_sent_today_stands_there_and_yesterday_does_not_count(desk: Desk) -> None:
    sent(desk, 40)
    sent(desk, 500, hours_ago=8)  # before midnight in California
    assert "40 segments sent today" in desk.browser(Role.CLINIC_ADMIN).get("/settings/numbers").text


@pytest.mark.parametrize(
    ("segments", "expected"),
    [(79, None), (80, "Nearly all of today’s texts are sent"), (90, "Automatic texts wait until tomorrow")],
)
def test_every_page_says_so_in_time(desk: Desk, segments: int, expected: str | None) -> None:
    desk.do(lambda tx: setattr(tx.session.query(Sender).one(), "daily_segments", 100))
    sent(desk, segments)
    page = desk.browser(Role.FRONT_DESK).get("/today").text
    assert (expected in page) if expected else "segments that the carrier takes" not in page
