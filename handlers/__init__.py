"""Everything the bot can do, on one page: what was decided × what it answers → the function that does it.

`route` looks for the pair first, then for the decision alone. A new ability is a file beside this one and its
lines here.
"""

from collections.abc import Callable

from handlers import appointments, consent, emergency, fallback, handoff, identity, offers
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
    (Kind.CHECK, None): offers.which,
    (Kind.UNASKED_YES, None): offers.late_yes,
    # A visit the patient cannot keep
    (Kind.CANCEL, None): appointments.ask_to_cancel,
    (Kind.CONFIRM, Asked.CANCEL_CONFIRM): appointments.cancel,
    (Kind.CHECK, Asked.CANCEL_CONFIRM): appointments.ask_again,
    (Kind.DECLINE, Asked.CANCEL_CONFIRM): appointments.keep,
    (Kind.UNASKED_NO, None): appointments.second_thoughts,
    # A number out of a list
    (Kind.CHOICE, Asked.LIST): fallback.choose,
    (Kind.CHECK, Asked.LIST): fallback.not_understood,
    # Consent
    (Kind.STOP, None): consent.stop,
    (Kind.START, None): consent.start,
    (Kind.HELP, None): consent.help_,
    # A person, and what a person must know
    (Kind.HUMAN, None): handoff.human,
    (Kind.QUESTION, None): handoff.question,
    (Kind.COUNTER, None): handoff.other_time,
    (Kind.EMERGENCY, None): emergency.emergency,
    (Kind.WRONG_NUMBER, None): identity.wrong_number,
    # The rest
    (Kind.DECLINE, None): appointments.second_thoughts,
    (Kind.IGNORE, None): fallback.ignore,
    (Kind.UNCLEAR, None): fallback.not_understood,
}


def route(decision: Decision) -> Handler:
    """The handler of a decision. What nobody handles in this light is not understood."""
    asked = decision.awaited.kind if decision.awaited else None
    return TABLE.get((decision.kind, asked)) or TABLE.get((decision.kind, None), fallback.not_understood)
