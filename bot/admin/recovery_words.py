"""The words staff read about lost visits and how they are made up for."""

from collections.abc import Mapping
from textwrap import shorten

from bot.admin import readings, words
from clinic.cancellation_numbers import NOT_SAID
from clinic.recovery_list import Line
from rules.recovery import Step
from rules.recovery_terms import Wording
from rules.states import (
    AttemptChannel,
    AttemptResult,
    CancellationKind,
    CancelReason,
    Channel,
    RecoveryEnd,
    RecoveryState,
)
from storage.queries.recovery import AUTOMATIC, BETWEEN
from storage.tables import RecoveryAttempt

STATES = {
    RecoveryState.PENDING: "Not asked yet",
    RecoveryState.IN_PROGRESS: "Being asked",
    RecoveryState.RECOVERED: "Won back",
    RecoveryState.LOST: "Lost",
    RecoveryState.NOT_NEEDED: "Not needed",
}

LOST = {**words.CANCELLATION, CancellationKind.NO_SHOW: "Missed"}

CHANNELS = {
    AttemptChannel.SMS: "Text",
    AttemptChannel.WHATSAPP: "WhatsApp",
    AttemptChannel.EMAIL: "Email",
    AttemptChannel.CHAT: "Web chat",
    AttemptChannel.PHONE: "Phone call",
    AttemptChannel.IN_PERSON: "In person",
}

WORDINGS = {
    CancellationKind.NO_SHOW: "first, after a missed visit",
    CancellationKind.LATE_CANCEL: "first, after a late cancel",
    CancellationKind.CANCELLED: "first, after a cancel",
    CancellationKind.PRACTICE_CANCEL: "with an apology",
    Wording.AGAIN: "asking again",
    Wording.LAST: "the last of ours",
    "reply": "in answer to their text",
    "staff": "by staff",
}

IN_A_PICTURE = {
    CancellationKind.NO_SHOW: "missed",
    CancellationKind.LATE_CANCEL: "late",
    CancellationKind.CANCELLED: "cancelled",
    CancellationKind.PRACTICE_CANCEL: "apology",
    Wording.AGAIN: "again",
    Wording.LAST: "last",
    "reply": "in answer",
    "staff": "staff",
}
"""The same wordings where there is little room."""

RESULTS = {
    AttemptResult.PENDING: "No answer yet",
    AttemptResult.RESCHEDULED: "Booked again",
    AttemptResult.NO_RESPONSE: "No answer",
    AttemptResult.DECLINED: "Declined",
}

ENDS = {
    RecoveryEnd.REBOOKED: "Booked again",
    RecoveryEnd.DECLINED: "They would rather not",
    RecoveryEnd.OPTED_OUT: "They want no more texts",
    RecoveryEnd.TIME_UP: "Nothing came of it in time",
    RecoveryEnd.GIVEN_UP: "Given up",
    RecoveryEnd.CHANGED_PROVIDER: "They go elsewhere now",
    RecoveryEnd.REPLACED: "Another visit serves as well",
    RecoveryEnd.NO_LONGER_WANTED: "The visit is not needed any more",
    RecoveryEnd.DECEASED: "The patient has died",
}


BY_STAFF = {
    end: said
    for end, said in ENDS.items()
    if end not in (RecoveryEnd.REBOOKED, RecoveryEnd.TIME_UP, RecoveryEnd.OPTED_OUT)
}
"""The ends that staff choose from."""

BY_PERSON = {each: CHANNELS[each] for each in (AttemptChannel.PHONE, AttemptChannel.IN_PERSON)}
"""How staff try themselves, outside the inbox."""

HEARD = {
    AttemptResult.NO_RESPONSE: "Not reached",
    AttemptResult.PENDING: "They think about it",
    AttemptResult.RESCHEDULED: "Booked again",
    AttemptResult.DECLINED: "They would rather not: end it",
}
"""How staff say what an attempt of theirs came to."""

NEXT = {Step.TOUCH: "Next try", Step.CALL: "Somebody is to call", Step.GIVE_UP: "Given up by itself"}


LOOKS = {"open": "May yet be won back", "recovered": "Won back", "lost": "Lost", "not_needed": "Not needed"}

OPENINGS: Mapping[str, str] = {
    CancellationKind.NO_SHOW: "After a missed visit",
    CancellationKind.LATE_CANCEL: "After a late cancel",
    CancellationKind.CANCELLED: "After a cancel",
    CancellationKind.PRACTICE_CANCEL: "After a cancel of ours",
    Wording.AGAIN: "Asking again",
    Wording.LAST: "The last of ours",
}
"""How a text begins, as the form of the sequence names it."""

AUTOMATIC_CALL = "Automatic call"

TEXTED = {
    **{each: CHANNELS[AttemptChannel(each)] for each in (Channel.SMS, Channel.WHATSAPP, Channel.EMAIL)},
    Channel.VOICE: AUTOMATIC_CALL,
}
"""How a text of the sequence may go."""


def channel(name: str) -> str:
    """How attempts are named by channel, in the numbers."""
    return AUTOMATIC_CALL if name == AUTOMATIC else CHANNELS[AttemptChannel(name)]


def how(made: RecoveryAttempt) -> str:
    """By which channel an attempt was made: a call of ours is no call of staff's."""
    automatic = made.channel is AttemptChannel.PHONE and made.touch is not None
    return AUTOMATIC_CALL if automatic else CHANNELS[made.channel]


KINDS = {
    CancellationKind.NO_SHOW: "a missed visit",
    CancellationKind.LATE_CANCEL: "a late cancel",
    CancellationKind.CANCELLED: "a cancel",
    CancellationKind.PRACTICE_CANCEL: "a cancel of ours",
}

SEQUENCE = {
    Wording.LOST: "saying what was lost",
    Wording.AGAIN: "asking again",
    Wording.LAST: "saying that it is the last",
}


def after(hours: int, *, first: bool) -> str:
    """When a text of the sequence goes, after the one before it."""
    if not hours:
        return "at once" if first else "at the same time"
    length = f"{hours} hours" if hours % 24 else "a day" if hours == 24 else f"{hours // 24} days"
    return f"{length} after {'the visit was lost' if first else 'that'}"


def wording(name: str) -> str:
    """What a tally by wording is of; the clinic's own words are quoted."""
    known, own = _parted(name)
    return f"{WORDINGS.get(known, known)}: “{own}”" if own else WORDINGS.get(known, known)


def wording_in_a_picture(name: str) -> str:
    known, own = _parted(name)
    return shorten(own, 28, placeholder="…") if own else IN_A_PICTURE.get(known, known)


def _parted(name: str) -> tuple[str, str]:
    known, _, own = name.partition(BETWEEN)
    return known, own


def group(line: Line) -> str:
    """Under which title an open case stands in the list, who to win back first first."""
    if line.found.cancellation.kind is CancellationKind.PRACTICE_CANCEL:
        return "We cancelled their visit"
    return "To call" if line.found.case.asked_staff_at else "Being asked"


def reason(said: str) -> str:
    """Why a visit was lost, as the numbers name it."""
    if said == NOT_SAID:
        return said
    return readings.REASONS[CancelReason(said)] if said in set(CancelReason) else said
