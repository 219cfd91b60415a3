"""Whoever keeps patients in care is told when one may drop out: the treatment coordinators when a level comes to
high, the patient's own doctor when it comes to critical. By text and email, in the desk's hours."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, false, select

from clinic import handoff, policies
from rules.dropout import ADVICE, AT_LEAST_HIGH
from rules.permissions import Role
from rules.states import RiskLevel
from storage.tables import Message, Staff
from storage.transaction import Tx

ONCE_IN = timedelta(hours=1)
"""A night's patients are told of together: the page the alert leads to shows whose level has risen."""


class Risen(NamedTuple):
    """A patient whose level is higher than it was, and the provider they see."""

    before: RiskLevel
    now: RiskLevel
    provider_id: UUID | None


def tell(tx: Tx, risen: Collection[Risen]) -> None:
    """Tell whom it concerns, once however many patients it is about."""
    crossed = any(each.before not in AT_LEAST_HIGH and each.now in AT_LEAST_HIGH for each in risen)
    doctors = {each.provider_id for each in risen if ADVICE[each.now].tell_doctor} - {None}
    if not crossed and not doctors:
        return
    coordinates: ColumnElement[bool] = Staff.role == Role.TREATMENT_COORDINATOR if crossed else false()
    phrase = "alert_risk"
    link = f"{tx.links.public_url}/at-risk"
    concerned = select(Staff).where(coordinates | Staff.provider_id.in_(doctors), Staff.left_at.is_(None))
    for person in tx.session.scalars(concerned.order_by(Staff.id)).all():
        if not _told_lately(tx, person, phrase):
            handoff.alert_staff(tx, person, link, phrase=phrase, not_before=policies.desk_opens(tx))


def _told_lately(tx: Tx, person: Staff, phrase: str) -> bool:
    addresses = handoff.addresses_of(tx, person).values()
    told = select(Message.id).where(
        Message.phrase == phrase, Message.address.in_(addresses), Message.created_at > tx.now - ONCE_IN
    )
    return tx.session.scalar(told.limit(1)) is not None
