"""Freed time, those who wait for it, and what they are offered."""

from enum import StrEnum


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
