"""Every table, one file a noun. Import from here."""

from storage.tables.appointments import Appointment, Cancellation
from storage.tables.base import Base, ClinicScoped, new_id
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
    Sender,
    Undoable,
)
from storage.tables.integrations import Feed, FeedEvent, Webhook, WebhookDelivery
from storage.tables.patients import Consent, ContactPoint, Patient, PatientContact, TreatmentPlan
from storage.tables.staff import Staff
from storage.tables.waitlist import Offer, Opening, WaitlistEntry
from storage.tables.work import AuditEvent, DueWork, Task

__all__ = [
    "Answer",
    "Appointment",
    "AppointmentType",
    "AuditEvent",
    "Availability",
    "Base",
    "Cancellation",
    "Clinic",
    "ClinicScoped",
    "Consent",
    "ContactPoint",
    "Conversation",
    "Correction",
    "DueWork",
    "Escalation",
    "Feed",
    "FeedEvent",
    "Location",
    "Message",
    "Offer",
    "Opening",
    "Patient",
    "PatientContact",
    "Policy",
    "Prompt",
    "Provider",
    "Room",
    "Sender",
    "Staff",
    "Task",
    "TimeOff",
    "TreatmentPlan",
    "TypeProvider",
    "TypeRoom",
    "Undoable",
    "WaitlistEntry",
    "Webhook",
    "WebhookDelivery",
    "new_id",
]
