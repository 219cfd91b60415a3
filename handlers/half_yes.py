"""Half a yes: not enough to act on, and too much to take for anything else, so it is asked back."""

from zoneinfo import ZoneInfo

from handlers.fitting import is_its_time
from handlers.guards import OFFERED, Awaited
from handlers.intents import LEAST_SURE, will_come
from nlu.understanding import Intent, Understanding
from nlu.words import pattern, plain, words
from rules.states import PromptKind

SURE_COUNTER = 0.6
"""The share from which a wish for something else stands, whatever words of a yes are in it ("I like it but
earlier")."""

COUNTER_ELSEWHEN = 0.35
"""The same where another time is named ("book me for 11", "monday I can")."""

SURE_QUESTION = 0.6
"""The same for a question with no firm word for yes ("ok and where is it")."""

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


def half_a_yes(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """Some of the evidence for a yes: worth asking back. A word for no tips it to what the model read."""
    signals = understanding.signals
    if understanding.exact:
        return understanding.intent is Intent.ACCEPT
    # Where nothing is offered, "put me on the list for a flu shot" takes nothing.
    means_itself = PLAIN if asked.kind in OFFERED else (*PLAIN, Intent.EARLIER)
    if understanding.intent in means_itself and understanding.confidence >= PLAINLY:
        return False
    if _surely_another(understanding, asked, zone) or _surely_asks(understanding):
        return False
    if signals.yes and not signals.no:
        return True
    return understanding.intent is Intent.ACCEPT and understanding.confidence >= LEAST_SURE and not signals.no


def _surely_another(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """Surely a wish for something else, whose words speak of a change or name another time."""
    if understanding.intent is not Intent.COUNTER or asked.kind not in OFFERED:
        return False
    elsewhen = any(not is_its_time(span, asked, zone) for span in understanding.times)
    least = COUNTER_ELSEWHEN if elsewhen else SURE_COUNTER
    return understanding.confidence >= least and (elsewhen or understanding.signals.change)


def _surely_asks(understanding: Understanding) -> bool:
    """Surely a question, and not a yes with one beside it."""
    if understanding.intent is not Intent.QUESTION or understanding.confidence < SURE_QUESTION:
        return False
    return pattern("answers", "firm_yes").search(plain(understanding.text)) is None


def comes_another_day(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """ "I'll be there Thursday" to a reminder of a visit on Wednesday."""
    comes = understanding.intent is Intent.CONFIRM and will_come(understanding)
    elsewhen = not all(is_its_time(span, asked, zone) for span in understanding.times)
    return comes and elsewhen and asked.kind is PromptKind.REMINDER


def only_names_it(understanding: Understanding, asked: Awaited, zone: ZoneInfo) -> bool:
    """Nothing but the time in question ("tuesday 3pm"): likely a yes. "Afternoons only" is a wish."""
    if understanding.preferences:
        return False
    return only_a_time(understanding) and all(is_its_time(span, asked, zone) for span in understanding.times)


def only_a_time(understanding: Understanding) -> bool:
    """A time and at most one word beside it, and none that settles what is wanted."""
    said, signals = sum(len(words(span.text)) for span in understanding.times), understanding.signals
    settled = understanding.exact or signals.question or signals.no
    return bool(understanding.times) and not settled and signals.words - said <= 1
