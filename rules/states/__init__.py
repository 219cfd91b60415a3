"""Every status and kind in the trade's own words, with its meaning, one file a noun. Import from here."""

from rules.states.appointments import (
    ACTIVE_APPOINTMENT,
    UPCOMING_APPOINTMENT,
    AppointmentState,
    CancelledBy,
    CancelReason,
)
from rules.states.clinic import AnswerTopic, ConfirmMode, SenderKind
from rules.states.conversations import EscalationKind, Holder, PromptKind, UndoKind
from rules.states.integrations import FeedEventState, FeedEventType, NewsKind, NewsState
from rules.states.messages import (
    CLASS_RANK,
    DELIVERY_RANK,
    PROACTIVE,
    DeliveryState,
    Direction,
    InboundState,
    MessageClass,
    OutboxState,
)
from rules.states.patients import ConsentKind, ConsentSource, PaymentStatus
from rules.states.waitlist import (
    ANSWERABLE_OFFER,
    LIVE_OPENING,
    OUTSTANDING_OFFER,
    WAITING_ENTRY,
    EntryPriority,
    EntryState,
    FilledBy,
    FreedBy,
    OfferState,
    OpeningState,
    Referral,
)
from rules.states.work import Actor, DueKind, TaskKind, TaskState

__all__ = [
    "ACTIVE_APPOINTMENT",
    "ANSWERABLE_OFFER",
    "CLASS_RANK",
    "DELIVERY_RANK",
    "LIVE_OPENING",
    "OUTSTANDING_OFFER",
    "PROACTIVE",
    "UPCOMING_APPOINTMENT",
    "WAITING_ENTRY",
    "Actor",
    "AnswerTopic",
    "AppointmentState",
    "CancelReason",
    "CancelledBy",
    "ConfirmMode",
    "ConsentKind",
    "ConsentSource",
    "DeliveryState",
    "Direction",
    "DueKind",
    "EntryPriority",
    "EntryState",
    "EscalationKind",
    "FeedEventState",
    "FeedEventType",
    "FilledBy",
    "FreedBy",
    "Holder",
    "InboundState",
    "MessageClass",
    "NewsKind",
    "NewsState",
    "OfferState",
    "OpeningState",
    "OutboxState",
    "PaymentStatus",
    "PromptKind",
    "Referral",
    "SenderKind",
    "TaskKind",
    "TaskState",
    "UndoKind",
]
