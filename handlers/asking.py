"""A text that plainly asks: its form then counts for more than what the model makes of its words."""

from zoneinfo import ZoneInfo

from handlers.decision import Decision, DecisionKind
from handlers.guards import OFFERED, Awaited, names_other_provider
from handlers.intents import LEAST_SURE, decision_on, reading
from handlers.spans import same_time
from nlu.asking import question_in
from nlu.emergencies import speaks_of_danger
from nlu.refusals import NOTHING_MORE
from nlu.understanding import Intent, Understanding
from nlu.words import pattern, plain
from rules.states import PromptKind

ASKS = "asks by its form"
LATER = "will say later"
REFUSES_AND_ASKS = "a no, and a question"
SETTLED = ((ASKS,), (LATER,), (REFUSES_AND_ASKS,), (NOTHING_MORE,))
"""Why a decision on the whole of a text is not looked at clause by clause."""

STANDS = {
    Intent.ACCEPT: LEAST_SURE,
    Intent.DECLINE: 0.85,
    Intent.ARRIVED: 0.8,
    Intent.LEAVING: 0.8,
    Intent.COMPLAINT: 0.8,
    Intent.HUMAN: 0.55,
    Intent.STOP: LEAST_SURE,
    Intent.WRONG_NUMBER: 0.9,
}
"""The share from which these readings stand though the text asks ("is my appointment still on?")."""

SURE_COUNTER = 0.9
"""The share from which a question is one for another time, though it names none."""

LIKELY_COUNTER = 0.4
"""The same where its words speak of something else."""

SURE_BESIDE = 0.8
GIVES_UP = (Intent.CANCEL, Intent.RESCHEDULE)
COMES = (Intent.ARRIVED, Intent.LATE, Intent.LEAVING)
"""What is done first where it is surely said beside a question ("I'm here. Which door?")."""

REQUESTED = (
    Intent.CANCEL,
    Intent.RESCHEDULE,
    Intent.BOOK,
    Intent.EARLIER,
    Intent.AUTO_BOOK,
    Intent.LEAVE_LIST,
    Intent.NO_OFFERS,
    Intent.FEWER_TEXTS,
    Intent.NOT_NOW,
    Intent.PREFERENCES,
    Intent.UNDO,
)
"""What somebody may ask us to do ("can you cancel it?"): "how do I cancel?" only asks."""


UNSAID = (DecisionKind.UNCLEAR, DecisionKind.QUESTION, DecisionKind.STATUS, DecisionKind.LATE)
"""What may have been read in a text that only puts its answer off."""


def put_as_question(read: Understanding, asked: Awaited | None, zone: ZoneInfo) -> Decision | None:
    """What a text put as a question comes to by its form: its answer put off, a question, a no with one. None for
    any other. To a campaign whatever asks how to come is interest."""
    if asked is not None and asked.kind is PromptKind.CAMPAIGN:
        return None
    if says_later(read, asked):
        return decision_on(DecisionKind.UNDECIDED, read, asked, (LATER,))
    about = DecisionKind.STATUS if reading(read) is DecisionKind.STATUS else DecisionKind.QUESTION
    if plainly_asks(read, asked, zone):
        return decision_on(about, read, asked, (ASKS,))
    if refuses_and_asks(read, asked, zone):
        return decision_on(DecisionKind.DECLINE, read, asked, (REFUSES_AND_ASKS,), also=(about,))
    return None


def plainly_asks(read: Understanding, asked: Awaited | None, zone: ZoneInfo) -> bool:
    """Whether a text is a question and nothing else: built like one, for no other time or doctor than was offered,
    asking us to do nothing, and with no yes or no beside it."""
    if read.exact or _stands(read) or pattern("signals", "request").fullmatch(plain(read.text)):
        return False
    parts = [(part, question_in(part.text)) for part in read.clauses or (read,)]
    asking = [(part, *found) for part, found in parts if found]
    if not asking or any(_decides(part, asked) for part, found in parts if not found):
        return False
    if any(_answers(before) or _agrees(before, asked) for _, before, _ in asking):
        return False
    if any(_wishes(part, question, asked, zone) for part, _, question in asking):
        return False
    return not _requests(read)


def refuses_and_asks(read: Understanding, asked: Awaited | None, zone: ZoneInfo) -> bool:
    """Whether a text begins with a no to an offer and goes on with a question, but for no other time or doctor."""
    if read.exact or asked is None or asked.kind not in OFFERED or read.signals.cancel:
        return False
    said = plain(read.text)
    if pattern("asking", "refuses").match(said) is None or pattern("answers", "firm_yes").search(said):
        return False
    parts = [(part, question_in(part.text)) for part in read.clauses or (read,)]
    if not any(found for _, found in parts):
        return False
    return not any(
        _wishes(part, found[1], asked, zone, refusing=True) if found else _elsewhen(part, asked, zone)
        for part, found in parts
    )


def says_later(read: Understanding, asked: Awaited | None) -> bool:
    """Whether somebody offered a visit will only say later whether they take it ("can I tell you in an hour?")."""
    if read.exact or asked is None or asked.kind not in OFFERED or reading(read) not in UNSAID:
        return False
    said = plain(read.text)
    return pattern("asking", "says_later").search(said) is not None and not _answers(said)


def about_the_visit(read: Understanding) -> bool:
    """Whether a question is one about the visit itself, whatever time it names ("should I eat that morning?")."""
    return pattern("asking", "about_the_visit").search(plain(read.text)) is not None


def asks(read: Understanding) -> bool:
    """Whether any thought of a text is put as a question."""
    return any(question_in(part.text) for part in read.clauses or (read,))


def asks_for_no_end(read: Understanding) -> bool:
    """Whether a text asks, and has no word for ending anything: what the model takes for a stop is none."""
    asking = [found[1] for part in read.clauses or (read,) if (found := question_in(part.text))]
    if not asking or pattern("asking", "to_end").search(plain(read.text)):
        return False
    return not any(pattern("asking", "in_the_question").search(question) for question in asking)


def _stands(read: Understanding) -> bool:
    if read.intent is Intent.EMERGENCY:
        return speaks_of_danger(plain(read.text))
    if read.intent is Intent.STOP and asks_for_no_end(read):
        return False
    return read.confidence >= STANDS.get(read.intent, 1.1)


def _decides(part: Understanding, asked: Awaited | None) -> bool:
    """Whether a thought beside a question says yes or no, or asks for a time."""
    if part.exact:
        return part.intent in (Intent.ACCEPT, Intent.DECLINE, Intent.CANCEL)
    if part.confidence >= SURE_BESIDE and (
        part.intent in GIVES_UP or (part.intent in COMES and not part.times)
    ):
        return True
    said = plain(part.text)
    named = bool(part.times) and pattern("asking", "offers_a_time").search(said) is not None
    return named or _looks_elsewhere(part) or _answers(said) or _agrees(said, asked)


def _agrees(said: str, asked: Awaited | None) -> bool:
    """Whether plain text has words for a yes; once we have asked directly, an "ok" before a question is one."""
    meant = pattern("asking", "told").sub(",", said)
    if pattern("signals", "a_yes").search(meant) is None:
        return False
    directly = asked is not None and asked.kind is PromptKind.CONFIRM
    return directly or pattern("answers", "breath").fullmatch(meant.replace(" ,", "")) is None


def _answers(said: str) -> bool:
    """Whether plain text says yes or no."""
    meant = pattern("asking", "told").sub(",", said)
    return any(
        words.search(meant)
        for words in (
            pattern("answers", "firm_yes"),
            pattern("asking", "refuses"),
            pattern("visits", "cannot_come"),
            pattern("clauses", "leaves_it"),
        )
    )


def _wishes(
    part: Understanding, question: str, asked: Awaited | None, zone: ZoneInfo, *, refusing: bool = False
) -> bool:
    """Whether a question is one for another time or doctor."""
    about_it = part.topic is not None or about_the_visit(part)
    if refusing and pattern("asking", "about_their_own").search(question):
        return False
    if part.intent is Intent.COUNTER and part.confidence >= SURE_COUNTER and not about_it:
        return True
    if pattern("asking", "for_another").search(question) or (_looks_elsewhere(part) and not about_it):
        return True
    if pattern("asking", "refuses").search(question) and not refusing:
        return True
    if asked is not None and names_other_provider(part, asked):
        return True
    return not about_it and _elsewhen(part, asked, zone)


def _looks_elsewhere(part: Understanding) -> bool:
    """Whether its words may ask for something else than was offered, and the model thinks so too."""
    likely = part.intent is Intent.COUNTER and part.confidence >= LIKELY_COUNTER
    said = plain(part.text)
    if pattern("clauses", "looks_elsewhere", "another_place").search(said):
        return True
    may_be = (pattern("clauses", "other_wish"), pattern("asking", "may_be_for_another"))
    return likely and any(words.search(said) for words in may_be)


def _elsewhen(part: Understanding, asked: Awaited | None, zone: ZoneInfo) -> bool:
    start = asked.start if asked else None
    return any(start is None or not same_time(span, start, zone) for span in part.times)


def _requests(read: Understanding) -> bool:
    """Whether it asks us to do something that the model has read."""
    if read.intent not in REQUESTED or read.confidence < LEAST_SURE:
        return False
    return pattern("asking", "request").search(plain(read.text)) is not None
