"""The words staff read for every status and kind, in one place. Plain, and no longer than they must be.

What an action says afterwards stands in `notes`, what only the At-risk page says in `risk_words`.
"""

from babel import Locale, UnknownLocaleError

from rules.permissions import Role
from rules.policy import WEEKDAY_NAMES
from rules.states import (
    AnswerTopic,
    AppointmentState,
    CancellationKind,
    Channel,
    DeliveryState,
    EntryPriority,
    EntryState,
    EscalationKind,
    FilledBy,
    FreedBy,
    OfferState,
    OutboxState,
    Referral,
    TaskKind,
)
from storage.queries.waitlist import Look
from storage.tables import Message, Offer

ROLES = {
    Role.FRONT_DESK: "Front desk",
    Role.CLINICAL_STAFF: "Clinical staff",
    Role.DOCTOR: "Doctor",
    Role.TREATMENT_COORDINATOR: "Treatment coordinator",
    Role.BILLING: "Billing",
    Role.MARKETING: "Marketing",
    Role.SUPERVISOR: "Supervisor",
    Role.CLINIC_ADMIN: "Clinic admin",
}

ESCALATED = {
    EscalationKind.EMERGENCY: "May be an emergency",
    EscalationKind.ASKED: "Asked for a person",
    EscalationKind.NOT_UNDERSTOOD: "The bot did not understand",
    EscalationKind.QUESTION: "Has a question",
    EscalationKind.WRONG_NUMBER: "Says it is the wrong number",
    EscalationKind.FAILED: "The bot could not handle a text",
    EscalationKind.TOO_MANY: "Too many automatic replies",
    EscalationKind.COUNTER: "Wants another time",
    EscalationKind.RESCHEDULE: "Wants to move a visit",
    EscalationKind.BOOK: "Wants a new visit",
    EscalationKind.COMPLAINT: "Is not happy",
    EscalationKind.DAY_OF_VISIT: "Is here, or running late",
    EscalationKind.FINANCIAL: "Gave up a visit over its cost",
    EscalationKind.LANGUAGE: "Writes in another language",
}

OFFERED = {
    OfferState.QUEUED: "Text waiting to go out",
    OfferState.OPEN: "Asked",
    OfferState.LAPSED: "No answer in time",
    OfferState.ACCEPTED: "Said yes",
    OfferState.DECLINED: "Passed",
    OfferState.WITHDRAWN: "Taken back",
    OfferState.LOST: "Somebody else was first",
    OfferState.UNDELIVERABLE: "Text not delivered",
}

LONGER = {15: "+15 min", 60: "+1 h"}
"""How many minutes staff may add to the time somebody has to answer."""

ADDED = {
    "staff": "added by the staff",
    "patient": "joined by text",
    "enrolment": "with a later visit",
    "bot": "by itself",
    "system": "from a file or a program",
}
"""How somebody came onto the waitlist."""

FILLED = {
    FilledBy.WAITLIST: "filled from the waitlist",
    FilledBy.STAFF: "booked in",
    FilledBy.WALK_IN: "booked in for a walk-in",
}

FREED = {
    FreedBy.PATIENT_CANCEL: "the patient cancelled",
    FreedBy.STAFF_CANCEL: "cancelled by staff",
    FreedBy.NO_SHOW: "no-show",
    FreedBy.RESCHEDULE: "visit moved",
    FreedBy.CASCADE: "took an earlier slot",
    FreedBy.UNDO: "booking taken back",
    FreedBy.NEW_AVAILABILITY: "new hours",
    FreedBy.PROVIDER_BACK: "provider is back",
    FreedBy.FEED: "from the practice system",
    FreedBy.REMAINDER: "left over from a longer slot",
}

VISIT = {
    AppointmentState.REQUESTED: "Waits for your OK",
    AppointmentState.BOOKED: "Booked",
    AppointmentState.CONFIRMED: "Confirmed",
    AppointmentState.ARRIVED: "Arrived",
    AppointmentState.COMPLETED: "Completed",
    AppointmentState.NO_SHOW: "No-show",
    AppointmentState.CANCELLED: "Cancelled",
}

CANCELLATION = {
    CancellationKind.CANCELLED: "Cancelled",
    CancellationKind.LATE_CANCEL: "Cancelled late",
    CancellationKind.NO_SHOW: "No-show",
    CancellationKind.PRACTICE_CANCEL: "Cancelled by us",
}

PRIORITY = {
    EntryPriority.URGENT: "Urgent",
    EntryPriority.HIGH: "High",
    EntryPriority.STANDARD: "Standard",
    EntryPriority.FLEXIBLE: "Flexible",
}

LOOK = {
    Look.ASKED: "Being asked now",
    Look.PAUSED: "Paused",
    Look.NEEDS_A_LOOK: "Needs a look",
    Look.DISPLACED: "We cancelled their visit",
    Look.UNREACHABLE: "Cannot be reached",
}

ENTRY = {
    EntryState.ACTIVE: "Waiting",
    EntryState.OFFERED: "Being asked now",
    EntryState.BOOKED: "Booked",
    EntryState.EXPIRED: "Ended by itself, after waiting too long",
    EntryState.REMOVED: "Taken off the list",
    EntryState.DECLINED: "Passed too often, or wants no more offers",
}

CHANNEL = {
    Channel.SMS: "text",
    Channel.WHATSAPP: "WhatsApp",
    Channel.EMAIL: "email",
    Channel.VOICE: "automatic call",
}

REFERRAL = {Referral.URGENT: "Urgent", Referral.STANDARD: "Standard"}

REMOVED = {
    "patient removed": "The patient asked for it",
    "staff removed: seen elsewhere": "Has been seen elsewhere",
    "staff removed: not needed": "The visit is not needed any more",
    "staff removed: mistake": "Was put on the list by mistake",
}
"""Why staff take somebody off the list; the keys are kept as the entry's resolution."""

ENDED = {
    "visit gone": "the visit it came with is gone",
    "not enrolled": "nobody is put on the list for this type by itself any more",
    "type withdrawn": "the type of visit is no longer offered",
}
"""Why an entry left the list by itself, beside what staff can choose."""

TASK = {
    TaskKind.MAYBE_CANCEL: "May have meant to cancel a visit",
    TaskKind.WRONG_NUMBER: "Find the right number",
    TaskKind.ENTER_IN_SYSTEM: "Enter in your system",
    TaskKind.CALL_PATIENT: "Call the patient",
    TaskKind.LOOK_AT: "Have a look",
    TaskKind.APPROVE: "Approve a booking",
    TaskKind.RECOVERY: "Call about a lost visit",
    TaskKind.NEW_TIME: "Find a new time",
    TaskKind.WHO_CAME: "Who came today? Too few visits are marked",
}

CHANNELS = {
    Channel.SMS: "Text message",
    Channel.WHATSAPP: "WhatsApp",
    Channel.EMAIL: "Email",
    Channel.VOICE: "Automatic call",
}

FACTORS = {
    "provider": "Provider",
    "named_provider": "Provider named",
    "day": "Day",
    "date": "Best date",
    "time": "Time of day",
    "near_time": "Near the time",
    "flexibility": "Flexibility",
    "no_show_risk": "Risk of a no-show",
    "specialty": "Specialty",
    "location": "Place",
    "sooner": "How soon",
    "priority": "Priority",
    "boost": "Moved up",
    "limit": "Limit",
    "wait": "Waiting",
    "urgency": "Urgency",
    "referral": "Referral",
    "declines": "Declined before",
    "no_shows_in_row": "Missed in a row",
    "falling": "Comes less often",
    "reschedules": "Visits put off",
    "gap": "Long gap",
    "milestones": "Plan fallen behind",
    "payment": "Payment",
    "no_answers": "Texts unanswered",
}

WEEKDAYS = WEEKDAY_NAMES

ANSWER = {
    AnswerTopic.HOURS: "Opening hours",
    AnswerTopic.ADDRESS: "Where you are",
    AnswerTopic.PARKING: "Parking",
    AnswerTopic.BRING: "What to bring, how to prepare",
    AnswerTopic.INSURANCE: "Insurance you take",
    AnswerTopic.FEES: "What a visit costs, or a missed one",
}

LANGUAGES = {"en": "English", "es": "Spanish"}

OUTBOX = {
    OutboxState.QUEUED: "Waiting to go out",
    OutboxState.CLAIMED: "Being sent",
    OutboxState.UNKNOWN: "Checking whether it went out",
    OutboxState.SENT: "Sent",
    OutboxState.FAILED: "Refused by the carrier",
    OutboxState.DROPPED: "Not sent",
}


def offered(offer: Offer) -> str:
    """Where an offer stands."""
    return "Skipped: not to be asked about this slot" if offer.skipped else OFFERED[offer.state]


def escalated(kind: EscalationKind, code: str | None = None) -> str:
    """Why a person is needed. `code` is the language that is written in, which is named where it is why."""
    if kind is EscalationKind.LANGUAGE and code:
        return f"Writes in {language(code)}"
    return ESCALATED[kind]


def language(code: str) -> str:
    """ "Spanish", in English, for "es"."""
    try:
        return Locale.parse(code).get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def delivery(message: Message) -> str:
    """Where a text of ours stands."""
    if message.outbox_state is OutboxState.DROPPED:
        return f"Not sent: {message.dropped_because}"
    if message.delivery_state is DeliveryState.DELIVERED:
        return "Delivered"
    if message.delivery_state in (DeliveryState.UNDELIVERED, DeliveryState.FAILED):
        return f"Not delivered ({message.error_code})" if message.error_code else "Not delivered"
    return OUTBOX[message.outbox_state] if message.outbox_state else ""


def failed(message: Message) -> bool:
    """Whether a text of ours will not reach anybody."""
    return message.outbox_state in (OutboxState.FAILED, OutboxState.DROPPED) or message.delivery_state in (
        DeliveryState.UNDELIVERED,
        DeliveryState.FAILED,
    )
