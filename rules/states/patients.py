"""What a patient agreed to, and how their account stands."""

from enum import StrEnum


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


class PaymentStatus(StrEnum):
    """How a patient's account stands; never used to refuse a visit."""

    OK = "ok"
    LATE = "late"
    COLLECTIONS = "collections"
