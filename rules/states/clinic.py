"""What a clinic decides for itself."""

from enum import StrEnum


class ConfirmMode(StrEnum):
    """Who has the last word on a booking made by text, per appointment type."""

    AUTO = "auto"
    STAFF = "staff"  # staff approve it; the patient hears "we'll confirm shortly" first


class AnswerTopic(StrEnum):
    """What the clinic can write an answer to; the same words as `nlu.understanding.Topic`."""

    HOURS = "hours"
    ADDRESS = "address"
    PARKING = "parking"
    BRING = "bring"
    INSURANCE = "insurance"
    FEES = "fees"


class SenderKind(StrEnum):
    LONG_CODE = "long_code"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    VOICE = "voice"  # automatic calls
    CHAT = "chat"  # the clinic's web chat: no number at all
