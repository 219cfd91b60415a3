"""The main job's nouns: an opening, the entries waiting for it, the offers between them, and times held."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import (
    LIVE_OPENING,
    AnsweredBy,
    Channel,
    EntryPriority,
    EntryState,
    FilledBy,
    FreedBy,
    HoldState,
    OfferState,
    OpeningState,
    Referral,
)
from storage.tables.appointments import one_at_a_time
from storage.tables.base import Base, ClinicScoped

SKIPPED_WAVE = 0
"""The wave of an offer that was never made: staff said that this entry is not to be asked about this opening."""


class Opening(ClinicScoped, Base):
    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_ends"),
        one_at_a_time("provider_id", LIVE_OPENING, name="ex_opening_provider"),
        Index("ix_opening_clinic_id_state", "clinic_id", "state"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"))
    type_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment_type.id"))  # of the freed visit
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    freed_by: Mapped[FreedBy]
    from_appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    opened_at: Mapped[datetime]
    offer_from: Mapped[datetime]  # nobody is asked before: an undo may still take it back
    give_up_at: Mapped[datetime]
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policy.id"))  # the version it began with
    automatic: Mapped[bool] = mapped_column(default=True)  # staff may stop the automation
    state: Mapped[OpeningState] = mapped_column(default=OpeningState.OPEN)
    filled_by: Mapped[FilledBy | None]
    filled_at: Mapped[datetime | None]
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))  # who got it


class WaitlistEntry(ClinicScoped, Base):
    __tablename__ = "waitlist_entry"
    __table_args__ = (
        CheckConstraint("boost_points BETWEEN 0 AND 40", name="boost_range"),
        Index("ix_waitlist_entry_clinic_id_state_type_id", "clinic_id", "state", "type_id"),
        Index(
            "uq_waitlist_entry_waiting",
            "patient_id",
            "type_id",
            unique=True,
            postgresql_where=text("state IN ('active', 'offered')"),
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    type_id: Mapped[UUID] = mapped_column(ForeignKey("appointment_type.id"))
    state: Mapped[EntryState] = mapped_column(default=EntryState.ACTIVE)
    resolution: Mapped[str | None]  # booked, expired, patient removed, staff removed, declined all offers
    priority: Mapped[EntryPriority] = mapped_column(default=EntryPriority.STANDARD)
    referral: Mapped[Referral | None]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(default="staff")
    expires_at: Mapped[datetime]
    earliest: Mapped[date | None]
    latest: Mapped[date | None]
    preferred_date: Mapped[date | None]
    weekdays: Mapped[list[int]] = mapped_column(JSONB, default=list)  # 0 = Monday; empty: any
    times: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # ["09:00", "12:00"] pairs; empty: any
    excluded_weekdays: Mapped[list[int]] = mapped_column(JSONB, default=list)  # hard
    excluded_times: Mapped[list[Any]] = mapped_column(
        JSONB, default=list
    )  # hard; pairs, and ["00:00", "12:00", 1] for that day of the week only
    excluded_dates: Mapped[list[Any]] = mapped_column(
        JSONB, default=list
    )  # hard; ["2026-12-05", "2026-12-12"]
    excluded_provider_ids: Mapped[list[str]] = mapped_column(default=list)  # hard
    preferred_provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))
    requested_provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider.id"))
    alternate_provider_ids: Mapped[list[str]] = mapped_column(default=list)
    only_provider: Mapped[bool] = mapped_column(default=False)
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))  # later visit to give up
    notice_hours: Mapped[int] = mapped_column(default=0)
    max_wait_days: Mapped[int | None]
    boost_points: Mapped[int] = mapped_column(default=0)
    boost_reason: Mapped[str] = mapped_column(default="")
    auto_match: Mapped[bool] = mapped_column(default=True)
    paused_until: Mapped[date | None]
    enrolled: Mapped[bool] = mapped_column(default=False)  # came with a later visit, and goes with it
    auto_book: Mapped[bool] = mapped_column(default=False)  # agreed to be booked without being asked
    channels: Mapped[list[str]] = mapped_column(default=list)  # of `Channel`, first tried first; empty: all
    waiting_for: Mapped[str] = mapped_column(default="")  # why, in the clinic's words; never in a text
    displaced: Mapped[bool] = mapped_column(default=False)  # we cancelled their visit: first in line
    ended_at: Mapped[datetime | None]  # when it was booked, removed, declined or expired
    notes: Mapped[str] = mapped_column(default="")
    offers_made: Mapped[int] = mapped_column(default=0)
    offers_accepted: Mapped[int] = mapped_column(default=0)
    offers_declined: Mapped[int] = mapped_column(default=0)
    offers_lapsed: Mapped[int] = mapped_column(default=0)
    unanswered_in_row: Mapped[int] = mapped_column(default=0)
    last_offered_at: Mapped[datetime | None]
    notifications: Mapped[int] = mapped_column(default=0)  # texts we started, offers included
    last_notified_at: Mapped[datetime | None]
    priority_score: Mapped[float | None]  # only sorts lists, as the next; computed afresh at use
    scored_at: Mapped[datetime | None]
    matched_score: Mapped[float | None]  # only sorts lists; computed afresh at use

    @property
    def excluded_every_day(self) -> list[tuple[str, str]]:
        """From, until: those of `excluded_times` that hold on every day."""
        return [(each[0], each[1]) for each in self.excluded_times if len(each) == 2]

    @property
    def excluded_day_times(self) -> list[tuple[int, str, str]]:
        """Weekday, from, until: those that hold on one day of the week only ("not Tuesday mornings")."""
        return [(each[2], each[0], each[1]) for each in self.excluded_times if len(each) == 3]


class Offer(ClinicScoped, Base):
    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("opening_id", "entry_id"),
        Index("ix_offer_patient_id_made_at", "patient_id", "made_at"),
        Index("ix_offer_entry_id", "entry_id"),
    )

    opening_id: Mapped[UUID] = mapped_column(ForeignKey("opening.id"))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("waitlist_entry.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), index=True)
    state: Mapped[OfferState] = mapped_column(default=OfferState.QUEUED)
    made_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]  # to the carrier: the hold's clock starts here
    held_until: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    said_yes_too_late: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[Channel] = mapped_column(default=Channel.SMS)  # the last it was tried on
    answered_by: Mapped[AnsweredBy | None]
    told_with_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("offer.id"), index=True
    )  # in whose text it is
    wave: Mapped[int] = mapped_column(default=1)  # 1 was asked first
    decline_reason: Mapped[str | None]  # of CancelReason, if they said why
    in_reply: Mapped[bool] = mapped_column(default=False)  # answers the patient's own message: no cap
    score: Mapped[float] = mapped_column(default=0.0)
    parts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the score's breakdown by factor
    reasons: Mapped[list[str]] = mapped_column(default=list)
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))

    @property
    def skipped(self) -> bool:
        """Whether staff passed them over: nobody asked them anything."""
        return self.wave == SKIPPED_WAVE


class EntryComment(ClinicScoped, Base):
    """What staff note on an entry; never shown to the patient."""

    __tablename__ = "entry_comment"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("waitlist_entry.id"), index=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str]
    made_at: Mapped[datetime]


class Hold(ClinicScoped, Base):
    """A free time that was shown to a patient, and is kept for them until they choose or the minutes run out.

    No two live holds of a provider overlap. One whose time is up counts for nothing: whoever wants its time
    releases it first.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_ends"),
        one_at_a_time("provider_id", (HoldState.LIVE,), name="ex_hold_provider"),
        Index("ix_hold_conversation_id", "conversation_id"),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    type_id: Mapped[UUID] = mapped_column(ForeignKey("appointment_type.id"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("location.id"))
    room_id: Mapped[UUID | None] = mapped_column(ForeignKey("room.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # the buffer included
    state: Mapped[HoldState] = mapped_column(default=HoldState.LIVE)
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))  # given up if it is booked
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))  # what it became


class ResponseModel(ClinicScoped, Base):
    """How a clinic's patients answer offers, learned from its own and shrunk toward the published figures.
    `data` is a `rules.response.Response`; the newest counts."""

    __tablename__ = "response_model"
    __table_args__ = (Index("ix_response_model_clinic_id_learned_at", "clinic_id", "learned_at"),)

    learned_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
