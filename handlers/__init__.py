"""Everything the bot can do, on one page: what was decided × what it answers → the function that does it.

`route` looks for the pair first, then for the decision alone. A new ability is a file beside this one and its
lines here.
"""

from collections.abc import Callable

from handlers import (
    appointments,
    beforehand,
    campaigns,
    consent,
    emergency,
    fallback,
    handoff,
    identity,
    lists,
    moving,
    no_shows,
    offers,
    questions,
    reasons,
    recovery,
    undo,
    waitlist,
    which,
    wishing,
)
from handlers.decide import Decision
from handlers.decide import DecisionKind as Kind
from handlers.turn import Reply, Turn
from rules.states import PromptKind as Asked

Handler = Callable[[Turn], Reply | None]
"""Acts on a turn. None: nothing more is to be said (an operation has said it, or silence is right)."""

TABLE: dict[tuple[Kind, Asked | None], Handler] = {
    # An offer of a freed slot
    (Kind.ACCEPT, Asked.OFFER): offers.accept,
    (Kind.ACCEPT, Asked.CONFIRM): offers.accept,
    (Kind.CHECK, Asked.OFFER): offers.check,
    (Kind.CHECK, Asked.CONFIRM): offers.unsure_twice,
    (Kind.DECLINE, Asked.OFFER): offers.decline,
    (Kind.DECLINE, Asked.CONFIRM): offers.decline,
    (Kind.COUNTER, Asked.OFFER): offers.counter,
    (Kind.COUNTER, Asked.CONFIRM): offers.counter,
    (Kind.NOT_NOW, Asked.OFFER): offers.not_now,
    (Kind.NOT_NOW, Asked.CONFIRM): offers.not_now,
    (Kind.UNDECIDED, None): offers.undecided,
    (Kind.CHECK, None): which.ask,
    (Kind.UNASKED_YES, None): offers.late_yes,
    # A visit the patient cannot keep
    (Kind.CANCEL, None): appointments.ask_to_cancel,
    (Kind.CONFIRM, Asked.CANCEL_CONFIRM): appointments.cancel,
    (Kind.CHECK, Asked.CANCEL_CONFIRM): appointments.ask_again,
    (Kind.CANCEL, Asked.CANCEL_CONFIRM): appointments.cancel_again,
    (Kind.UNCLEAR, Asked.CANCEL_CONFIRM): lists.some_of_them,
    (Kind.DECLINE, Asked.CANCEL_CONFIRM): appointments.keep,
    (Kind.UNASKED_NO, None): appointments.second_thoughts,
    (Kind.REASON, Asked.REASON): reasons.reason,
    (Kind.REASON, None): reasons.unasked,
    (Kind.RESCHEDULE, None): moving.reschedule,
    (Kind.BOOK, None): moving.book,
    # A reminder
    (Kind.CONFIRM, Asked.REMINDER): appointments.confirm,
    (Kind.CONFIRM, None): appointments.coming,
    (Kind.DECLINE, Asked.REMINDER): appointments.cannot_come,
    (Kind.CANCEL, Asked.REMINDER): appointments.cannot_come,
    (Kind.CHOICE, Asked.REMINDER): appointments.reminder_number,
    # An invitation to come back
    (Kind.CONFIRM, Asked.CAMPAIGN): campaigns.interested,
    (Kind.CHECK, Asked.CAMPAIGN): campaigns.interested,
    (Kind.DECLINE, Asked.CAMPAIGN): campaigns.not_interested,
    (Kind.QUESTION, Asked.CAMPAIGN): campaigns.question,
    # After a lost visit
    (Kind.CONFIRM, Asked.RECOVERY): recovery.wanted,
    (Kind.CHECK, Asked.RECOVERY): recovery.wanted,
    (Kind.COUNTER, Asked.RECOVERY): recovery.narrow,
    (Kind.UNCLEAR, Asked.RECOVERY): recovery.narrow,
    (Kind.REASON, Asked.RECOVERY): recovery.explained,
    (Kind.NOT_NOW, Asked.RECOVERY): recovery.not_now,
    (Kind.DECLINE, Asked.RECOVERY): recovery.decline,
    (Kind.QUESTION, Asked.RECOVERY): campaigns.question,
    # Taking back what was done last
    (Kind.UNDO, None): undo.undo,
    # The waitlist
    (Kind.PREFERENCES, None): waitlist.preferences,
    (Kind.STATUS, None): waitlist.status,
    (Kind.EARLIER, None): waitlist.earlier,
    (Kind.CONFIRM, Asked.JOIN): waitlist.join,
    (Kind.CHECK, Asked.JOIN): waitlist.join,
    (Kind.DECLINE, Asked.JOIN): waitlist.not_joining,
    (Kind.CONFIRM, Asked.KEEP_PLACE): waitlist.stay,
    (Kind.CHECK, Asked.KEEP_PLACE): waitlist.stay,
    (Kind.DECLINE, Asked.KEEP_PLACE): waitlist.not_staying,
    (Kind.CONFIRM, Asked.LEAVE_OUT): wishing.leave_out,
    (Kind.CHECK, Asked.LEAVE_OUT): wishing.leave_out,
    (Kind.DECLINE, Asked.LEAVE_OUT): wishing.not_leaving_out,
    # Booked without being asked
    (Kind.AUTO_BOOK, None): beforehand.wanted,
    (Kind.CONFIRM, Asked.AUTO_BOOK): beforehand.agree,
    (Kind.CHECK, Asked.AUTO_BOOK): beforehand.again,
    (Kind.DECLINE, Asked.AUTO_BOOK): beforehand.rather_not,
    (Kind.ASK_FIRST, None): beforehand.ask_first,
    # Hearing less
    (Kind.NOT_NOW, None): waitlist.pause,
    (Kind.LEAVE_LIST, None): waitlist.leave,
    (Kind.FEWER_TEXTS, None): waitlist.fewer_texts,
    (Kind.NO_OFFERS, None): waitlist.no_offers,
    # A line out of a numbered list
    (Kind.CHOICE, Asked.LIST): lists.choose,
    (Kind.CHECK, Asked.LIST): lists.by_words,
    (Kind.COUNTER, Asked.LIST): lists.by_words,
    (Kind.UNCLEAR, Asked.LIST): lists.by_words,
    (Kind.EARLIER, Asked.LIST): lists.earlier,
    (Kind.BOOK, Asked.LIST): lists.book,
    (Kind.RESCHEDULE, Asked.LIST): lists.reschedule,
    (Kind.PREFERENCES, Asked.LIST): lists.preferences,
    (Kind.UNASKED_NO, Asked.LIST): lists.none_of_them,
    # Consent
    (Kind.STOP, None): consent.stop,
    (Kind.PERHAPS_STOP, None): fallback.perhaps_stop,
    (Kind.START, None): consent.start,
    (Kind.HELP, None): consent.help_,
    # A person, and what a person must know
    (Kind.HUMAN, None): handoff.human,
    (Kind.QUESTION, None): questions.answer,
    (Kind.COMPLAINT, None): handoff.complaint,
    (Kind.ARRIVED, None): handoff.day_of_visit,
    (Kind.LATE, None): handoff.day_of_visit,
    (Kind.LEAVING, None): handoff.day_of_visit,
    (Kind.WAS_THERE, None): no_shows.was_there,
    (Kind.COUNTER, None): appointments.other_time,
    (Kind.EMERGENCY, None): emergency.emergency,
    (Kind.WRONG_NUMBER, None): identity.wrong_number,
    # The rest
    (Kind.IGNORE, None): fallback.ignore,
    (Kind.THANKS, None): fallback.ignore,
    (Kind.GREETING, None): fallback.greeting,
    (Kind.UNCLEAR, None): lists.late,
}


def route(decision: Decision) -> Handler:
    """The handler of a decision. What nobody handles in this light is not understood."""
    asked = decision.awaited.kind if decision.awaited else None
    return TABLE.get((decision.kind, asked)) or TABLE.get((decision.kind, None), fallback.not_understood)
