"""What other systems tell us and are told."""

from enum import StrEnum


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
    MOVED = "visit.moved"
    NO_SHOW = "visit.no_show"


class NewsState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"  # refused for good, or no answer for hours
