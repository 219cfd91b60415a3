"""The words staff read for every status and kind, in one place. Plain, and no longer than they must be."""

from babel import Locale, UnknownLocaleError

from rules.permissions import Role
from rules.policy import WEEKDAY_NAMES
from rules.states import (
    AnswerTopic,
    AppointmentState,
    CampaignState,
    CancellationKind,
    Channel,
    DeliveryState,
    EntryPriority,
    EntryState,
    EscalationKind,
    FreedBy,
    LeftOut,
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
}
"""Why an entry that came with a later visit left the list again, beside what staff can choose."""

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

CAMPAIGNS = {
    CampaignState.DRAFT: "Draft",
    CampaignState.SCHEDULED: "Scheduled",
    CampaignState.ACTIVE: "Sending",
    CampaignState.PAUSED: "Paused",
    CampaignState.COMPLETED: "Completed",
    CampaignState.CANCELLED: "Cancelled",
}

LEFT_OUT = {
    LeftOut.NO_TEXT: "are not to be texted about",
    LeftOut.BAD_NUMBER: "have no number that works",
    LeftOut.OPTED_OUT: "said STOP",
    LeftOut.NO_CONSENT: "did not agree to news",
    LeftOut.UPCOMING_VISIT: "have a visit coming",
    LeftOut.RECENTLY_CONTACTED: "had a campaign lately",
    LeftOut.SAME_NUMBER: "share a phone with somebody who gets it",
}
"""Of those who fit, so many …"""

NOTES = {
    "campaign-kept": "Kept as a draft. Nothing is sent before it is launched.",
    "campaign-launched": "Launched. It goes out in its hours.",
    "campaign-changed": "Not launched: the number of recipients has changed, or there are none. Look at it again.",
    "campaign-tried": "The test is on its way to your phone.",
    "campaign-no-phone": "No test was sent: there is no phone number of yours on file.",
    "campaign-pause": "Paused. What the carrier has got is on its way; nothing more goes out.",
    "campaign-resume": "It goes on where it stopped. Nobody gets a text twice.",
    "campaign-cancel": "Cancelled. Answers to what has gone still count.",
    "campaign-not-so": "It had come to another state meanwhile, so nothing was changed.",
    "offering": "The next in line is being asked.",
    "offered": "The offer is on its way.",
    "offered-some": "Offered in part: the rest is taken, or a rule forbids it. Below is what they are asked.",
    "all-offered": "The offers are on their way.",
    "some-offered": "Some offers are on their way. Of the rest the slot is gone, or a rule forbids it.",
    "none-offered": "Nothing was sent: they were asked already, or a rule forbids it.",
    "nothing-chosen": "Nothing was chosen, so nothing is sent.",
    "choose-one": "Not booked: choose the one time that they come.",
    "booked-told": "Booked, and the patient gets a text. Whoever else was asked is told.",
    "not-offered": "Not offered: the slot or the patient is not free for it any more.",
    "withdrawn": "The slot is taken off the board. Whoever was asked is told.",
    "offer-withdrawn": "That offer is taken back.",
    "not-withdrawn": "Nothing to take back: that offer is answered or over already.",
    "extended": "They have longer to answer. Nobody else is asked sooner for it.",
    "not-extended": "Not longer: they are not being asked any more, or have until we stop asking already.",
    "skipped": "Skipped for this slot. They keep their place for every other.",
    "not-skipped": "Not skipped: the slot is gone, or they had their say about it already.",
    "put-back": "In line for this slot again.",
    "not-put-back": "Not put back: the slot is gone, or they were asked about it.",
    "stopped": "Automatic offers are stopped for this slot. Whoever is being asked can still answer.",
    "going-on": "Automatic offers go on: the next in line is asked.",
    "not-changed": "Nothing to change: somebody was quicker, or the slot is gone.",
    "walked-in": "Booked for whoever walked in. Whoever else was asked is told.",
    "filled": "Booked. Whoever else was asked is told.",
    "not-filled": "Not booked: that time is taken already.",
    "cancelled": "The visit is cancelled and its time is free.",
    "cancelled-told": "The visit is cancelled, its time is free, and the patient gets a text.",
    "cancelling": "The visit is about to be cancelled. Until then you can undo it.",
    "kept": "The visit stays as it is.",
    "not-kept": "Too late: the visit is cancelled already.",
    "not-cancelled": "Nothing to cancel: that visit has begun or is cancelled already.",
    "fee-waived": "Waived. It stays on the list, with the reason.",
    "fee-not-waived": "Nothing to waive: it was waived already, or nothing is owed any more.",
    "say-why": "Not waived: say why.",
    "risk-reviewed": "Reviewed.",
    "risk-intervened": "Written down.",
    "risk-went": "Written down.",
    "say-what": "Not written down: say what is done.",
    "recovery-texted": "The next text goes out now, or when their allowed hours come.",
    "not-texted": "Not texted: a text is on its way, none of the sequence is left, or nobody tries any more.",
    "recovery-paused": "They are left alone until then.",
    "recovery-tried": "Written down.",
    "recovery-ended": "Ended. Nobody asks them any more.",
    "recovery-over": "Nothing to do: nobody tries any more, it came to an end meanwhile.",
    "task-done": "Done.",
    "paused": "Automatic texts are paused until somebody resumes them.",
    "provider-paused": "Automatic offers for that provider are paused until somebody resumes them.",
    "resumed": "Resumed. What is still of use goes out now.",
    "day-closed": "The day is closed. Patients are texted; whom no text reaches in time is in the to-do list.",
    "arrived": "Noted: they are here.",
    "not-arrived": "Nobody can come to that visit any more: it is over in another way.",
    "missed": "Noted as a no-show. Undo it here if they come after all.",
    "not-missed": "No no-show: the visit has not begun, or is over in another way.",
    "came": "Taken back: they came.",
    "not-came": "Not taken back: somebody else has that time.",
    "approved": "Approved. The patient is told.",
    "refused": "Refused. The patient is told kindly, and the time is offered on.",
    "not-waiting": "That booking does not wait for an answer any more.",
    "reminded": "A reminder is on its way, in the patient’s allowed hours.",
    "not-reminded": "No reminder: one is on its way already, or the patient cannot be texted about that visit.",
    "marked": "Noted. Somebody reviews such texts before anything is learnt from them.",
    "unmarked": "Taken back.",
    "answer-saved": "Saved. Patients get this from now on.",
    "answer-removed": "Taken back.",
    "entry-commented": "Noted.",
    "entry-added": "On the list. Free slots that suit are being looked at.",
    "entry-changed": "Saved. Free slots are matched against it at once.",
    "entry-paused": "Paused: nothing is offered until then.",
    "entry-resumed": "The pause is over.",
    "entry-removed": "Taken off the list. Whatever they were being asked goes to the next in line.",
    "sent": "Your reply is on its way.",
    "taken": "This conversation is yours.",
    "handed-back": "The bot has this conversation again.",
    "seen": "Alerts for this conversation have stopped.",
    "empty": "There was nothing to send.",
}
"""What an action says afterwards, by the word it leaves in the address. Never anything about a patient."""


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
