"""What can be decided about a text, and a decision with its why."""

from dataclasses import dataclass
from enum import StrEnum

from handlers.guards import Awaited
from nlu.understanding import TimeSpan, Understanding


class DecisionKind(StrEnum):
    """What to do about a text. `standby read` prints these words."""

    ACCEPT = "accept"  # book the offer now
    CHECK = "check"  # ask back; `awaited` is None where we must ask which of several was meant
    CONFIRM = (
        "confirm"  # a sure yes to "Cancel your visit?", to a reminder or to an invitation; or they will come
    )
    DECLINE = "decline"
    NOT_NOW = "not_now"  # not this time, or not until a date
    UNDO = "undo"  # takes back what was done last
    UNDECIDED = "undecided"  # will say later whether they take an offer
    COUNTER = "counter"  # wants another time
    PREFERENCES = "preferences"  # a standing wish
    QUESTION = "question"
    CANCEL = "cancel"  # wants to give up a visit
    REASON = "reason"  # why a visit is given up
    RESCHEDULE = "reschedule"
    BOOK = "book"  # wants a new visit
    STATUS = "status"
    EARLIER = "earlier"  # wants something sooner, or a place on the waitlist
    AUTO_BOOK = "auto_book"  # wants to be booked without being asked
    ASK_FIRST = "ask_first"  # wants to be asked after all
    LEAVE_LIST = "leave_list"
    FEWER_TEXTS = "fewer_texts"
    NO_OFFERS = "no_offers"
    ARRIVED = "arrived"
    LATE = "late"
    WAS_THERE = "was_there"  # came to a visit that counts as missed
    LEAVING = "leaving"  # was here, and goes or went before being seen
    THANKS = "thanks"
    GREETING = "greeting"
    COMPLAINT = "complaint"
    CHOICE = "choice"  # a number out of a list; the number is in the understanding
    HUMAN = "human"
    WRONG_NUMBER = "wrong_number"
    STOP = "stop"
    PERHAPS_STOP = "perhaps_stop"  # may want no more texts: nothing is ended, and they hear how to
    START = "start"
    HELP = "help"
    EMERGENCY = "emergency"
    UNASKED_YES = "unasked_yes"  # as sure as an accept, but nothing is awaited: a late yes may be honoured
    UNASKED_NO = "unasked_no"
    IGNORE = "ignore"  # a machine's reply, or a tapback where nothing is asked
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, about which open question, and why.

    `why` names the guards that stood in the way of a yes, or the rule that settled it. `also` holds further
    things said in the same text, each a decision of its own. `times` are the dates and times said, exclusions
    included. `read` is what it was decided from: the whole text, or one clause of it.
    """

    kind: DecisionKind
    awaited: Awaited | None = None
    why: tuple[str, ...] = ()
    times: tuple[TimeSpan, ...] = ()
    also: tuple["Decision", ...] = ()
    read: Understanding | None = None
