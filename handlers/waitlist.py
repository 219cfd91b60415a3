"""The waitlist by text: joining, wishes, status, pausing, fewer offers, leaving."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from clinic import (
    conversations,
    enrolment,
    expiry,
    messages,
    next_best,
    phrases,
    quieting,
    recovery_cases,
    restoring,
    undo,
)
from clinic import joining as joined
from clinic import waitlist as waiting
from clinic.audit import PATIENT
from handlers import appointments, joining, standing, times, visits, wishing
from handlers.naming import named, named_type
from handlers.turn import Asking, Reply, Turn, answered, local_now
from handlers.whom import entries_meant, patients_meant
from nlu.optout import offers_a_week, wants_back_on
from nlu.pauses import paused_until
from nlu.words import plain
from rules.states import WAITING_ENTRY, OfferState, PromptKind, UndoKind
from storage.tables import Offer, WaitlistEntry

LEAVE = "leave"
"""What a line of a numbered list points at: whose place is given up."""

A_MONTH = timedelta(days=30)
"""How long a pause is where no day was named."""


def preferences(turn: Turn) -> Reply | None:
    """A standing wish is kept on their entries, and said back in words. Who waits for nothing yet is asked
    whether they would like to; said in answer to that question, it is a yes. "Can't make it Wednesday" of a visit
    on Wednesday gives that up."""
    if turn.decision.awaited is None and visits.cannot_come(turn):
        return appointments.cannot_make_it(turn)
    prompt = joining.asked(turn)
    if prompt is not None:
        return joining.answer(turn, prompt)
    entries = entries_meant(turn)
    if entries:
        return (
            _keep(turn, entries)
            if turn.read.preferences or wishing.stated_in(turn)
            else Reply("wishes_which")
        )
    if turn.conversation.id in turn.tx.said:
        return None  # said along with a yes: it speaks of the visit they have just got
    return wishing.offer_to_join(turn, wishing.stated_in(turn))


def _keep(turn: Turn, entries: Sequence[WaitlistEntry]) -> Reply | None:
    """Keep the wish. An offer that still fits stays open, and they hear so; a day asked for besides is shown."""
    asked_back = wishing.keep(turn, entries) or times.beside_a_wish(turn, entries)
    awaited = turn.decision.awaited
    if asked_back is not None or awaited is None or awaited.kind is not PromptKind.OFFER:
        return asked_back
    offer = turn.tx.session.get_one(Offer, awaited.subject_id)
    if offer.state is not OfferState.OPEN or awaited.start is None:
        return None
    return Reply("offer_still_open", {"when": phrases.when(awaited.start, turn.tx.clinic().timezone)})


def status(turn: Turn) -> Reply | None:
    """Where they stand: coming visits, place on the list, an honest wait."""
    standing.tell(turn, named(turn) or turn.patients)
    return None


def earlier(turn: Turn) -> Reply | None:
    """They want something sooner: they join the list, or are told that they are on it. Offers that were paused or
    switched off come again. Who names a type of visit speaks of that. Who waits is offered the next best, else
    shown what is free."""
    if _left_just_now(turn):
        return None
    patients, kind = patients_meant(turn), named_type(turn)
    entries = [each for each in entries_meant(turn) if kind is None or each.type_id == kind.id]
    again = joining.offers_welcome(turn, entries)
    still_out = [each for each in patients if each.id not in {entry.patient_id for entry in entries}]
    if not entries or (still_out and named(turn)):
        return joining.start(turn, still_out)
    if turn.read.preferences:
        return wishing.keep(turn, entries)
    claimed = [entry for entry in entries if enrolment.claim(turn.tx, entry, PATIENT)]
    for entry in claimed:  # they had not known that they were on the list
        joined.say_joined(turn.tx, turn.conversation, entry)
    unasked = [
        each
        for each in entries
        if next_best.offer(turn.tx, turn.conversation, waiting.lock(turn.tx, each.id)) is None
    ]
    if again or claimed or not unasked:
        return None
    shown = times.sooner(turn, entries[0]) if len(entries) == 1 else None
    for entry in unasked if shown is None else ():
        line = standing.place(turn, entry)
        messages.say(turn.tx, turn.conversation, "already_waiting", {"line": line})
    return shown


def _left_just_now(turn: Turn) -> bool:
    """ "Put me back on" soon after leaving takes that back: they keep their place."""
    if not wants_back_on(plain(turn.read.text)):
        return False
    left = undo.newest(turn.tx, turn.conversation.id)
    if left is None or left.kind is not UndoKind.LEFT or not undo.in_time(turn.tx, left):
        return False
    return restoring.put_back(turn.tx, turn.conversation, left)


def join(turn: Turn) -> Reply | None:
    """A yes to "Want something sooner or later?"."""
    prompt = answered(turn)
    return joining.answer(turn, prompt)


def not_joining(turn: Turn) -> Reply | None:
    """A no to it. Asked about a visit they have given up, it is a no to any other time for that."""
    prompt = answered(turn)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.JOIN)
    if prompt.subject_id is not None:
        recovery_cases.declined(turn.tx, prompt.subject_id)
    return Reply("not_joining")


def stay(turn: Turn) -> Reply | None:
    """A yes to "Still want an earlier visit?"."""
    entry = _asked_whether_to_stay(turn)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.KEEP_PLACE)
    return None if expiry.stay(turn.tx, turn.conversation, entry.id, PATIENT) else Reply("not_waiting")


def not_staying(turn: Turn) -> Reply | None:
    """A no to it: off the list."""
    entry = _asked_whether_to_stay(turn)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.KEEP_PLACE)
    if entry.state not in WAITING_ENTRY:
        return Reply("not_waiting")
    quieting.leave(turn.tx, turn.conversation, [entry], PATIENT)
    return None


def _asked_whether_to_stay(turn: Turn) -> WaitlistEntry:
    awaited = turn.decision.awaited
    return turn.tx.session.get_one(WaitlistEntry, awaited.subject_id if awaited else None)


def pause(turn: Turn) -> Reply | None:
    """Not now: nothing is offered until the day they named, or for a month. A wish without a day is no pause."""
    entries = entries_meant(turn)
    if not entries:
        return Reply("not_waiting")
    now = local_now(turn)
    until = paused_until(turn.read, now)
    if until is None and turn.read.preferences:
        return preferences(turn)
    day = until or (now + A_MONTH).date()
    quieting.pause(turn.tx, turn.conversation, entries, day, PATIENT, said=until is not None)
    wishing.keep_beside_a_pause(turn, entries)
    return None


def leave(turn: Turn) -> Reply | None:
    """Off the waitlist. Their visits stay. Of a family that waits we ask who."""
    entries = entries_meant(turn)
    if not entries:
        return Reply("not_waiting")
    who = list(dict.fromkeys(entry.patient_id for entry in entries))
    if len(who) > 1:
        names = phrases.numbered([each.first_name for each in turn.patients if each.id in who])
        options = tuple(f"{LEAVE}:{each.id}" for each in turn.patients if each.id in who)
        return Reply("leave_who", {"options": names}, asks=Asking(PromptKind.LIST, options=options))
    quieting.leave(turn.tx, turn.conversation, entries, PATIENT)
    return None


def leave_of(turn: Turn, patient_id: UUID) -> Reply | None:
    """This one of the family gives up their place."""
    entries = waiting.waiting_of(turn.tx, [patient_id])
    if not entries:
        return Reply("not_waiting")
    quieting.leave(turn.tx, turn.conversation, entries, PATIENT)
    return None


def fewer_texts(turn: Turn) -> Reply | None:
    """Fewer offers: their own cap, below the clinic's; as many as they say, else one."""
    a_week = offers_a_week(plain(turn.read.text)) or quieting.FEWER
    quieting.fewer(turn.tx, turn.conversation, patients_meant(turn), a_week, PATIENT)
    return None


def no_offers(turn: Turn) -> Reply | None:
    """No more offers; reminders and answers still come."""
    quieting.no_offers(turn.tx, turn.conversation, PATIENT)
    return None
