"""The on-call list is texted until somebody looks; through the night only about an emergency."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from clinic import handoff, policies
from clinic.audit import SYSTEM
from clinic.conversations import lock
from rules.policy import Policy
from rules.states import EscalationKind, MessageClass
from storage.tables import Message
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House

AGAIN = timedelta(minutes=Policy().alert_repeat_minutes)
OPENS = datetime(2026, 12, 1, 13, tzinfo=UTC)
"""8:00 in New York on the day after the tests' own."""


@pytest.fixture
def line(house: House) -> UUID:
    """The conversation with Maria, of a clinic where somebody is on call."""

    def furnish(tx: Tx) -> UUID:
        factories.staff(tx, on_call=True, phone="+12125550190")
        return factories.conversation(tx, "+12125550101").id

    return house.run(furnish)


def escalated(house: House, line: UUID, kind: EscalationKind) -> UUID:
    return house.run(lambda tx: handoff.escalate(tx, lock(tx, line), kind).id)


def alerted(house: House, escalation_id: UUID) -> tuple[datetime | None, int]:
    """When the due alert is due again, and how many texts have gone to staff by then."""
    again = house.run(lambda tx: handoff.alert(tx, escalation_id))
    return again, house.run(lambda tx: tx.session.query(Message).filter_by(klass=MessageClass.ALERT).count())


def test_while_the_desk_is_there_it_is_alerted_again_and_again(house: House, line: UUID) -> None:
    asked = escalated(house, line, EscalationKind.ASKED)
    assert alerted(house, asked) == (house.now + AGAIN, 1)
    house.now += AGAIN
    assert alerted(house, asked) == (house.now + AGAIN, 2)


def test_what_nobody_looked_at_by_the_evening_is_alerted_when_the_desk_opens(
    house: House, line: UUID
) -> None:
    asked = escalated(house, line, EscalationKind.ASKED)
    house.later(hours=8)
    assert alerted(house, asked) == (OPENS, 0)
    house.now = OPENS
    assert alerted(house, asked) == (OPENS + AGAIN, 1)


def test_an_emergency_is_alerted_all_night(house: House, line: UUID) -> None:
    house.later(hours=12)
    emergency = escalated(house, line, EscalationKind.EMERGENCY)
    assert alerted(house, emergency) == (house.now + AGAIN, 1)
    house.now += AGAIN
    assert alerted(house, emergency) == (house.now + AGAIN, 2)


def test_a_clinic_whose_desk_never_opens_is_alerted_at_any_hour(house: House, line: UUID) -> None:
    house.run(lambda tx: policies.change(tx, Policy(desk_hours={}), SYSTEM))
    house.later(hours=12)
    asked = escalated(house, line, EscalationKind.ASKED)
    assert alerted(house, asked) == (house.now + AGAIN, 1)
