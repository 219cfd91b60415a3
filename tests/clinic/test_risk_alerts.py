"""Treatment coordinators and doctors are told when one of their patients may drop out of care."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from clinic import risk_alerts
from clinic.risk_alerts import Risen
from rules.permissions import Role
from rules.states import MessageClass, RiskLevel, SenderKind
from storage.tables import Message, Sender, Staff
from storage.transaction import Tx
from tests import factories
from tests.clinic.care import miss, night, patient
from tests.clinic.conftest import House

CARLA, LEE, SAM = "carla@example.com", "lee@example.com", "sam@example.com"


@pytest.fixture
def staffed(house: House) -> House:
    """A clinic that emails, with a coordinator, a doctor who is Dr Lee, and a front desk."""
    mailbox = Sender(address=f"{house.clinic_id}@example.com", kind=SenderKind.EMAIL, rate_per_second=100)
    house.run(lambda tx: tx.session.add(mailbox))
    for email, role in ((CARLA, Role.TREATMENT_COORDINATOR), (LEE, Role.DOCTOR), (SAM, Role.FRONT_DESK)):
        house.run(lambda tx, e=email, r=role: factories.staff(tx, r, email=f"{house.clinic_id}{e}"))
    return house


def told(house: House) -> list[str]:
    """Who was alerted, in order, by the end of their address."""
    alerts = select(Message).where(Message.klass == MessageClass.ALERT).order_by(Message.id)
    return [
        each.address.removeprefix(str(house.clinic_id))
        for each in house.run(lambda tx: list(tx.session.scalars(alerts)))
    ]


def text(house: House) -> Message:
    return house.run(lambda tx: tx.session.scalars(select(Message).order_by(Message.id)).all()[-1])


def test_a_coordinator_is_told_when_a_level_comes_to_high(staffed: House) -> None:
    who = patient(staffed, missed=[80], kept=[40])
    night(staffed)
    miss(staffed, who)
    assert told(staffed) == [CARLA]
    assert text(staffed).body == "Standby: a patient may be dropping out of care. http://localhost/at-risk"


def test_not_again_while_it_stays_high(staffed: House) -> None:
    who = patient(staffed, missed=[80], kept=[40])
    night(staffed)
    miss(staffed, who)
    staffed.later(hours=2)
    miss(staffed, who)
    assert told(staffed) == [CARLA]


def test_of_several_patients_in_an_hour_they_are_told_once(staffed: House) -> None:
    for _ in range(2):
        miss(staffed, patient(staffed, missed=[80], kept=[40]))
    assert told(staffed) == [CARLA]


def test_nobody_is_told_on_a_clinics_first_night(staffed: House) -> None:
    patient(staffed, missed=[20, 30])
    night(staffed)
    assert told(staffed) == []


def test_before_the_desk_opens_the_alert_waits_for_it(staffed: House) -> None:
    staffed.now = datetime(2026, 12, 1, 8, tzinfo=UTC)  # Tuesday, 3:00am in New York
    miss(staffed, patient(staffed, missed=[80], kept=[40]))
    assert text(staffed).not_before == datetime(2026, 12, 1, 13, tzinfo=UTC)  # 8:00am


def test_the_patients_doctor_is_told_when_it_comes_to_critical(staffed: House) -> None:
    def critical(tx: Tx) -> None:
        doctor = tx.session.scalars(select(Staff).where(Staff.role == Role.DOCTOR)).one()
        doctor.provider_id = factories.provider(tx).id
        risk_alerts.tell(tx, [Risen(RiskLevel.HIGH, RiskLevel.CRITICAL, doctor.provider_id)])

    staffed.run(critical)
    assert told(staffed) == [LEE]


def test_another_providers_doctor_is_not(staffed: House) -> None:
    def critical(tx: Tx) -> None:
        theirs = factories.provider(tx).id
        risk_alerts.tell(tx, [Risen(RiskLevel.HIGH, RiskLevel.CRITICAL, theirs)])

    staffed.run(critical)
    assert told(staffed) == []


def test_who_has_a_phone_is_texted_too(staffed: House) -> None:
    def with_phone(tx: Tx) -> None:
        carla = tx.session.scalars(select(Staff).where(Staff.role == Role.TREATMENT_COORDINATOR)).one()
        carla.phone = "+12125550199"

    staffed.run(with_phone)
    miss(staffed, patient(staffed, missed=[80], kept=[40]))
    assert told(staffed) == [CARLA, "+12125550199"]
