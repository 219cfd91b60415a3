"""What the tests of withdrawn types share."""

from uuid import UUID

from clinic import withdrawing
from clinic.audit import SYSTEM
from clinic.withdrawing import Withdrawn
from rules.states import MessageClass
from storage.tables import AppointmentType, Message, Provider
from tests import factories
from tests.waitlist.desk import Desk


def withdraw(desk: Desk, kind: AppointmentType) -> Withdrawn:
    return desk.run(lambda tx: withdrawing.withdraw(tx, kind.id, SYSTEM))


def news(desk: Desk) -> list[str]:
    """What was written, but for the offers."""
    return [each.body for each in desk.all_of(Message) if each.klass is not MessageClass.OFFER]


def a_later_visit(desk: Desk, kind: AppointmentType, lee: Provider) -> UUID:
    """Maria has one, and is on the list for something sooner because of it."""
    patient = desk.on_file()
    visit = desk.visit(patient, desk.days_ahead(30), with_whom=lee, kind=kind)
    desk.run(lambda tx: factories.entry(tx, patient, kind, replaces_id=visit.id, enrolled=True))
    return visit.id
