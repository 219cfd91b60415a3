"""Conversations, what is awaited in them, and every message in and out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rules.states import (
    DeliveryState,
    Direction,
    EscalationKind,
    Holder,
    InboundState,
    MessageClass,
    OutboxState,
    PromptKind,
    SenderKind,
    UndoKind,
)
from storage.tables.base import Base, ClinicScoped


class Sender(ClinicScoped, Base):
    """A number of the clinic's. What it may send, and how fast, is its own."""

    __tablename__ = "sender"

    address: Mapped[str] = mapped_column(unique=True)  # E.164: the number texted tells the clinic
    kind: Mapped[SenderKind] = mapped_column(default=SenderKind.LONG_CODE)
    rate_per_second: Mapped[float] = mapped_column(default=1.0)
    daily_segments: Mapped[int | None]  # the carrier's cap a day (clinic/daily_caps.py); None: none
    next_send_at: Mapped[datetime | None]  # the rate's clock
    woken_at: Mapped[datetime | None]  # when the sweep last woke its pump


class Conversation(ClinicScoped, Base):
    """All texts between one of our numbers and one number of theirs."""

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("sender_id", "address"),)

    sender_id: Mapped[UUID] = mapped_column(ForeignKey("sender.id"))
    address: Mapped[str]  # theirs, E.164
    holder: Mapped[Holder] = mapped_column(default=Holder.BOT)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # who took it
    staff_acted_at: Mapped[datetime | None]  # it goes back to the bot some hours after this
    misses: Mapped[int] = mapped_column(default=0)  # texts in a row that were not understood
    stop_notice_at: Mapped[datetime | None]  # when "STOP to opt out" was last written
    invited_at: Mapped[datetime | None]  # when "Want something sooner? Reply EARLIER" was last written
    one_moment_at: Mapped[datetime | None]  # when "one moment" was said while the model was away
    language: Mapped[str | None]  # the one they last clearly wrote in; None: not known yet
    created_at: Mapped[datetime]


class Prompt(ClinicScoped, Base):
    """Something the bot asked and still waits for. Open while neither answered nor expired."""

    __tablename__ = "prompt"
    __table_args__ = (
        Index(
            "ix_prompt_open",
            "conversation_id",
            "asked_at",
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"))
    kind: Mapped[PromptKind]
    subject_id: Mapped[UUID | None]  # the offer or visit it is about
    options: Mapped[list[str]] = mapped_column(default=list)  # ids, in the order of a numbered list
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))  # in which text it was asked
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class Undoable(ClinicScoped, Base):
    """Something a patient did by text and may still take back. The newest counts."""

    __tablename__ = "undoable"
    __table_args__ = (Index("ix_undoable_conversation_id_made_at", "conversation_id", "made_at"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"))
    kind: Mapped[UndoKind]
    subject_id: Mapped[UUID]  # what it was done to, by kind
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what to put back
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Message(ClinicScoped, Base):
    """One text. Inbound rows are the work list of the conversation, outbound rows the outbox."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("(direction = 'in') = (inbound_state IS NOT NULL)", name="inbound_has_state"),
        CheckConstraint("(direction = 'out') = (outbox_state IS NOT NULL)", name="outbound_has_state"),
        Index("ix_message_conversation_id_id", "conversation_id", "id"),
        Index("ix_message_clinic_id_created_at", "clinic_id", "created_at"),
        Index(
            "ix_message_unread",
            "conversation_id",
            "id",
            postgresql_where=text("inbound_state = 'unread'"),
        ),
        Index(
            "ix_message_outbox",
            "sender_id",
            "rank",
            "not_before",
            postgresql_where=text("outbox_state = 'queued'"),
        ),
        Index(
            "ix_message_in_flight",
            "sender_id",
            "address",
            postgresql_where=text("outbox_state IN ('claimed', 'unknown')"),
        ),
        Index("ix_message_about_offer_id", "about_offer_id"),
        Index(
            "ix_message_about_appointment_id",
            "about_appointment_id",
            postgresql_where=text("about_appointment_id IS NOT NULL"),
        ),
        Index(  # a step of a campaign is written to a recipient once, however often it is tried
            "uq_message_recipient_step",
            "about_recipient_id",
            "campaign_step",
            unique=True,
            postgresql_where=text("about_recipient_id IS NOT NULL"),
        ),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("sender.id"))
    address: Mapped[str]  # the other side's number
    direction: Mapped[Direction]
    body: Mapped[str]
    created_at: Mapped[datetime]
    provider_sid: Mapped[str | None] = mapped_column(unique=True)  # Twilio's MessageSid

    # Inbound
    inbound_state: Mapped[InboundState | None]
    media_count: Mapped[int] = mapped_column(default=0)
    opt_out_type: Mapped[str | None]  # Twilio's OptOutType: it has answered already
    attempts: Mapped[int] = mapped_column(default=0)  # turns begun on it, or sends tried
    retry_at: Mapped[datetime | None]
    woken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    read_as: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # intent, confidence, decision and why
    language: Mapped[str | None]  # two letters; None where the text does not tell
    model: Mapped[str | None]  # which language model read it; None: exact rules did

    # Outbound
    outbox_state: Mapped[OutboxState | None]
    klass: Mapped[MessageClass | None]
    rank: Mapped[int | None]  # of the class: the lowest goes first
    phrase: Mapped[str | None]  # which sentence of the phrases file
    not_before: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]  # not worth sending after this
    patient_id: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"))
    about_offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("offer.id"))
    about_appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    about_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("waitlist_entry.id"))
    about_recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("recipient.id"))
    campaign_step: Mapped[int | None]  # which text of the campaign, from 0
    answers_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))  # the inbound it replies to
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))  # a person wrote it
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    segments: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime | None]  # last looked for at the carrier while unknown
    not_found: Mapped[int] = mapped_column(default=0)  # times it was looked for and not found
    delivery_state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.NONE)
    error_code: Mapped[str | None]
    dropped_because: Mapped[str | None]
    extras: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # what a channel needs beside the words


class Reminder(ClinicScoped, Base):
    """A visit that a text reminds of at one of the clinic's times; several visits of a day stand in one text.

    Once a time: the database refuses a second one. A visit that is moved begins another time.
    """

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("appointment_id", "starts_at", "hours"),)

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    starts_at: Mapped[datetime]  # of the visit, when the text was written
    hours: Mapped[int]  # before that: which of the clinic's times
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)


class Correction(ClinicScoped, Base):
    """A text that staff say was understood wrongly, and what it meant. Nothing is trained by it alone:
    `standby nlu export-corrections` writes it out for somebody to review."""

    __tablename__ = "correction"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), unique=True)
    meant: Mapped[str]  # a topic of the training data
    made_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    exported_at: Mapped[datetime | None]


class Escalation(ClinicScoped, Base):
    """A conversation that needs a person, and why. Alerts repeat until somebody opens it."""

    __tablename__ = "escalation"
    __table_args__ = (
        Index(
            "uq_escalation_open",
            "conversation_id",
            "kind",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    kind: Mapped[EscalationKind]
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    opened_at: Mapped[datetime]
    alerts: Mapped[int] = mapped_column(default=0)
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]
