"""The clinic: where, who, what it offers, when, and how it has decided to work."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from rules.states import AnswerTopic, ConfirmMode
from storage.tables.base import Base, ClinicScoped


class Clinic(Base):
    __tablename__ = "clinic"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]  # begins every text it sends first
    phone: Mapped[str]  # the front desk, E.164: told to patients, never texted from
    timezone: Mapped[str]  # IANA name
    region: Mapped[str] = mapped_column(default="US")  # how phone numbers without a country are read
    address: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    schedule_elsewhere: Mapped[bool] = mapped_column(default=False)  # a practice system holds the schedule
    paused_at: Mapped[datetime | None]  # no automatic text goes out while set
    created_at: Mapped[datetime]
    if TYPE_CHECKING:
        policy_id: Mapped[UUID | None]  # the newest; a query, given below


class Policy(ClinicScoped, Base):
    """What a clinic decided, one row a version; the newest counts. `data` is a `rules.policy.Policy`."""

    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("clinic_id", "version"),)

    version: Mapped[int]
    data: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


Clinic.policy_id = column_property(
    select(Policy.id)
    .where(Policy.clinic_id == Clinic.id)
    .order_by(Policy.version.desc())
    .limit(1)
    .scalar_subquery()
)


class Answer(ClinicScoped, Base):
    """What the clinic answers to a question patients ask by text, in its own words."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("clinic_id", "topic", "language"),)

    topic: Mapped[AnswerTopic]
    language: Mapped[str] = mapped_column(default="en")
    text: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))


class Location(ClinicScoped, Base):
    __tablename__ = "location"
    __table_args__ = (UniqueConstraint("clinic_id", "name"),)

    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")


class Room(ClinicScoped, Base):
    """A room or a chair: one visit at a time."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("clinic_id", "name"),)

    name: Mapped[str]
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))


class Provider(ClinicScoped, Base):
    __tablename__ = "provider"
    __table_args__ = (UniqueConstraint("clinic_id", "external_id"),)

    external_id: Mapped[str]
    name: Mapped[str]  # as patients know them: "Dr Lee"
    specialty: Mapped[str | None]
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"))
    insurance_accepted: Mapped[list[str]] = mapped_column(default=list)  # empty: any
    paused_at: Mapped[datetime | None]  # no automatic offers for this provider while set


class AppointmentType(ClinicScoped, Base):
    __tablename__ = "appointment_type"
    __table_args__ = (
        UniqueConstraint("clinic_id", "external_id"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )

    external_id: Mapped[str]
    name: Mapped[str]
    minutes: Mapped[int]
    buffer_minutes: Mapped[int] = mapped_column(default=0)  # kept free after the visit
    specialty: Mapped[str | None]
    price_cents: Mapped[int | None]
    lead_time_hours: Mapped[int] = mapped_column(default=0)  # nobody is offered one sooner than this
    new_patients_only: Mapped[bool] = mapped_column(default=False)
    late_fee_cents: Mapped[int] = mapped_column(default=0)
    no_show_fee_cents: Mapped[int] = mapped_column(default=0)
    late_hours: Mapped[int | None]  # a cancel inside these is late; None: the clinic's own
    give_up_minutes: Mapped[int | None]  # None: the clinic's own
    enrols: Mapped[bool] = mapped_column(
        default=False
    )  # who has a later visit of it waits for an earlier one
    confirm_mode: Mapped[ConfirmMode] = mapped_column(default=ConfirmMode.AUTO)
    withdrawn_at: Mapped[datetime | None]


class TypeProvider(ClinicScoped, Base):
    """Who sees a type. A type with no row is seen by every provider."""

    __tablename__ = "type_provider"
    __table_args__ = (UniqueConstraint("type_id", "provider_id"),)

    type_id: Mapped[UUID] = mapped_column(ForeignKey("appointment_type.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))


class TypeRoom(ClinicScoped, Base):
    """Rooms in which a type can take place. A type with no row can take place in any."""

    __tablename__ = "type_room"
    __table_args__ = (UniqueConstraint("type_id", "room_id"),)

    type_id: Mapped[UUID] = mapped_column(ForeignKey("appointment_type.id"))
    room_id: Mapped[UUID] = mapped_column(ForeignKey("room.id"))


class Availability(ClinicScoped, Base):
    """When a provider works: on a weekday every week, or on one date (which then replaces the weekday)."""

    __tablename__ = "availability"
    __table_args__ = (
        CheckConstraint("(weekday IS NULL) <> (on_date IS NULL)", name="weekday_or_date"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_range"),
        CheckConstraint("from_time < until_time", name="from_before_until"),
        Index("ix_availability_provider_id_weekday", "provider_id", "weekday"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    weekday: Mapped[int | None]  # 0 = Monday … 6 = Sunday
    on_date: Mapped[date | None]
    from_time: Mapped[time]  # the clinic's wall clock
    until_time: Mapped[time]


class TimeOff(ClinicScoped, Base):
    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_ends"),
        Index("ix_time_off_provider_id_starts_at", "provider_id", "starts_at"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
