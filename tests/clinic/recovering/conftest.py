"""The clinic of second thoughts, where Dr Lee works every morning and somebody has missed a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest

from clinic import consent, no_shows
from clinic.audit import SYSTEM
from rules.states import ConsentKind, ConsentSource, SenderKind
from storage.queries import recovery as queries
from storage.tables import Availability, Cancellation, RecoveryAttempt, RecoveryCase, Sender
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office, house, office

__all__ = ["house", "office"]

CALLED = {"touches": [{"wording": "lost", "channel": "voice"}, {"after_hours": 24, "wording": "last"}]}


@dataclass
class Missed:
    """Tom did not come to a visit that began when the test did, at 10:00am on Monday, and was to end at 10:30."""

    office: Office
    tom: UUID
    visit_id: UUID

    @property
    def case(self) -> RecoveryCase:
        (row,) = self.office.all(RecoveryCase)
        return row

    @property
    def lost(self) -> Cancellation:
        return self.office.get(Cancellation, self.case.cancellation_id)

    @property
    def attempts(self) -> Sequence[RecoveryAttempt]:
        return self.office.do(lambda tx: queries.attempts_of(tx.session, [self.case.id])[self.case.id])

    @property
    def results(self) -> list[str]:
        return [str(each.result) for each in self.attempts]

    @property
    def texts(self) -> list[str]:
        return self.office.texts(self.tom)


@pytest.fixture
def missed(office: Office) -> Missed:
    def works(tx: Tx) -> None:
        for weekday in range(5):
            tx.session.add(
                Availability(provider_id=office.lee, weekday=weekday, from_time=time(9), until_time=time(12))
            )

    office.do(works)
    return _missed(office)


@pytest.fixture
def nothing_free(office: Office) -> Missed:
    """The same where nobody's hours are known, so that no time can be offered."""
    return _missed(office)


@pytest.fixture
def asked(missed: Missed) -> Missed:
    """The first text has gone out, and nobody has answered it yet."""
    missed.office.later(minutes=45)
    missed.office.clock.forward(timedelta(minutes=1))
    return missed


def _missed(office: Office) -> Missed:
    tom = office.patient("Tom Reed")
    visit_id = office.visit(tom, hours=0)
    office.later(minutes=15)
    office.do(lambda tx: no_shows.mark(tx, visit_id, SYSTEM))
    return Missed(office, tom, visit_id)


def agrees_to_calls(missed: Missed, *, granted: bool = True) -> None:
    def work(tx: Tx) -> None:
        point = consent.contact_point(tx, missed.office.phones[missed.tom])
        own = {"granted": granted, "source": ConsentSource.STAFF, "by": SYSTEM}
        consent.grant(tx, missed.tom, point, ConsentKind.VOICE, **own)

    missed.office.do(work)


def has_a_line(missed: Missed) -> None:
    """The clinic can call, and does so first about lost visits."""
    number = f"voice:+1202{uuid4().int % 10_000_000:07}"
    missed.office.do(lambda tx: tx.session.add(Sender(address=number, kind=SenderKind.VOICE)))
    missed.office.decide(recovery=CALLED)


@pytest.fixture
def rung(missed: Missed) -> Missed:
    """Tom's phone rings about his visit; three times are kept for the call."""
    has_a_line(missed)
    agrees_to_calls(missed)
    missed.office.later(minutes=45)
    return missed
