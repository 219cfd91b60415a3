"""What a text means as the answer to one question of ours: a yes, half a yes, a no, another time, a wish."""

from zoneinfo import ZoneInfo

from handlers.binding import INVITED
from handlers.decision import Decision, DecisionKind
from handlers.fitting import is_its_time, rules_out
from handlers.guards import OFFERED, Awaited, in_the_way
from handlers.half_yes import comes_another_day, half_a_yes, only_a_time, only_names_it
from handlers.intents import (
    LEAST_SURE,
    LEAST_SURE_OF,
    asks_about_the_clinic,
    asks_rather_than_cancels,
    decision_on,
    reading,
    share_of,
)
from nlu.campaigns import is_interested, is_not_interested
from nlu.refusals import refusal
from nlu.understanding import Intent, Understanding
from nlu.words import pattern, plain
from rules.states import PromptKind

LIKELY_COUNTER = 0.25
"""The same for a counter to an offer whose words speak of a change too."""

LIKELY_NO = 0.3
"""The same for a no to an offer that has a word for it, where nothing is likelier."""

LIKELY_QUESTION = 0.2
"""The same for a question to an offer whose words ask, however little else could be made of it."""

TO_AN_OFFER = {
    DecisionKind.EARLIER: DecisionKind.COUNTER,
    DecisionKind.BOOK: DecisionKind.COUNTER,
    DecisionKind.RESCHEDULE: DecisionKind.COUNTER,
    DecisionKind.THANKS: DecisionKind.CHECK,
    DecisionKind.UNDO: DecisionKind.CHECK,
    DecisionKind.CONFIRM: DecisionKind.CHECK,
    DecisionKind.REASON: DecisionKind.DECLINE,
    DecisionKind.AUTO_BOOK: DecisionKind.CHECK,
}
TO_A_WISH = {
    DecisionKind.UNDO: DecisionKind.DECLINE,
    DecisionKind.CONFIRM: DecisionKind.UNCLEAR,
    DecisionKind.REASON: DecisionKind.DECLINE,
}
TO_A_VISIT = {DecisionKind.COUNTER: DecisionKind.RESCHEDULE, DecisionKind.BOOK: DecisionKind.RESCHEDULE}
MEANS = {
    PromptKind.OFFER: TO_AN_OFFER,
    PromptKind.CONFIRM: TO_AN_OFFER,
    PromptKind.CANCEL_CONFIRM: {
        **TO_A_VISIT,
        DecisionKind.NOT_NOW: DecisionKind.DECLINE,
        DecisionKind.UNDO: DecisionKind.DECLINE,
        DecisionKind.CONFIRM: DecisionKind.CHECK,
        DecisionKind.REASON: DecisionKind.CHECK,
    },
    PromptKind.REMINDER: {**TO_A_VISIT, DecisionKind.REASON: DecisionKind.DECLINE},
    PromptKind.JOIN: {
        **TO_A_WISH,
        DecisionKind.EARLIER: DecisionKind.CONFIRM,
        DecisionKind.PREFERENCES: DecisionKind.CONFIRM,
        DecisionKind.AUTO_BOOK: DecisionKind.CONFIRM,
        DecisionKind.NOT_NOW: DecisionKind.DECLINE,
    },
    PromptKind.KEEP_PLACE: {
        **TO_A_WISH,
        DecisionKind.EARLIER: DecisionKind.CONFIRM,
        DecisionKind.LEAVE_LIST: DecisionKind.DECLINE,
    },
    PromptKind.AUTO_BOOK: {
        **TO_A_WISH,
        DecisionKind.AUTO_BOOK: DecisionKind.CONFIRM,
        DecisionKind.NOT_NOW: DecisionKind.DECLINE,
    },
    PromptKind.CAMPAIGN: {
        **TO_A_WISH,
        DecisionKind.EARLIER: DecisionKind.CHECK,
        DecisionKind.BOOK: DecisionKind.CHECK,
        DecisionKind.COUNTER: DecisionKind.CHECK,
        DecisionKind.PREFERENCES: DecisionKind.CHECK,
        DecisionKind.AUTO_BOOK: DecisionKind.CHECK,
        DecisionKind.RESCHEDULE: DecisionKind.CHECK,
        DecisionKind.CONFIRM: DecisionKind.CHECK,
        DecisionKind.NOT_NOW: DecisionKind.DECLINE,
        DecisionKind.CANCEL: DecisionKind.DECLINE,
        DecisionKind.LEAVE_LIST: DecisionKind.DECLINE,
    },
    PromptKind.RECOVERY: {
        DecisionKind.EARLIER: DecisionKind.COUNTER,
        DecisionKind.BOOK: DecisionKind.COUNTER,
        DecisionKind.PREFERENCES: DecisionKind.COUNTER,
        DecisionKind.RESCHEDULE: DecisionKind.COUNTER,
        DecisionKind.AUTO_BOOK: DecisionKind.CHECK,
        DecisionKind.CONFIRM: DecisionKind.CHECK,
        DecisionKind.CANCEL: DecisionKind.DECLINE,
        DecisionKind.LEAVE_LIST: DecisionKind.DECLINE,
    },
    PromptKind.LEAVE_OUT: {**TO_A_WISH, DecisionKind.NOT_NOW: DecisionKind.DECLINE},
}
"""What some readings mean in the light of what was asked: "anything sooner?" to an offer is another time."""


def answer(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> Decision:
    obstacles = in_the_way(understanding, asked, zone)
    if not obstacles:
        kind = DecisionKind.ACCEPT if asked.kind in OFFERED else DecisionKind.CONFIRM
        return decision_on(kind, understanding, asked, ("every guard agrees",))
    refused = refusal(plain(understanding.text)) if asked.kind in OFFERED else None
    if refused is not None:
        return decision_on(DecisionKind.DECLINE, understanding, asked, (refused,))
    back = _to_an_invitation_back(understanding, asked)
    if back is not None:
        return decision_on(back, understanding, asked, obstacles)
    half = half_a_yes(understanding, asked, zone) or comes_another_day(understanding, asked, zone)
    if half or only_names_it(understanding, asked, zone):
        also = _beside(understanding, asked)
        return decision_on(DecisionKind.CHECK, understanding, asked, obstacles, also=also)
    plainly = _said_to_an_offer(understanding) if asked.kind in OFFERED else None
    kind = plainly or _in_this_light(understanding, asked, zone)
    return decision_on(kind, understanding, asked, obstacles)


def _to_an_invitation_back(understanding: Understanding, asked: Awaited) -> DecisionKind | None:
    """Words that say to an invitation whether they would come, whatever the model makes of them."""
    if asked.kind not in INVITED:
        return None
    if is_not_interested(plain(understanding.text)):
        return DecisionKind.DECLINE
    return DecisionKind.CHECK if is_interested(plain(understanding.text)) else None


def _beside(understanding: Understanding, asked: Awaited) -> tuple[DecisionKind, ...]:
    """What a half yes also says: a question, a wish for another time. To an invitation a time only says which
    one they would like."""
    found: list[DecisionKind] = []
    if asked.kind in INVITED and understanding.times:
        return ()
    if understanding.signals.question:
        found.append(DecisionKind.QUESTION)
    if understanding.signals.change and understanding.times:
        found.append(DecisionKind.COUNTER)
    return tuple(found)


def _in_this_light(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> DecisionKind:
    """What a text that is no yes means as an answer to this question."""
    if asked.kind in OFFERED and _wishes_rule_it_out(understanding, asked, zone):
        return _ruled_out(understanding)
    if asked.kind in OFFERED and _only_a_wish(understanding, asked, zone):
        return DecisionKind.PREFERENCES
    kind = _other_time_wanted(understanding, asked, zone) or reading(understanding)
    if asked.kind not in OFFERED:
        kind = wish_instead(kind, understanding)
    if kind is DecisionKind.CANCEL and _refuses(understanding, asked, zone):
        return DecisionKind.DECLINE
    if kind is DecisionKind.CANCEL and asked.kind is PromptKind.CANCEL_CONFIRM and understanding.exact:
        return DecisionKind.CONFIRM
    if understanding.signals.visit and asked.kind in OFFERED and kind is DecisionKind.RESCHEDULE:
        return kind
    if kind is DecisionKind.UNDO and asked.kind in OFFERED and _says_no(understanding):
        return DecisionKind.DECLINE
    if kind is DecisionKind.UNCLEAR and asked.kind in (*OFFERED, *INVITED):
        kind = _likely(understanding)
    return MEANS.get(asked.kind, {}).get(kind, kind)


def _said_to_an_offer(understanding: Understanding) -> DecisionKind | None:
    """What words alone tell of a text that answers an offer, whatever the model makes of it."""
    if understanding.exact:
        return None
    said = plain(understanding.text)
    agrees = understanding.signals.yes and not understanding.signals.no
    if pattern("clauses", "another_doctor", "another_place").search(said) and not agrees:
        return DecisionKind.COUNTER
    if pattern("clauses", "so_no").search(said) and not understanding.signals.question:
        return DecisionKind.DECLINE
    begins = pattern("clauses", "no_because").match(said) is not None
    settled = understanding.signals.question or understanding.signals.yes or understanding.times
    unread = reading(understanding) in (DecisionKind.UNCLEAR, DecisionKind.REASON)
    return DecisionKind.DECLINE if begins and unread and not settled else None


def _ruled_out(understanding: Understanding) -> DecisionKind:
    """ "I can only do Saturdays" and "no mornings, after 5 please" ask for one; "not on Tuesdays" passes."""
    names_others = pattern("clauses", "names_others").search(plain(understanding.text))
    both = {span.excluded for span in understanding.times} == {True, False}
    return DecisionKind.COUNTER if names_others or both else DecisionKind.DECLINE


def _wishes_rule_it_out(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """A standing wish that the offer cannot meet, and no other time named: it is passed, and the wish is kept."""
    if understanding.exact or understanding.signals.question:
        return False
    dated = any(span.dated and not span.excluded and not span.weekly for span in understanding.times)
    return not dated and rules_out(understanding.preferences, asked, zone)


def _only_a_wish(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """A standing wish that leaves the offer possible ("any day but Friday", to a Tuesday): kept, and the offer
    stays open. A no beside it is a no."""
    if understanding.exact or understanding.signals.question or not understanding.preferences:
        return False
    may_be = (Intent.COUNTER, Intent.PREFERENCES, Intent.OUT_OF_SCOPE, Intent.DECLINE, Intent.REASON)
    if understanding.intent not in may_be or _says_no(understanding):
        return False
    return all(span.excluded or is_its_time(span, asked, zone) for span in understanding.times)


def _says_no(understanding: Understanding) -> bool:
    return pattern("answers", "a_plain_no").search(plain(understanding.text)) is not None


def _refuses(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """ "cant make it" to an offer refuses the offer, unless it names a visit or another time."""
    if asked.kind not in OFFERED or understanding.exact:
        return False
    if understanding.signals.cancel or understanding.signals.visit:
        return False
    return all(is_its_time(span, asked, zone) for span in understanding.times)


def _other_time_wanted(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> DecisionKind | None:
    """Where a no or another time was read, the times themselves tell which of the two it is.

    A time wished for that is not the offered one is a counter. Where times are only ruled out, the offered
    one among them is a decline ("not Tuesdays" to a Tuesday) and otherwise a counter.
    """
    if asked.kind not in OFFERED or not understanding.times or not _speaks_of_change(understanding):
        return None
    if any(not span.excluded and not is_its_time(span, asked, zone) for span in understanding.times):
        return DecisionKind.COUNTER
    ruled_out = [span for span in understanding.times if span.excluded]
    if ruled_out and asked.start is not None:
        refused = any(is_its_time(span, asked, zone) for span in ruled_out)
        return DecisionKind.DECLINE if refused else DecisionKind.COUNTER
    return None


def _speaks_of_change(understanding: Understanding) -> bool:
    """A no or a wish for another time was read; or nothing but a time was said; or the model is unsure and the
    words speak of change."""
    if understanding.exact or asks_about_the_clinic(understanding):
        return False
    if asks_rather_than_cancels(understanding):
        return True
    if understanding.intent in (Intent.DECLINE, Intent.REASON, Intent.COUNTER):
        return True
    unread = understanding.confidence < LEAST_SURE or understanding.intent is Intent.OUT_OF_SCOPE
    unsure = unread and understanding.signals.change
    return unsure or only_a_time(understanding)


def _likely(understanding: Understanding) -> DecisionKind:
    """What an unsure reading most likely is to an offer, where taking it so does no harm."""
    if _likely_counter(understanding):
        return DecisionKind.COUNTER
    asks = understanding.signals.question and not understanding.times
    if asks and share_of(understanding, Intent.QUESTION) >= LIKELY_QUESTION:
        return DecisionKind.QUESTION
    if _gives_a_reason(understanding):
        return DecisionKind.DECLINE
    no, later = share_of(understanding, Intent.DECLINE), share_of(understanding, Intent.NOT_NOW)
    likeliest = understanding.intent in (Intent.DECLINE, Intent.NOT_NOW)
    least = LIKELY_NO if likeliest else LEAST_SURE
    if understanding.signals.no and not understanding.times and no + later >= least:
        return DecisionKind.DECLINE if no >= later else DecisionKind.NOT_NOW
    return DecisionKind.UNCLEAR


def _gives_a_reason(understanding: Understanding) -> bool:
    """ "I have class then" says why not, whether the model calls that a reason or a no."""
    if understanding.intent is not Intent.REASON or understanding.signals.yes or understanding.times:
        return False
    either = share_of(understanding, Intent.REASON) + share_of(understanding, Intent.DECLINE)
    return either >= LEAST_SURE_OF[Intent.REASON]


def _likely_counter(understanding: Understanding) -> bool:
    """A wish for something else, read with little certainty: passing it on does no harm, a yes still counts."""
    likely = understanding.intent is Intent.COUNTER and understanding.confidence >= LIKELY_COUNTER
    elsewhere = pattern("clauses", "looks_elsewhere").search(plain(understanding.text)) is not None
    return (likely and understanding.signals.change) or elsewhere


def wish_instead(kind: DecisionKind, understanding: Understanding) -> DecisionKind:
    """A standing wish where no offer is in question: "no Tuesdays" declines nothing, and "mornings only" asks
    for no time in particular."""
    gives_way = (DecisionKind.UNCLEAR, DecisionKind.COUNTER, DecisionKind.DECLINE, DecisionKind.REASON)
    wish = understanding.preferences
    if kind is DecisionKind.QUESTION and wish.or_provider and not understanding.signals.question:
        return DecisionKind.PREFERENCES
    drops = (
        wish.any_day or wish.any_time or wish.any_provider
    )  # "any doctor is ok": its yes is part of the wish
    if kind in gives_way and wish and (drops or not understanding.signals.yes):
        return DecisionKind.PREFERENCES
    return kind
