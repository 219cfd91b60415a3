"""What is asked by text, who has the conversation, and what can be taken back."""

from enum import StrEnum


class PromptKind(StrEnum):
    """What the bot is waiting for from a number."""

    OFFER = "offer"  # yes or no to one offer
    LIST = "list"  # a number out of a list
    CONFIRM = "confirm"  # "Just to check: book …?" after an unsure yes
    CANCEL_CONFIRM = "cancel_confirm"  # "Cancel your visit on …?"
    REASON = "reason"  # why a visit was given up, asked once
    JOIN = "join"  # "Want something sooner or later?": yes puts them on the waitlist
    KEEP_PLACE = "keep_place"  # "Still want an earlier visit?": no answer ends the entry in a week
    AUTO_BOOK = "auto_book"  # "I'll book the first time that fits": yes agrees to it
    LEAVE_OUT = "leave_out"  # "Shall I leave out Tuesdays?"
    REMINDER = "reminder"
    RECOVERY = "recovery"  # "Shall we find you another time?"; subject: the case of a lost visit
    CAMPAIGN = "campaign"  # "Would you like to come back?"; subject: the recipient
    NUMBER = "number"  # in the web chat: the number on file; subject: the message it is asked for
    CODE = "code"  # in the web chat: the code texted to that number; subject: the same message


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
    AUTO_BOOK = "auto_book"  # subject: the entry; before: by entry
