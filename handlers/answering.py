"""What a text means as the answer to one question of ours: a yes, half a yes, a no, another time, a wish."""

from zoneinfo import ZoneInfo

from handlers.binding import OFFERED
from handlers.decision import Decision, DecisionKind
from handlers.fitting import rules_out
from handlers.guards import Awaited, covers, in_the_way
from nlu.understanding import Intent, TimeSpan, Understanding
from nlu.words import pattern, plain, words
from rules.states import PromptKind

LEAST_SURE = 0.45
"""The share the model must give its first reading before we act on it. Nothing is booked by this alone."""


LIKELY_COUNTER = 0.25
"""The same for a counter to an offer whose words speak of a change too."""

LIKELY_QUESTION = 0.2
"""The same for a question to an offer whose words ask, however little else could be made of it."""

SURE_COUNTER = 0.6
"""The share from which a wish for something else stands, whatever words of a yes are in it ("I like it but
earlier"). Where another time is named ("book me for 11") LEAST_SURE is enough."""

SURE_QUESTION = 0.6
"""The same for a question with no firm word for yes ("ok and where is it")."""

SURE_CANCEL = 0.8
"""The same for a cancel that is put as a question and holds no word for cancelling or for not coming."""

PLAIN = (
    Intent.LEAVE_LIST,
    Intent.NO_OFFERS,
    Intent.FEWER_TEXTS,
    Intent.STATUS,
    Intent.HUMAN,
    Intent.COMPLAINT,
    Intent.UNDO,
)
PLAINLY = 0.9
"""Read with this share, these are no half yes, whatever words of a yes are in them ("take me off the list")."""

ALWAYS = {
    Intent.EMERGENCY: DecisionKind.EMERGENCY,
    Intent.STOP: DecisionKind.STOP,
    Intent.START: DecisionKind.START,
    Intent.HELP: DecisionKind.HELP,
    Intent.WRONG_NUMBER: DecisionKind.WRONG_NUMBER,
    Intent.AUTO_REPLY: DecisionKind.IGNORE,
    Intent.TAPBACK_OTHER: DecisionKind.IGNORE,
    Intent.EMPTY: DecisionKind.UNCLEAR,
}
"""Intents of the exact rules that mean the same whatever is awaited."""

READ = {
    Intent.DECLINE: DecisionKind.DECLINE,
    Intent.NOT_NOW: DecisionKind.NOT_NOW,
    Intent.UNDO: DecisionKind.UNDO,
    Intent.COUNTER: DecisionKind.COUNTER,
    Intent.PREFERENCES: DecisionKind.PREFERENCES,
    Intent.QUESTION: DecisionKind.QUESTION,
    Intent.CANCEL: DecisionKind.CANCEL,
    Intent.REASON: DecisionKind.REASON,
    Intent.CONFIRM: DecisionKind.CONFIRM,
    Intent.RESCHEDULE: DecisionKind.RESCHEDULE,
    Intent.BOOK: DecisionKind.BOOK,
    Intent.STATUS: DecisionKind.STATUS,
    Intent.EARLIER: DecisionKind.EARLIER,
    Intent.AUTO_BOOK: DecisionKind.AUTO_BOOK,
    Intent.ASK_FIRST: DecisionKind.ASK_FIRST,
    Intent.LEAVE_LIST: DecisionKind.LEAVE_LIST,
    Intent.FEWER_TEXTS: DecisionKind.FEWER_TEXTS,
    Intent.NO_OFFERS: DecisionKind.NO_OFFERS,
    Intent.ARRIVED: DecisionKind.ARRIVED,
    Intent.LATE: DecisionKind.LATE,
    Intent.LEAVING: DecisionKind.LEAVING,
    Intent.THANKS: DecisionKind.THANKS,
    Intent.GREETING: DecisionKind.GREETING,
    Intent.COMPLAINT: DecisionKind.COMPLAINT,
    Intent.HUMAN: DecisionKind.HUMAN,
    Intent.EMERGENCY: DecisionKind.HUMAN,  # not sure enough for the safety message, too likely for a machine
}
"""What the model reads. Of emergencies it is surer before we say so: handlers.decide.SURE_ALARM."""

LEAST_SURE_OF = {
    Intent.AUTO_BOOK: 0.7,
    Intent.NO_OFFERS: 0.8,
    Intent.LEAVE_LIST: 0.7,
    Intent.REASON: 0.6,
    Intent.EMERGENCY: 0.5,
}
"""More is wanted where acting on a misreading costs more."""


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
    PromptKind.LEAVE_OUT: {**TO_A_WISH, DecisionKind.NOT_NOW: DecisionKind.DECLINE},
}
"""What some readings mean in the light of what was asked: "anything sooner?" to an offer is another time."""


def answer(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> Decision:
    obstacles = in_the_way(understanding, asked, zone)
    if not obstacles:
        kind = DecisionKind.ACCEPT if asked.kind in OFFERED else DecisionKind.CONFIRM
        return decision_on(kind, understanding, asked, ("every guard agrees",))
    half = _half_a_yes(understanding, asked, zone) or _comes_another_day(understanding, asked, zone)
    if half or _only_names_it(understanding, asked, zone):
        return decision_on(DecisionKind.CHECK, understanding, asked, obstacles, also=_beside(understanding))
    return decision_on(_in_this_light(understanding, asked, zone), understanding, asked, obstacles)


def _in_this_light(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> DecisionKind:
    """What a text that is no yes means as an answer to this question."""
    if asked.kind in OFFERED and _wishes_rule_it_out(understanding, asked, zone):
        return DecisionKind.DECLINE
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
    if kind is DecisionKind.UNCLEAR and asked.kind in OFFERED:
        kind = _likely(understanding)
    return MEANS.get(asked.kind, {}).get(kind, kind)


def _likely(understanding: Understanding) -> DecisionKind:
    """What an unsure reading most likely is to an offer, where taking it so does no harm."""
    if _likely_counter(understanding):
        return DecisionKind.COUNTER
    asks = understanding.signals.question and not understanding.times
    if asks and share_of(understanding, Intent.QUESTION) >= LIKELY_QUESTION:
        return DecisionKind.QUESTION
    no, later = share_of(understanding, Intent.DECLINE), share_of(understanding, Intent.NOT_NOW)
    if understanding.signals.no and not understanding.times and no + later >= LEAST_SURE:
        return DecisionKind.DECLINE if no >= later else DecisionKind.NOT_NOW
    return DecisionKind.UNCLEAR


def _likely_counter(understanding: Understanding) -> bool:
    """A wish for something else, read with little certainty: passing it on does no harm, a yes still counts."""
    likely = understanding.intent is Intent.COUNTER and understanding.confidence >= LIKELY_COUNTER
    elsewhere = pattern("clauses", "looks_elsewhere").search(plain(understanding.text)) is not None
    return (likely and understanding.signals.change) or elsewhere


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
    return all(span.excluded or _offered(span, asked, zone) for span in understanding.times)


def _says_no(understanding: Understanding) -> bool:
    return pattern("answers", "a_plain_no").search(plain(understanding.text)) is not None


def _surely_asks(understanding: Understanding) -> bool:
    """Surely a question, and not a yes with one beside it."""
    if understanding.intent is not Intent.QUESTION or understanding.confidence < SURE_QUESTION:
        return False
    return pattern("answers", "firm_yes").search(plain(understanding.text)) is None


def _surely_another(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """Surely a wish for something else, whose words speak of a change or name another time."""
    if understanding.intent is not Intent.COUNTER or asked.kind not in OFFERED:
        return False
    elsewhen = any(not _offered(span, asked, zone) for span in understanding.times)
    least = LEAST_SURE if elsewhen else SURE_COUNTER
    return understanding.confidence >= least and (elsewhen or understanding.signals.change)


def _half_a_yes(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """Some of the evidence for a yes: worth asking back. A word for no tips it to what the model read."""
    signals = understanding.signals
    if understanding.exact:
        return understanding.intent is Intent.ACCEPT
    if understanding.intent in PLAIN and understanding.confidence >= PLAINLY:
        return False
    if _surely_another(understanding, asked, zone) or _surely_asks(understanding):
        return False
    if signals.yes and not signals.no:
        return True
    return understanding.intent is Intent.ACCEPT and understanding.confidence >= LEAST_SURE and not signals.no


def _comes_another_day(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """ "I'll be there Thursday" to a reminder of a visit on Wednesday."""
    comes = understanding.intent is Intent.CONFIRM and _will_come(understanding)
    elsewhen = not all(_offered(span, asked, zone) for span in understanding.times)
    return comes and elsewhen and asked.kind is PromptKind.REMINDER


def _only_names_it(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """Nothing but the time in question ("tuesday 3pm"): likely a yes. "Afternoons only" is a wish."""
    if understanding.preferences:
        return False
    return _only_a_time(understanding) and all(_offered(span, asked, zone) for span in understanding.times)


def _only_a_time(understanding: Understanding) -> bool:
    said, signals = sum(len(words(span.text)) for span in understanding.times), understanding.signals
    settled = understanding.exact or signals.question or signals.no
    return bool(understanding.times) and not settled and signals.words - said <= 1


def _refuses(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """ "cant make it" to an offer refuses the offer, unless it names a visit or another time."""
    if asked.kind not in OFFERED or understanding.exact:
        return False
    if understanding.signals.cancel or understanding.signals.visit:
        return False
    return all(_offered(span, asked, zone) for span in understanding.times)


def _beside(understanding: Understanding) -> tuple[DecisionKind, ...]:
    """What a half yes also says: a question, a wish for another time."""
    found = []
    if understanding.signals.question:
        found.append(DecisionKind.QUESTION)
    if understanding.signals.change and understanding.times:
        found.append(DecisionKind.COUNTER)
    return tuple(found)


def _other_time_wanted(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> DecisionKind | None:
    """Where a no or another time was read, the times themselves tell which of the two it is.

    A time wished for that is not the offered one is a counter. Where times are only ruled out, the offered
    one among them is a decline ("not Tuesdays" to a Tuesday) and otherwise a counter.
    """
    if asked.kind not in OFFERED or not understanding.times or not _speaks_of_change(understanding):
        return None
    if any(not span.excluded and not _offered(span, asked, zone) for span in understanding.times):
        return DecisionKind.COUNTER
    ruled_out = [span for span in understanding.times if span.excluded]
    if ruled_out and asked.start is not None:
        refused = any(_offered(span, asked, zone) for span in ruled_out)
        return DecisionKind.DECLINE if refused else DecisionKind.COUNTER
    return None


def _speaks_of_change(understanding: Understanding) -> bool:
    """A no or a wish for another time was read; or nothing but a time was said; or the model is unsure and the
    words speak of change."""
    if understanding.exact or _asks_about_the_clinic(understanding):
        return False
    if understanding.intent in (Intent.DECLINE, Intent.REASON, Intent.COUNTER):
        return True
    unsure = understanding.confidence < LEAST_SURE and understanding.signals.change
    return unsure or _only_a_time(understanding)


def _offered(span: TimeSpan, asked: Awaited, zone: ZoneInfo) -> bool:
    return asked.start is not None and covers(span, asked.start, zone)


def wish_instead(kind: DecisionKind, understanding: Understanding) -> DecisionKind:
    """A standing wish where no offer is in question: "no Tuesdays" declines nothing, and "mornings only" asks
    for no time in particular."""
    gives_way = (DecisionKind.UNCLEAR, DecisionKind.COUNTER, DecisionKind.DECLINE, DecisionKind.REASON)
    if kind in gives_way and understanding.preferences and not understanding.signals.yes:
        return DecisionKind.PREFERENCES
    return kind


def _asks_about_the_clinic(understanding: Understanding) -> bool:
    """ "What time do you close on Friday?" names a time and wants none: the topic tells."""
    mistaken = (
        Intent.COUNTER,
        Intent.STATUS,
        Intent.BOOK,
        Intent.PREFERENCES,
        Intent.ARRIVED,
        Intent.LATE,
        Intent.OUT_OF_SCOPE,
    )
    asks = understanding.signals.question and understanding.topic is not None
    return asks and not understanding.exact and understanding.intent in mistaken


def _asks_rather_than_cancels(understanding: Understanding) -> bool:
    """ "Can my son come along?" is read as a cancel now and then, and has not a word of one."""
    signals = understanding.signals
    wordless = signals.question and not (signals.cancel or signals.no or signals.hedge)
    return understanding.intent is Intent.CANCEL and wordless and understanding.confidence < SURE_CANCEL


def reading(understanding: Understanding) -> DecisionKind:
    """What the model (or an exact rule) read, where it is sure enough to act on."""
    if _asks_about_the_clinic(understanding) or _asks_rather_than_cancels(understanding):
        return DecisionKind.QUESTION
    if understanding.confidence < LEAST_SURE_OF.get(understanding.intent, LEAST_SURE):
        return DecisionKind.UNCLEAR
    if understanding.intent is Intent.REASON and understanding.reason is None:
        return DecisionKind.UNCLEAR
    if understanding.intent is Intent.CONFIRM and not _will_come(understanding):
        return DecisionKind.STATUS if understanding.signals.question else DecisionKind.UNCLEAR
    if understanding.intent is Intent.PREFERENCES and not understanding.preferences:
        # "Anything with Dr Kim?" asks for a time; a wish nobody could make out is not kept as one.
        return DecisionKind.COUNTER if understanding.signals.question else DecisionKind.PREFERENCES
    return READ.get(understanding.intent, DecisionKind.UNCLEAR)


def _will_come(understanding: Understanding) -> bool:
    signals = understanding.signals
    return not (signals.no or signals.hedge or signals.question or signals.cancel or signals.change)


def share_of(understanding: Understanding, wanted: Intent) -> float:
    """What the model gave a reading, first or not."""
    return next((share for intent, share in understanding.ranking if intent is wanted), 0.0)


def decision_on(
    kind: DecisionKind,
    understanding: Understanding,
    awaited: Awaited | None,
    why: tuple[str, ...],
    *,
    also: tuple[DecisionKind, ...] = (),
) -> Decision:
    beside = tuple(ALWAYS[intent] for intent in understanding.also if intent in ALWAYS)
    others = tuple(Decision(each, read=understanding) for each in (*beside, *also))
    return Decision(kind, awaited, why, understanding.times, others, understanding)
