"""Campaigns, what they say, and to whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import CampaignState, RecipientState, Response, StepChannel
from storage.tables.base import Base, ClinicScoped


class Campaign(ClinicScoped, Base):
    """A series of texts to patients who should come back."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("hold_out_percent BETWEEN 0 AND 50", name="hold_out_range"),
        CheckConstraint("try_percent BETWEEN 1 AND 90", name="try_range"),
        Index("ix_campaign_clinic_id_made_at", "clinic_id", "made_at"),
    )

    name: Mapped[str]  # for staff
    state: Mapped[CampaignState] = mapped_column(default=CampaignState.DRAFT)
    audience: Mapped[dict[str, Any]]  # a `rules.campaigns.Audience`
    send_window: Mapped[dict[str, Any]]  # a `rules.campaigns.Window`
    starts_at: Mapped[datetime | None]  # None: as soon as it is launched
    ends_at: Mapped[datetime | None]  # nothing goes out from then on
    type_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("appointment_type.id")
    )  # what times are offered for
    link: Mapped[str] = mapped_column(default="")  # what {link} becomes
    incentive: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by language, behind every text
    hold_out_percent: Mapped[float] = mapped_column(default=0.0)  # get nothing, to compare with
    try_percent: Mapped[float | None]  # get the wordings first, the rest the one that wins; None: all at once
    decide_days: Mapped[int | None]  # by then the one that leads is taken
    looks: Mapped[int] = mapped_column(default=0)  # days on which a winner was looked for
    winner: Mapped[str | None]  # the label of the wording that the rest gets
    winner_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    launched_at: Mapped[datetime | None]
    expected: Mapped[int | None]  # recipients at launch, for the progress
    prepared_to: Mapped[UUID | None]  # patients up to this id have been gone through
    prepared_at: Mapped[datetime | None]  # all of them have
    stopped_because: Mapped[str | None]  # why it paused by itself
    watched_from: Mapped[datetime | None]  # sends before do not count for stopping: staff have seen them
    ended_at: Mapped[datetime | None]


class CampaignStep(ClinicScoped, Base):
    """One text of the series, or one call, email or letter."""

    __tablename__ = "campaign_step"
    __table_args__ = (
        UniqueConstraint("campaign_id", "position"),
        CheckConstraint("after_days >= 0", name="after_days_range"),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    position: Mapped[int]  # from 0
    channel: Mapped[StepChannel] = mapped_column(default=StepChannel.SMS)
    subject: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of an email or a letter, by language
    after_days: Mapped[int] = mapped_column(default=0)  # since the text before


class Variant(ClinicScoped, Base):
    """One wording of a step. A step that lacks a recipient's variant says its first one."""

    __tablename__ = "variant"
    __table_args__ = (UniqueConstraint("step_id", "label"),)

    step_id: Mapped[UUID] = mapped_column(ForeignKey("campaign_step.id"))
    label: Mapped[str]  # A, B, C, D
    texts: Mapped[dict[str, Any]]  # by language
    templates: Mapped[dict[str, Any]] = mapped_column(default=dict)  # WhatsApp's, by language: HX…


class Recipient(ClinicScoped, Base):
    """A patient in a campaign, on the number that is texted. Nobody is in it twice, and no number."""

    __tablename__ = "recipient"
    __table_args__ = (
        UniqueConstraint("campaign_id", "patient_id"),
        UniqueConstraint("campaign_id", "address"),
        Index("ix_recipient_due", "campaign_id", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_recipient_campaign_id_contacted_at", "campaign_id", "contacted_at"),
        Index("ix_recipient_patient_id", "patient_id"),
        Index("ix_recipient_address", "address"),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    address: Mapped[str | None]  # the number or mailbox that is written to first; None: by letter only
    variant: Mapped[str | None]  # its label; "rest": whichever wins; None: held out
    state: Mapped[RecipientState] = mapped_column(default=RecipientState.PENDING)
    response: Mapped[Response | None]
    step: Mapped[int] = mapped_column(default=0)  # the next one to be written
    due_at: Mapped[datetime | None]  # when it is; None: on its way, or there is none
    contacted_at: Mapped[datetime | None]  # last
    responded_at: Mapped[datetime | None]
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))  # the visit they booked
    rebooked_at: Mapped[datetime | None]
    left_because: Mapped[str | None]  # why they got no more, though they did not answer


class Letter(ClinicScoped, Base):
    """A letter of a campaign: written when its step is due, on paper once staff have taken it to print."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("recipient_id", "step"),
        Index("ix_letter_campaign_id_printed_at", "campaign_id", "printed_at"),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id"))
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("recipient.id"))
    step: Mapped[int]
    subject: Mapped[str]
    body: Mapped[str]
    language: Mapped[str]
    made_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]  # with all others that were taken at that moment
