"""Where a campaign may reach a patient on each channel: conditions on `Patient`, for a query over many."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, and_, case, exists, false, func, literal, or_, select

from rules.states import ConsentKind, StepChannel
from storage.queries import chat
from storage.tables import ChatSession, Consent, ContactPoint, Patient, PatientContact

TO_A_NUMBER = (StepChannel.SMS, StepChannel.WHATSAPP, StepChannel.VOICE, StepChannel.CHAT)

CONSENT = {
    StepChannel.SMS: ConsentKind.MARKETING_TEXT,
    StepChannel.WHATSAPP: ConsentKind.MARKETING_TEXT,
    StepChannel.EMAIL: ConsentKind.EMAIL,
    StepChannel.VOICE: ConsentKind.VOICE,
    StepChannel.CHAT: ConsentKind.MARKETING_TEXT,
}
"""What was agreed to for the number or mailbox itself. News has to be agreed to besides, whatever brings it."""


NOWHERE: ColumnElement[str | None] = literal(None, Text)


def has_any(channels: Sequence[StepChannel], now: datetime) -> ColumnElement[bool]:
    """They have something that reaches them on one of the channels."""
    return or_(false(), *(_at_home() if _is_paper(each) else _exists(each, now) for each in channels))


def has_one_not_stopped(channels: Sequence[StepChannel], now: datetime) -> ColumnElement[bool]:
    """… and have not said STOP there. A letter knows no STOP."""
    return or_(
        false(),
        *(_at_home() if _is_paper(each) else _exists(each, now, *_not_stopped()) for each in channels),
    )


def may_reach(channels: Sequence[StepChannel], now: datetime) -> ColumnElement[bool]:
    """… and have agreed to news there."""
    at_home = and_(_at_home(), _agreed_to_news())
    return or_(
        false(), *(at_home if _is_paper(each) else contact(each, now).is_not(None) for each in channels)
    )


def contact(channel: StepChannel, now: datetime) -> ColumnElement[str | None]:
    """The patient's first number or mailbox on which they agreed to hear news. Null for paper."""
    if _is_paper(channel):
        return NOWHERE
    agreed = (
        Consent.patient_id == Patient.id,
        Consent.contact_point_id == ContactPoint.id,
        Consent.kind == CONSENT[channel],
        Consent.granted,
        Consent.superseded_at.is_(None),
    )
    first = (
        select(ContactPoint.address)
        .where(*_usable(channel, now), *_not_stopped(), *agreed)
        .order_by(PatientContact.position, ContactPoint.id)
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )
    if CONSENT[channel] is ConsentKind.MARKETING_TEXT:
        return first
    return case((_agreed_to_news(), first), else_=NOWHERE)


def first_contact(channels: Sequence[StepChannel], now: datetime) -> ColumnElement[str | None]:
    """On the first of the channels that reaches them; null where that is by letter only."""
    found = [contact(each, now) for each in dict.fromkeys(channels) if not _is_paper(each)]
    if len(found) < 2:
        return found[0] if found else NOWHERE
    return func.coalesce(*found)


def _is_paper(channel: StepChannel) -> bool:
    return channel is StepChannel.LETTER


def _exists(channel: StepChannel, now: datetime, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*_usable(channel, now), *more)


def _usable(channel: StepChannel, now: datetime) -> list[ColumnElement[bool]]:
    """A number or mailbox of theirs that reaches them. One that no text reaches may ring, have WhatsApp,
    or a chat that is open."""
    is_number = ContactPoint.address.startswith("+")
    found = [
        PatientContact.patient_id == Patient.id,
        PatientContact.contact_point_id == ContactPoint.id,
        is_number if channel in TO_A_NUMBER else ~is_number,
        ContactPoint.wrong_number_at.is_(None),
    ]
    if channel in (StepChannel.SMS, StepChannel.EMAIL):
        found.append(ContactPoint.undeliverable_at.is_(None))
    if channel is StepChannel.CHAT:
        found.append(exists().where(ChatSession.number == ContactPoint.address, chat.is_open_at(now)))
    return found


def _not_stopped() -> list[ColumnElement[bool]]:
    return [ContactPoint.opted_out_at.is_(None), ContactPoint.carrier_blocked_at.is_(None)]


def _at_home() -> ColumnElement[bool]:
    return and_(Patient.street.is_not(None), Patient.city.is_not(None), Patient.postcode.is_not(None))


def _agreed_to_news() -> ColumnElement[bool]:
    return exists().where(
        Consent.patient_id == Patient.id,
        Consent.kind == ConsentKind.MARKETING_TEXT,
        Consent.granted,
        Consent.superseded_at.is_(None),
    )
