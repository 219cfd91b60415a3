"""Answers to an offer: yes, perhaps, no, another time, and a yes that comes when nothing is open."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from clinic import (
    acceptance,
    conversations,
    declining,
    messages,
    offer_words,
    offering,
    phrases,
    quieting,
    restoring,
    undo,
    waitlist,
)
from clinic.audit import PATIENT
from clinic.messages import About, about_offer
from clinic.phrases import Words
from handlers import times, web_chat, wishing
from handlers.decide import DecisionKind
from handlers.fitting import rules_out
from handlers.turn import Asking, Reply, Turn, escalate, hand_over, listed, local_now
from nlu.pauses import paused_until
from rules.states import EscalationKind, OfferState, PromptKind, UndoKind
from storage.queries import contacts
from storage.queries.offers import TOLD_IN
from storage.tables import Message, Offer, Opening, WaitlistEntry

ANSWERED_LATE = timedelta(days=7)
"""A yes this long after an offer may still be meant for it."""

LINE = offering.LINE
DECLINE = "decline"
"""What a line of a numbered list points at: `offer:<id>` takes it, `decline:<id>` passes on it."""


def accept(turn: Turn) -> Reply | None:
    """A sure yes: booked, or an honest word why not. A bare one, once other times are shown, is said of those."""
    if times.answers_these(turn, turn.decision.awaited) and not turn.read.times:
        return times.in_words(turn)
    acceptance.accept(turn.tx, turn.conversation, _offer(turn), PATIENT)
    return None


def check(turn: Turn) -> Reply | None:
    """Fairly sure is not sure: asked back, in words that show what was understood."""
    if times.answers_these(turn, turn.decision.awaited):
        return times.in_words(turn)
    offer = _offer(turn)
    other_time = any(one.kind is DecisionKind.COUNTER for one in turn.decision.also)
    return Reply(
        "offer_check_time" if other_time else "offer_check",
        offer_words.words(turn.tx, offer, _opening(turn, offer)),
        about=_about(turn, offer),
        asks=Asking(PromptKind.CONFIRM, offer.id, offer.patient_id),
    )


def unsure_twice(turn: Turn) -> Reply | None:
    """Asked back once and still unsure: a person takes over. The offer stays as it is. Who only asks something
    in between is asked again."""
    if not turn.whole.signals.yes and any(one.kind is DecisionKind.QUESTION for one in turn.decision.also):
        return check(turn)
    return hand_over(turn, EscalationKind.NOT_UNDERSTOOD)


def undecided(turn: Turn) -> Reply | None:
    """They will say later: until when they can, and whether it is held for them alone that long."""
    offer, clinic = _offer(turn), turn.tx.clinic()
    opening = _opening(turn, offer)
    if offer.held_until is None or offer.held_until <= turn.tx.now:
        return Reply("offer_still_open", {"when": phrases.when(opening.starts_at, clinic.timezone)})
    by = phrases.answer_by(offer.held_until, clinic.timezone, turn.tx.now)
    return Reply("offer_kept" if offer_words.truly_held(turn.tx, opening) else "offer_open_until", {"by": by})


def decline(turn: Turn) -> Reply | None:
    """They pass: their place is kept, and the next in line is asked. None of the times shown: the desk looks."""
    if times.answers_these(turn, turn.decision.awaited):
        return times.refuse(turn)
    return pass_on(turn, _offer(turn))


def pass_on(turn: Turn, offer: Offer) -> Reply | None:
    """They pass on this offer; a no that says why ("I work Tuesdays") sharpens what they wish."""
    entries = _entries(turn, offer)
    if turn.read.preferences and entries:
        asked_back = wishing.keep(turn, entries, passing=offer) or times.beside_a_wish(turn, entries)
        _note_why(turn, offer)
        return asked_back or _left(turn, offer)
    return skip(turn, offer)


def skip(turn: Turn, offer: Offer) -> Reply | None:
    """They pass on this offer, and wish nothing else: what else its text offered is still open."""
    declining.decline(turn.tx, offer, PATIENT)
    _note_why(turn, offer)
    left = offer_words.still_open(turn.tx, offer)
    if left is not None:
        return Reply("offer_passed_left", {"left": left})
    passed = Reply("offer_declined", offer_words.words(turn.tx, offer, _opening(turn, offer)))
    weekday = declining.passed_twice_on(turn.tx, offer)
    if weekday is None:
        return passed
    messages.say(turn.tx, turn.conversation, passed.phrase, passed.values)
    return wishing.ask_to_leave_out(offer, weekday)


def pass_on_all(turn: Turn, several: Sequence[Offer]) -> Reply | None:
    """They want none of these; a no that says why ("no, I work Tuesdays") leaves those that its reason does not
    rule out."""
    ruled_out, entries = _ruled_out(turn, several), _entries(turn, several[0])
    if entries and 0 < len(ruled_out) < len(several):
        asked_back = wishing.keep(turn, entries)
        return asked_back or _left(turn, ruled_out[0])
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.LIST)
    *others, last = several
    for offer in others:
        declining.decline(turn.tx, offer, PATIENT)
        _note_why(turn, offer)
    return pass_on(turn, last)


def _left(turn: Turn, offer: Offer) -> Reply | None:
    """What else the text of an offer has offered and is still open; nothing where that is all."""
    left = offer_words.still_open(turn.tx, offer)
    return Reply("left", {"left": left}) if left is not None else None


def _ruled_out(turn: Turn, several: Sequence[Offer]) -> list[Offer]:
    """Those that a wish in the text rules out."""
    asked = {one.subject_id: one for one in turn.awaited if one.kind is PromptKind.OFFER}
    zone, wishes = ZoneInfo(turn.tx.clinic().timezone), turn.read.preferences
    return [offer for offer in several if offer.id in asked and rules_out(wishes, asked[offer.id], zone)]


def _note_why(turn: Turn, offer: Offer) -> None:
    """Why they pass, where they said so."""
    if turn.whole.reason is not None and offer.state is OfferState.DECLINED:
        offer.decline_reason = turn.whole.reason


def counter(turn: Turn) -> Reply | None:
    """Another time is wanted: the next in line is asked, and the times that are free are shown. A standing wish is
    kept; where nothing is free, a single other time is passed to the desk."""
    if times.answers_these(turn, turn.decision.awaited):
        return times.in_words(turn)
    offer = _offer(turn)
    entries = _entries(turn, offer)
    kept = bool(turn.read.preferences and entries)
    asked_back = wishing.keep(turn, entries) if kept else None
    if offer.state is OfferState.OPEN:  # the wish may have ended it
        declining.pass_on(turn.tx, offer, PATIENT)
    conversations.close_prompts(turn.tx, turn.conversation.id, PromptKind.CONFIRM)
    shown = None if asked_back else times.for_offer(turn, offer, _opening(turn, offer))
    if shown or kept:
        return shown or asked_back
    escalate(turn, EscalationKind.COUNTER)
    return Reply(
        "offer_counter", offer_words.words(turn.tx, offer, _opening(turn, offer)), about=_about(turn, offer)
    )


def line(turn: Turn, offer: Offer, opening: Opening) -> Words:
    """An offer as a line of a numbered list."""
    return listed(turn, offer_words.words(turn.tx, offer, opening))


def late_yes(turn: Turn) -> Reply | None:
    """A yes while nothing is open: perhaps after a no, which is asked back; perhaps for an offer that has ended,
    which is then said honestly."""
    if _after_a_no(turn):
        return None
    latest = _latest(turn)
    if latest is None:
        return Reply("nothing_pending")
    acceptance.accept(turn.tx, turn.conversation, latest, PATIENT)
    return None


def _after_a_no(turn: Turn) -> bool:
    """Whether they have just passed on an offer: "no … yes" takes the no back."""
    newest = undo.newest(turn.tx, turn.conversation.id)
    if newest is None or newest.kind is not UndoKind.DECLINE or not undo.in_time(turn.tx, newest):
        return False
    return restoring.put_back(turn.tx, turn.conversation, newest)


def _latest(turn: Turn) -> Offer | None:
    """The newest offer made here, also one that was made anew on another channel since; in a chat whatever was
    offered to the number."""
    here = [turn.conversation.id]
    if web_chat.is_chat(turn.conversation):
        here = [each.id for each in contacts.sharing(turn.tx.session, turn.conversation.address)]
    asked_here = exists().where(
        TOLD_IN,
        Message.conversation_id.in_(here),
        Message.phrase.in_(offering.OFFER_PHRASES),
    )
    return turn.tx.session.scalar(
        select(Offer)
        .where(
            Offer.conversation_id.in_(here) | asked_here,
            Offer.handed_over_at > turn.tx.now - ANSWERED_LATE,
            Offer.state.not_in((OfferState.QUEUED, OfferState.DECLINED)),
        )
        .order_by(Offer.handed_over_at.desc())
        .limit(1)
    )


def _offer(turn: Turn) -> Offer:
    awaited = turn.decision.awaited
    return turn.tx.session.get_one(Offer, awaited.subject_id if awaited else None)


def _opening(turn: Turn, offer: Offer) -> Opening:
    return turn.tx.session.get_one(Opening, offer.opening_id)


def _about(turn: Turn, offer: Offer) -> About:
    return about_offer(offer, _opening(turn, offer).starts_at)


def _entries(turn: Turn, offer: Offer) -> Sequence[WaitlistEntry]:
    """What the patient of an offer waits for; nothing where they have been taken off the list since."""
    return waitlist.waiting_of(turn.tx, [offer.patient_id])


def not_now(turn: Turn) -> Reply | None:
    """Not this time: passed without a mark against them, or paused until the date they named."""
    offer = _offer(turn)
    entries = _entries(turn, offer)
    until = paused_until(turn.read, local_now(turn))
    if until is not None and entries:
        quieting.pause(turn.tx, turn.conversation, entries, until, PATIENT, said=True)
        wishing.keep_beside_a_pause(turn, entries)
        return None
    if turn.read.preferences and entries:
        return wishing.keep(turn, entries, passing=offer, mark=False)
    declining.decline(turn.tx, offer, PATIENT, counts=False)
    _note_why(turn, offer)
    return Reply("offer_not_now", offer_words.words(turn.tx, offer, _opening(turn, offer)))
