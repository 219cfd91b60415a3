"""Trying to make up for a visit that came to nothing: how each attempt went, and how it ended."""

from enum import StrEnum

from rules.states.appointments import RecoveryState


class AttemptChannel(StrEnum):
    """How a patient was asked. The first three are touches of ours, or staff's own words."""

    SMS = "sms"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    CHAT = "chat"  # their own cancel was answered in the web chat
    PHONE = "phone"  # somebody called
    IN_PERSON = "in_person"


class AttemptResult(StrEnum):
    PENDING = "pending"  # nothing has come of it yet
    RESCHEDULED = "rescheduled"
    NO_RESPONSE = "no_response"
    DECLINED = "declined"


class RecoveryEnd(StrEnum):
    """Why nobody tries any more."""

    REBOOKED = "rebooked"
    DECLINED = "declined"  # they would rather not
    OPTED_OUT = "opted_out"
    TIME_UP = "time_up"  # nothing came of it for as long as the clinic tries
    GIVEN_UP = "given_up"  # by staff
    CHANGED_PROVIDER = "changed_provider"
    REPLACED = "replaced"  # another visit serves as well
    NO_LONGER_WANTED = "no_longer_wanted"
    DECEASED = "deceased"


STATE_AFTER = {
    RecoveryEnd.REBOOKED: RecoveryState.RECOVERED,
    RecoveryEnd.DECLINED: RecoveryState.LOST,
    RecoveryEnd.OPTED_OUT: RecoveryState.LOST,
    RecoveryEnd.TIME_UP: RecoveryState.LOST,
    RecoveryEnd.GIVEN_UP: RecoveryState.LOST,
    RecoveryEnd.CHANGED_PROVIDER: RecoveryState.NOT_NEEDED,
    RecoveryEnd.REPLACED: RecoveryState.NOT_NEEDED,
    RecoveryEnd.NO_LONGER_WANTED: RecoveryState.NOT_NEEDED,
    RecoveryEnd.DECEASED: RecoveryState.NOT_NEEDED,
}
"""What each end makes of the visit that was lost."""
