"""Every status and kind in the trade's own words, with its meaning, and the moves allowed between them."""

from enum import StrEnum


class AppointmentState(StrEnum):
    REQUESTED = "requested"  # theirs, but staff have to approve it first (confirm mode "staff")
    BOOKED = "booked"
    CONFIRMED = "confirmed"  # the patient said they will come
    ARRIVED = "arrived"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


ACTIVE_APPOINTMENT = (
    AppointmentState.REQUESTED,
    AppointmentState.BOOKED,
    AppointmentState.CONFIRMED,
    AppointmentState.ARRIVED,
    AppointmentState.COMPLETED,
)
"""States in which a visit occupies its provider and room: what the exclusion constraint looks at."""

UPCOMING_APPOINTMENT = (AppointmentState.REQUESTED, AppointmentState.BOOKED, AppointmentState.CONFIRMED)
"""States in which a visit can still be cancelled or replaced."""


class ConfirmMode(StrEnum):
    """Who has the last word on a booking made by text, per appointment type."""

    AUTO = "auto"
    STAFF = "staff"  # staff approve it; the patient hears "we'll confirm shortly" first


class CancelReason(StrEnum):
    """Why a visit was given up; the same words as `nlu.understanding.Reason`, which may not be imported here."""

    SCHEDULE_CONFLICT = "schedule_conflict"
    ILLNESS = "illness"
    TRANSPORTATION = "transportation"
    FORGOT = "forgot"
    FINANCIAL = "financial"
    WEATHER = "weather"
    FAMILY_EMERGENCY = "family_emergency"
    CHANGED_PROVIDER = "changed_provider"
    PRACTICE_CLOSURE = "practice_closure"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    OTHER = "other"


class AnswerTopic(StrEnum):
    """What the clinic can write an answer to; the same words as `nlu.understanding.Topic`."""

    HOURS = "hours"
    ADDRESS = "address"
    PARKING = "parking"
    BRING = "bring"
    INSURANCE = "insurance"
    FEES = "fees"


class OpeningState(StrEnum):
    OPEN = "open"  # free, nobody is being asked
    OFFERING = "offering"  # at least one offer is out
    FILLED = "filled"
    EXPIRED = "expired"  # gave up: left on the staff's board
    WITHDRAWN = "withdrawn"


LIVE_OPENING = (OpeningState.OPEN, OpeningState.OFFERING, OpeningState.EXPIRED)
"""States in which the time is still free: no two of a provider may overlap. An expired one stays on the
staff's board until it starts, so it still counts."""


class FreedBy(StrEnum):
    """Why an opening came free."""

    PATIENT_CANCEL = "patient_cancel"
    STAFF_CANCEL = "staff_cancel"
    NO_SHOW = "no_show"
    RESCHEDULE = "reschedule"
    CASCADE = "cascade"  # the winner of another opening gave up a later visit
    UNDO = "undo"
    NEW_AVAILABILITY = "new_availability"
    PROVIDER_BACK = "provider_back"
    FEED = "feed"
    REMAINDER = "remainder"  # what a shorter visit left of a longer opening


class FilledBy(StrEnum):
    WAITLIST = "waitlist"
    STAFF = "staff"
    WALK_IN = "walk_in"


class EntryState(StrEnum):
    ACTIVE = "active"
    OFFERED = "offered"  # holds at least one open offer
    BOOKED = "booked"
    EXPIRED = "expired"
    REMOVED = "removed"
    DECLINED = "declined"  # wants no more offers


WAITING_ENTRY = (EntryState.ACTIVE, EntryState.OFFERED)


class EntryPriority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    STANDARD = "standard"
    FLEXIBLE = "flexible"


class Referral(StrEnum):
    URGENT = "urgent"
    STANDARD = "standard"


class OfferState(StrEnum):
    """Where an offer stands. `LAPSED` is soft: its yes still counts while the opening is free."""

    QUEUED = "queued"  # written, not yet handed to the carrier: its hold has not begun
    OPEN = "open"  # handed to the carrier; held until `held_until`
    LAPSED = "lapsed"  # the time to answer ran out
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # by staff, by opt-out, or because the opening went away
    LOST = "lost"  # somebody else was first
    UNDELIVERABLE = "undeliverable"


OUTSTANDING_OFFER = (OfferState.QUEUED, OfferState.OPEN)
"""Offers that count as being asked right now."""

ANSWERABLE_OFFER = (OfferState.OPEN, OfferState.LAPSED)
"""Offers to which a yes can still mean something."""


class Channel(StrEnum):
    """A way of reaching a patient."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    VOICE = "voice"  # an automatic call


class AnsweredBy(StrEnum):
    """How an offer was answered."""

    TEXT = "text"
    LINK = "link"  # the one-tap page
    CALL = "call"  # a key pressed in an automatic call
    STAFF = "staff"
    BEFOREHAND = "beforehand"  # the patient agreed to be booked without being asked


class HoldState(StrEnum):
    """What became of a time that was shown to a patient."""

    LIVE = "live"
    BOOKED = "booked"
    RELEASED = "released"  # not chosen, or the minutes ran out


class RunState(StrEnum):
    """A long piece of work that somebody watches."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PromptKind(StrEnum):
    """What the bot is waiting for from a number."""

    OFFER = "offer"  # yes or no to one offer
    LIST = "list"  # a number out of a list
    CONFIRM = "confirm"  # "Just to check: book …?" after an unsure yes
    CANCEL_CONFIRM = "cancel_confirm"  # "Cancel your visit on …?"
    REASON = "reason"  # why a visit was given up, asked once
    JOIN = "join"  # "Want something sooner or later?": yes puts them on the waitlist
    REMINDER = "reminder"
    CODE = "code"


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
    """What the carrier said of it; moves forward only (rank = position in DELIVERY_ORDER)."""

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


class ConsentKind(StrEnum):
    CARE_TEXT = "care_text"
    MARKETING_TEXT = "marketing_text"
    VOICE = "voice"
    EMAIL = "email"


class ConsentSource(StrEnum):
    INTAKE = "intake"
    IMPORT = "import"
    TEXT = "text"  # the patient's own words
    CARRIER = "carrier"  # Twilio's OptOutType, or error 21610
    STAFF = "staff"


class Holder(StrEnum):
    """Who has a conversation."""

    BOT = "bot"
    PERSON = "person"


class EscalationKind(StrEnum):
    EMERGENCY = "emergency"
    ASKED = "asked"  # the patient asked for a person
    NOT_UNDERSTOOD = "not_understood"
    QUESTION = "question"
    WRONG_NUMBER = "wrong_number"
    FAILED = "failed"  # our handling failed, or the model was away too long
    TOO_MANY = "too_many"  # more automatic replies than allowed
    COUNTER = "counter"  # asked for another time
    RESCHEDULE = "reschedule"  # wants to move a visit
    BOOK = "book"  # wants a new visit
    COMPLAINT = "complaint"
    DAY_OF_VISIT = "day_of_visit"  # is here, or is late
    FINANCIAL = "financial"  # gave up a visit over what it costs
    LANGUAGE = "language"  # writes in a language that the bot does not answer in here


class TaskKind(StrEnum):
    MAYBE_CANCEL = "maybe_cancel"  # texted the carrier's CANCEL with a visit ahead
    WRONG_NUMBER = "wrong_number"
    ENTER_IN_SYSTEM = "enter_in_system"
    CALL_PATIENT = "call_patient"
    LOOK_AT = "look_at"
    APPROVE = "approve"  # a booking waits for staff to approve it
    NEW_TIME = "new_time"  # a visit was cancelled by us: find another time


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"


class CancelledBy(StrEnum):
    PATIENT = "patient"
    STAFF = "staff"
    SYSTEM = "system"
    PROVIDER = "provider"


class SenderKind(StrEnum):
    LONG_CODE = "long_code"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    VOICE = "voice"  # automatic calls


class DueKind(StrEnum):
    """Work that is due at a time. One row per kind and subject."""

    OPENING = "opening"  # look at an opening: lapse, ask the next, give up
    HAND_BACK = "hand_back"  # give a conversation back to the bot
    ALERT = "alert"  # alert the on-call list again until someone opens the escalation
    SETTLE = "settle"  # find out what became of a message whose send was never answered
    UNREAD = "unread"  # a message the model could not read yet
    STAFF_CANCEL = "staff_cancel"  # a staff cancel has waited out its undo
    APPROVAL = "approval"  # a booking that staff have not approved in time
    FEED_EVENT = "feed_event"  # an event of a practice system, to be taken in
    WEBHOOK = "webhook"  # an event of ours, to be told to another system
    RESUME = "resume"  # an entry's pause is over
    ENTRY_EXPIRY = "entry_expiry"  # an entry has waited as long as the clinic lets one wait
    HOLD = "hold"  # times shown to a patient are theirs no longer
    MATCHING = "matching"  # the hourly net under the events; subject: the clinic
    SCORES = "scores"  # stored scores are written anew; subject: the clinic
    LEARNING = "learning"  # how the clinic's patients answer offers; subject: the clinic


class UndoKind(StrEnum):
    """What a patient did by text and can take back for a few minutes."""

    BOOKING = "booking"  # subject: the offer, or the hold of a time that was shown
    CANCEL = "cancel"  # subject: the visit
    DECLINE = "decline"  # subject: the offer
    WISHES = "wishes"  # subject: the entry; before: its wishes
    JOINED = "joined"  # subject: the entry
    LEFT = "left"  # subject: the entry
    PAUSED = "paused"  # subject: the entry; before: paused_until
    FEWER_TEXTS = "fewer_texts"  # subject: the patient
    NO_OFFERS = "no_offers"  # subject: the contact point


class Actor(StrEnum):
    BOT = "bot"
    PATIENT = "patient"
    STAFF = "staff"
    CARRIER = "carrier"
    SYSTEM = "system"


class FeedEventType(StrEnum):
    """What a practice system tells; of events of one moment the later in this list counts."""

    BOOKED = "visit.booked"
    MOVED = "visit.moved"
    ARRIVED = "visit.arrived"
    NO_SHOW = "visit.no_show"
    CANCELLED = "visit.cancelled"
    AVAILABILITY = "availability.changed"


class FeedEventState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    PARKED = "parked"  # cannot be taken in: a person has to look; tried again when it is repeated
    CLASHED = "clashed"  # somebody else has that time; tried again when time comes free


class NewsKind(StrEnum):
    """What other systems are told of."""

    REQUESTED = "visit.requested"
    BOOKED = "visit.booked"
    CONFIRMED = "visit.confirmed"
    CANCELLED = "visit.cancelled"


class NewsState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"  # refused for good, or no answer for hours


class PaymentStatus(StrEnum):
    """How a patient's account stands; never used to refuse a visit."""

    OK = "ok"
    LATE = "late"
    COLLECTIONS = "collections"
