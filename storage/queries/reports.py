"""The numbers of the waitlist over a period, counted by the database: openings by when they came free, entries by
whether they waited then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Integer, Select, and_, case, cast, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from rules.states import FilledBy, OfferState, OpeningState
from storage.tables import Appointment, AppointmentType, Offer, Opening, Provider, WaitlistEntry


class By(StrEnum):
    """What openings are told apart by."""

    PROVIDER = "provider"
    TYPE = "type"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class Period:
    """`start` included, `end` not; `now` is when it is counted. `zone` is the clinic's (IANA name)."""

    start: datetime
    end: datetime
    now: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Filling:
    """How openings were filled. `key` is the provider's or type's id, or the weekday (0 = Monday); None for all.

    Seconds and days are medians; None where there is nothing to go by. `over`: filled, given up, or begun.
    """

    key: UUID | int | None
    openings: int
    over: int
    filled: int  # from the waitlist
    filled_by_staff: int
    withdrawn: int
    offers: int
    accepted: int
    declined: int
    too_late: int
    first_offer_seconds: float | None
    fill_seconds: float | None
    revenue_cents: int


@dataclass(frozen=True, slots=True)
class ByChannel:
    """Offers of one channel: handed over, and accepted."""

    channel: str
    offers: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Waited:
    """Entries that waited in the period, those of them that were offered something, and those that were booked."""

    entries: int
    offered: int
    booked: int


def filling(session: Session, period: Period, by: By | None = None) -> list[Filling]:
    """Openings that came free in the period, together or told apart."""
    asked, key = _asked(), _key(by, period.zone)
    columns = _columns(asked, period.now)
    statement = (
        select(key.label("key") if key is not None else _none(), *columns)
        .select_from(Opening)
        .outerjoin(asked, asked.c.opening_id == Opening.id)
        .outerjoin(Appointment, Appointment.id == Opening.appointment_id)
        .outerjoin(AppointmentType, AppointmentType.id == Appointment.type_id)
        .where(Opening.opened_at >= period.start, Opening.opened_at < period.end)
    )
    if key is not None:
        statement = statement.group_by(key).order_by(key)
    return [Filling(*row) for row in session.execute(statement)]


def _none() -> ColumnElement[Any]:
    return cast(None, Integer).label("key")


def _asked() -> Any:
    """Of each opening: its offers, summed up. Only what reached somebody counts as an offer."""
    reached = Offer.handed_over_at.is_not(None)
    said_yes = or_(Offer.state == OfferState.ACCEPTED, Offer.said_yes_too_late)
    return (
        select(
            Offer.opening_id,
            func.count().filter(reached).label("offers"),
            func.count().filter(Offer.state == OfferState.ACCEPTED).label("accepted"),
            func.count().filter(Offer.state == OfferState.DECLINED).label("declined"),
            func.count().filter(and_(Offer.said_yes_too_late, said_yes)).label("too_late"),
            func.min(Offer.handed_over_at).label("first_at"),
        )
        .group_by(Offer.opening_id)
        .subquery()
    )


def _key(by: By | None, zone: str) -> ColumnElement[Any] | None:
    if by is By.PROVIDER:
        return Opening.provider_id.expression
    if by is By.TYPE:
        return func.coalesce(Appointment.type_id, Opening.type_id)
    if by is By.WEEKDAY:
        return cast(extract("isodow", func.timezone(zone, Opening.starts_at)), Integer) - 1
    return None


def _columns(asked: Any, now: datetime) -> Sequence[ColumnElement[Any]]:
    filled = Opening.filled_by == FilledBy.WAITLIST
    return (
        func.count(Opening.id),
        func.count().filter(or_(Opening.state.in_(_ENDED), Opening.starts_at <= now)),
        func.count().filter(filled),
        func.count().filter(Opening.filled_by.in_((FilledBy.STAFF, FilledBy.WALK_IN))),
        func.count().filter(Opening.state == OpeningState.WITHDRAWN),
        func.coalesce(cast(func.sum(asked.c.offers), Integer), 0),
        func.coalesce(cast(func.sum(asked.c.accepted), Integer), 0),
        func.coalesce(cast(func.sum(asked.c.declined), Integer), 0),
        func.coalesce(cast(func.sum(asked.c.too_late), Integer), 0),
        _median(_seconds(asked.c.first_at - Opening.opened_at)),
        _median(case((filled, _seconds(Opening.filled_at - Opening.opened_at)))),
        func.coalesce(cast(func.sum(AppointmentType.price_cents).filter(filled), Integer), 0),
    )


_ENDED = (OpeningState.FILLED, OpeningState.EXPIRED, OpeningState.WITHDRAWN)


def _seconds(length: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(extract("epoch", length), Float)


def _median(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.percentile_cont(0.5).within_group(value)


def by_channel(session: Session, period: Period) -> list[ByChannel]:
    rows = session.execute(
        _offers(period, Offer.channel, func.count(), _accepted())
        .group_by(Offer.channel)
        .order_by(Offer.channel)
    )
    return [ByChannel(str(channel), offers, accepted) for channel, offers, accepted in rows]


def _accepted() -> ColumnElement[int]:
    return func.count().filter(Offer.state == OfferState.ACCEPTED)


def mean_score(session: Session, period: Period) -> float | None:
    """Of the matches that were offered."""
    mean: float | None = session.scalar(_offers(period, cast(func.avg(Offer.score), Float)))
    return mean


def answer_minutes(session: Session, period: Period) -> list[float]:
    """How long each answer took, in minutes, shortest first: the response curve."""
    minutes = _seconds(Offer.responded_at - Offer.handed_over_at) / 60
    answered = or_(
        Offer.state.in_((OfferState.ACCEPTED, OfferState.DECLINED)), Offer.said_yes_too_late.is_(True)
    )
    statement = _offers(period, minutes).where(answered, Offer.responded_at >= Offer.handed_over_at)
    return list(session.scalars(statement.order_by(minutes)))


def days_moved_up(session: Session, period: Period) -> float | None:
    """The median, over visits taken from the waitlist that replaced a later one."""
    later = aliased(Appointment)
    days = _seconds(later.starts_at - Appointment.starts_at) / 86_400
    statement = (
        _offers(period, _median(days))
        .join(Appointment, Appointment.id == Offer.appointment_id)
        .join(later, later.replaced_by_id == Appointment.id)
    )
    median: float | None = session.scalar(statement)
    return median


def _offers(period: Period, *columns: Any) -> Select[Any]:
    """Offers handed over in the period."""
    return (
        select(*columns)
        .select_from(Offer)
        .where(Offer.handed_over_at >= period.start, Offer.handed_over_at < period.end)
    )


def waited(session: Session, period: Period) -> Waited:
    ended = func.coalesce(WaitlistEntry.ended_at, period.end)
    offered = (
        select(Offer.id)
        .where(
            Offer.entry_id == WaitlistEntry.id,
            Offer.handed_over_at >= period.start,
            Offer.handed_over_at < period.end,
        )
        .exists()
    )
    booked = and_(WaitlistEntry.resolution == "booked", WaitlistEntry.ended_at < period.end)
    row = session.execute(
        select(
            func.count(),
            func.count().filter(or_(offered, WaitlistEntry.matched_score.is_not(None))),
            func.count().filter(booked),
        )
        .select_from(WaitlistEntry)
        .where(WaitlistEntry.added_at < period.end, ended >= period.start)
    ).one()
    return Waited(*row)


def names(session: Session) -> dict[UUID, str]:
    """Providers and types by id."""
    found: dict[UUID, str] = {}
    for provider_id, name in session.execute(select(Provider.id, Provider.name)):
        found[provider_id] = name
    for type_id, name in session.execute(select(AppointmentType.id, AppointmentType.name)):
        found[type_id] = name
    return found
