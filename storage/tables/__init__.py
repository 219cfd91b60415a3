"""Every table, one file a noun. Import from here."""

from storage.tables.appointments import Appointment, Cancellation
from storage.tables.base import Base, ClinicScoped, new_id
from storage.tables.campaigns import Campaign, CampaignStep, Letter, Recipient, Variant
from storage.tables.chat import ChatCode, ChatSession
from storage.tables.clinic import (
    Answer,
    AppointmentType,
    Availability,
    Clinic,
    Location,
    Policy,
    Provider,
    Room,
    TimeOff,
    TypeProvider,
    TypeRoom,
)
from storage.tables.conversations import (
    Conversation,
    Correction,
    Escalation,
    Message,
    Prompt,
    Reminder,
    Sender,
    Undoable,
)
from storage.tables.integrations import Feed, FeedEvent, Webhook, WebhookDelivery
from storage.tables.patients import Consent, ContactPoint, Patient, PatientContact, TreatmentPlan
from storage.tables.recovery import RecoveryAttempt, RecoveryCase
from storage.tables.risk import DropoutModel, NoShowModel, RiskIntervention, RiskScore, VisitRisk
from storage.tables.staff import ApiToken, IdempotencyKey, Staff
from storage.tables.waitlist import (
    EntryComment,
    Hold,
    Offer,
    Opening,
    ResponseModel,
    WaitlistEntry,
)
from storage.tables.work import AuditEvent, DueWork, Run, Task

__all__ = [
    "Answer",
    "ApiToken",
    "Appointment",
    "AppointmentType",
    "AuditEvent",
    "Availability",
    "Base",
    "Campaign",
    "CampaignStep",
    "Cancellation",
    "ChatCode",
    "ChatSession",
    "Clinic",
    "ClinicScoped",
    "Consent",
    "ContactPoint",
    "Conversation",
    "Correction",
    "DropoutModel",
    "DueWork",
    "EntryComment",
    "Escalation",
    "Feed",
    "FeedEvent",
    "Hold",
    "IdempotencyKey",
    "Letter",
    "Location",
    "Message",
    "NoShowModel",
    "Offer",
    "Opening",
    "Patient",
    "PatientContact",
    "Policy",
    "Prompt",
    "Provider",
    "Recipient",
    "RecoveryAttempt",
    "RecoveryCase",
    "Reminder",
    "ResponseModel",
    "RiskIntervention",
    "RiskScore",
    "Room",
    "Run",
    "Sender",
    "Staff",
    "Task",
    "TimeOff",
    "TreatmentPlan",
    "TypeProvider",
    "TypeRoom",
    "Undoable",
    "Variant",
    "VisitRisk",
    "WaitlistEntry",
    "Webhook",
    "WebhookDelivery",
    "new_id",
]
