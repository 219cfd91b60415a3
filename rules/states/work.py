"""What is to be done, by us at a time or by staff, and who did it."""

from enum import StrEnum


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
    ENROLMENT = "enrolment"  # who has a later visit waits for an earlier one; subject: the type
    HOLD = "hold"  # times shown to a patient are theirs no longer
    MATCHING = "matching"  # the hourly net under the events; subject: the clinic, or a run that was asked for
    SCORES = "scores"  # stored scores are written anew; subject: the clinic, or such a run
    DISPLACED = "displaced"  # times shown instead of a visit we cancelled are over; subject: the visit
    NO_SHOWS = "no_shows"  # whoever has not come within the grace is written down; subject: the clinic
    REMINDERS = "reminders"  # visits whose reminder is due; subject: the clinic
    REMINDER_AGAIN = "reminder_again"  # a reminder did not arrive; subject: the message
    LEARNING = "learning"  # how the clinic's patients answer offers; subject: the clinic
    FORESEEING = "foreseeing"  # how likely coming visits are to be missed; subject: the clinic
    RISK = "risk"  # who may drop out of care; subject: the clinic
    RECOVERY = "recovery"  # what is next to be tried about a lost visit; subject: the case
    DROPOUTS = "dropouts"  # what the past teaches of who drops out; subject: the clinic
    CHATS = "chats"  # old chats and codes are deleted; subject: the clinic
    CAMPAIGN = "campaign"  # a campaign gathers its recipients, sends on, ends; subject: the campaign


class TaskKind(StrEnum):
    MAYBE_CANCEL = "maybe_cancel"  # texted the carrier's CANCEL with a visit ahead
    WRONG_NUMBER = "wrong_number"
    ENTER_IN_SYSTEM = "enter_in_system"
    CALL_PATIENT = "call_patient"
    LOOK_AT = "look_at"
    APPROVE = "approve"  # a booking waits for staff to approve it
    WHO_CAME = "who_came"  # visits whose time has come, and nobody says whether the patient has
    RECOVERY = "recovery"  # our texts about a lost visit came to nothing: call
    NEW_TIME = "new_time"  # a visit was cancelled by us: find another time


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"


class Actor(StrEnum):
    BOT = "bot"
    PATIENT = "patient"
    STAFF = "staff"
    CARRIER = "carrier"
    SYSTEM = "system"


class RunState(StrEnum):
    """A long piece of work that somebody watches."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
