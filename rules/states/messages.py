"""A text on its way in or out."""

from enum import StrEnum


class Channel(StrEnum):
    """A way of reaching a patient."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    VOICE = "voice"  # an automatic call
    CHAT = "chat"  # on the clinic's site


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class InboundState(StrEnum):
    UNREAD = "unread"
    DONE = "done"
    PARKED = "parked"  # its handling failed three times: a person looks at it
    HANDED = "handed"  # never understood (model away too long): a person has it


class OutboxState(StrEnum):
    """A message on its way out. Only forward; `DROPPED` says why in `dropped_because`."""

    QUEUED = "queued"
    CLAIMED = "claimed"  # committed before the call to the carrier
    UNKNOWN = "unknown"  # the call's answer never came: settled by callback or by looking
    SENT = "sent"
    FAILED = "failed"  # the carrier refused it
    DROPPED = "dropped"  # no longer wanted, or not allowed, when its turn came


class DeliveryState(StrEnum):
    """What the carrier said of it; moves forward only, as DELIVERY_RANK says."""

    NONE = "none"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


DELIVERY_RANK: dict[DeliveryState, int] = {
    DeliveryState.NONE: 0,
    DeliveryState.ACCEPTED: 1,
    DeliveryState.QUEUED: 2,
    DeliveryState.SENDING: 3,
    DeliveryState.SENT: 4,
    DeliveryState.DELIVERED: 5,
    DeliveryState.UNDELIVERED: 5,
    DeliveryState.FAILED: 5,
}


class MessageClass(StrEnum):
    """How urgent a text is; the pump takes the lowest rank first."""

    ALERT = "alert"  # to staff on call, never to a patient
    REPLY = "reply"  # a direct answer to the patient's own message: any hour, no consent needed
    OFFER = "offer"
    REMINDER = "reminder"
    CAMPAIGN = "campaign"


CLASS_RANK: dict[MessageClass, int] = {
    MessageClass.ALERT: 0,
    MessageClass.REPLY: 0,
    MessageClass.OFFER: 1,
    MessageClass.REMINDER: 2,
    MessageClass.CAMPAIGN: 3,
}
PROACTIVE = (MessageClass.OFFER, MessageClass.REMINDER, MessageClass.CAMPAIGN)
"""Classes that need consent and an allowed hour."""
