"""STOP, START and HELP in a patient's own words."""

from clinic import consent, phrases, quieting, waitlist
from clinic.audit import CARRIER, PATIENT
from handlers import waitlist as on_the_list
from handlers.turn import Reply, Turn
from nlu.optout import wants_back_on
from nlu.words import plain
from rules.channels import channel_of
from rules.states import Channel, Holder

CARRIER_WORDS = frozenset(
    ("stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "start", "unstop", "help", "info")
)
"""A text that is just one of these has been answered by the carrier itself. CANCEL is not among them: where
the carrier has taken it, our next text is refused with 21610 and the opt-out is recorded then."""


def stop(turn: Turn) -> Reply | None:
    """No more texts. The carrier's own word: recorded, nothing sent. Any other wording: one confirmation."""
    if _carrier_answered(turn):
        consent.opt_out(turn.tx, turn.conversation, PATIENT, by_carrier=True)
        return None
    first = consent.opt_out(turn.tx, turn.conversation, PATIENT)
    return Reply("stop_done", {"clinic": turn.tx.clinic().short_name}) if first else None


def start(turn: Turn) -> Reply | None:
    """Texts again, and offers too. Where the carrier blocks the number only its own START lifts that. Who has
    stopped nothing and would be put back on means the waitlist."""
    if _back_on_the_list(turn):
        return on_the_list.earlier(turn)
    _offers_too(turn)
    lifted = consent.opt_in(turn.tx, turn.conversation, PATIENT, by_carrier=_carrier_answered(turn))
    if not lifted or _carrier_answered(turn):
        return None
    return Reply("start_done", {"clinic": turn.tx.clinic().short_name})


def _back_on_the_list(turn: Turn) -> bool:
    """Asked of us, not of a person who has the conversation, by a patient whose texts were never stopped."""
    if not turn.patients or turn.conversation.holder is Holder.PERSON:
        return False
    stopped = consent.opted_out(turn.tx, turn.conversation.address)
    return not stopped and wants_back_on(plain(turn.read.text))


def help_(turn: Turn) -> Reply | None:
    """Who texts, about what, how to reach a person and how to stop it, as the law asks."""
    if _carrier_answered(turn):
        return None
    clinic = turn.tx.clinic()
    return Reply("help", {"clinic": clinic.name, "phone": phrases.phone(clinic.phone)})


def by_carrier(turn: Turn) -> bool:
    """Take in what the carrier did by itself. True: there is nothing more to do with the text."""
    kind = turn.message.opt_out_type
    if kind == "STOP":
        consent.stopped_by_carrier(turn.tx, turn.conversation, CARRIER)
    elif kind == "START" and _says_yes(turn):
        # The carrier takes YES for START; we do not: it answers an offer, and brings nobody's texts back.
        consent.carrier_lets_through(turn.tx, turn.conversation, CARRIER)
        return False
    elif kind == "START":
        _offers_too(turn)
        consent.opt_in(turn.tx, turn.conversation, CARRIER, by_carrier=True)
    return kind in ("STOP", "START", "HELP")


def _offers_too(turn: Turn) -> None:
    """START brings back offers that were switched off or paused; after a STOP it ends that, and a pause stays."""
    stopped = consent.opted_out(turn.tx, turn.conversation.address)
    entries = () if stopped else waitlist.waiting_of(turn.tx, turn.patient_ids)
    quieting.start_again(turn.tx, turn.conversation, entries, PATIENT)


def _says_yes(turn: Turn) -> bool:
    return turn.read.text.strip().lower().startswith("yes")


def hint(turn: Turn) -> Reply | None:
    """From a number that opted out: how to come back, once in 24 hours, and nothing else."""
    return Reply("start_hint") if consent.may_hint_start(turn.tx, turn.conversation.address) else None


def _carrier_answered(turn: Turn) -> bool:
    """Whether the carrier has said something to this by itself. No carrier knows of a chat."""
    if channel_of(turn.conversation.address) is Channel.CHAT:
        return False
    return turn.message.opt_out_type is not None or turn.read.text.strip().lower() in CARRIER_WORDS
