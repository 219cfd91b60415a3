"""What stands in the way of taking a text for a sure yes: one small named function a guard.

Any of them alone is enough to ask back. They hold whatever the model says, so a model that is wrong and
certain of it still books nothing.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from handlers.our_words import IT, with_it_for_names, words_of
from handlers.plain_booking import books_amid_talk, books_in_the_end
from handlers.spans import frees_them, same_time
from nlu.signals import nothing_but_yes
from nlu.understanding import Intent, Understanding
from nlu.words import pattern, plain, word_set
from rules.states import PromptKind

BETWEEN = r" (?:(?:at|on|by|a|las?|,|@) )*"
"""What may stand between the words of a time as it was typed."""

OFFERED = (PromptKind.OFFER, PromptKind.CONFIRM)
ABOUT_A_VISIT = (PromptKind.OFFER, PromptKind.CONFIRM, PromptKind.CANCEL_CONFIRM, PromptKind.REMINDER)
"""What "I'll be there" can be a yes to."""

LEAST_CONFIDENCE = 0.5
LEAST_MARGIN = 0.25
WITH_A_YES = frozenset((Intent.THANKS, Intent.BOOK, Intent.CONFIRM))
"""What goes with a yes ("yes, thanks", "yes, book me in"): behind it, the model may give these what it likes."""

LEAST_BESIDE_THANKS = 0.25
"""What a yes must have of its own where the model hears thanks first."""

LEAST_OF_PLAIN_WORDS = 0.2
"""What the model must give a yes where the words are nothing but one ("works perfectly")."""

CERTAIN = 0.95
"""The share from which the model's reading as something else outweighs even clear words of a yes."""


MOST_WORDS = 18
MOST_WORDS_OF_SURE = 30
MOST_UNKNOWN = 1
MOST_UNKNOWN_SHARE = 0.15
MOST_UNKNOWN_OF_SURE = 8
MOST_UNKNOWN_SHARE_OF_SURE = 0.75


@dataclass(frozen=True, slots=True)
class Awaited:
    """A question of ours that is still open, as a reply is read against it.

    `id` is the prompt's, `subject_id` what it is about (offer, visit). `start`, `minutes` and `provider`
    describe the visit in question where there is one, and `name` is the first name of whose it is. `options`
    counts the lines of a list. `asked_in` is the text that asked: one may remind of several visits. `said` are
    the words of a text that asked this and nothing else.
    """

    kind: PromptKind
    id: UUID
    subject_id: UUID | None
    asked_at: datetime
    start: datetime | None = None
    minutes: int | None = None
    provider: str | None = None
    options: int = 0
    name: str | None = None
    asked_in: UUID | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What a guard looks at: a text as read, the question it may answer, the clinic's zone."""

    read: Understanding
    awaited: Awaited | None
    zone: ZoneInfo


Guard = Callable[[Case], bool]


def not_read_as_yes(case: Case) -> bool:
    """Yes is not what the text most likely means, or not by a clear margin."""
    if case.read.exact:
        return case.read.intent is not Intent.ACCEPT
    if _says_it_plainly(case):
        return False
    yes = {Intent.ACCEPT}
    if case.awaited and case.awaited.kind is PromptKind.CANCEL_CONFIRM:
        yes.add(Intent.CANCEL)  # "yes cancel it" answers "Cancel your visit?"
    elif case.awaited and case.awaited.kind in ABOUT_A_VISIT and not case.read.signals.visit:
        yes.add(
            Intent.CONFIRM
        )  # "I'll be there Tuesday" takes a Tuesday; "my appointment" may be another one
    if case.read.signals.only_yes and _likely_yes(case.read):
        return False
    if _names_what_was_offered(case) and _likely_yes(case.read):
        yes.add(Intent.COUNTER)  # another time is what a counter names: "tuesday at 3 it is" names this one
    if case.read.intent not in yes and not (_thanks_for_yes(case.read) or _books_what_was_offered(case)):
        return True
    family = yes | WITH_A_YES
    theirs = sum(share for intent, share in case.read.ranking if intent in family)
    rivals = [share for intent, share in case.read.ranking if intent not in family]
    return theirs < LEAST_CONFIDENCE or (bool(rivals) and theirs - max(rivals) < LEAST_MARGIN)


def _thanks_for_yes(read: Understanding) -> bool:
    """ "That will be great, thanks": the thanks are louder than the yes, which comes next."""
    if read.intent is not Intent.THANKS:
        return False
    share = next((share for intent, share in read.ranking if intent is Intent.ACCEPT), 0.0)
    return share >= LEAST_BESIDE_THANKS


def _books_what_was_offered(case: Case) -> bool:
    """ "I'd like to make an appointment with this dentist" asks, to an offer, for the very one. One that says
    what it is for may be another kind of visit."""
    if case.read.intent is not Intent.BOOK or case.read.signals.unknown:
        return False
    offered = case.awaited is not None and case.awaited.kind in (PromptKind.OFFER, PromptKind.CONFIRM)
    return offered and pattern("clauses", "books_it").fullmatch(plain(case.read.text)) is not None


def _likely_yes(read: Understanding) -> bool:
    """Where the words are nothing but a yes, the model need only not read something else with certainty."""
    share = next((share for intent, share in read.ranking if intent is Intent.ACCEPT), 0.0)
    return share >= LEAST_OF_PLAIN_WORDS


def _says_it_plainly(case: Case) -> bool:
    """Nothing but a yes in clear words, or nothing but that they can come at the very time offered: the model need
    not say so too. Not where we asked about cancelling, which "I'll be there" answers with a no."""
    kind = case.awaited.kind if case.awaited else None
    said = _with_it(case)
    if kind is PromptKind.CONFIRM and nothing_but_yes(said.replace(IT, "it"), "clear", "checked"):
        return True
    if kind in OFFERED and not _certain_of_another(case.read):
        named = IT in said and pattern("clauses", "takes_the_name").fullmatch(said.replace(" ,", ""))
        if named or nothing_but_yes(said.replace(IT, "it")):
            return True
    return kind in (*OFFERED, PromptKind.REMINDER) and _takes_the_time(case)


def _with_it(case: Case) -> str:
    """The plain text, with IT for what our own text named."""
    return with_it_for_names(plain(case.read.text), case.awaited.said if case.awaited else "")


def _certain_of_another(read: Understanding) -> bool:
    """Whether the model is certain that the text means something else than a yes."""
    return read.intent not in (Intent.ACCEPT, *WITH_A_YES) and read.confidence >= CERTAIN


def _takes_the_time(case: Case) -> bool:
    """ "Tues at 3 is fine w me", "I can do 3pm": the time is the offered one, and all else says that it suits."""
    if not _names_what_was_offered(case) or any(span.weekly for span in case.read.times):
        return False
    said = plain(case.read.text)
    for span in case.read.times:
        spoken = BETWEEN.join(map(re.escape, plain(span.text).split()))
        said = re.sub(rf"(?<!\w){spoken}(?!\w)", "TIME", said, count=1)
    return (
        pattern("clauses", "takes_the_time").fullmatch(" ".join(said.replace(" ,", "").split())) is not None
    )


def _names_what_was_offered(case: Case) -> bool:
    """A time is said, and it is the offered one."""
    return bool(case.read.times) and not other_time(case)


def no_word_for_yes(case: Case) -> bool:
    return not (case.read.signals.yes or _says_it_plainly(case))


def negation(case: Case) -> bool:
    """A word for no; or, to an offer, that they keep what they have or leave it to others."""
    offered = case.awaited is not None and case.awaited.kind in OFFERED
    left = offered and pattern("clauses", "leaves_it").search(plain(case.read.text)) is not None
    return case.read.signals.no or left


def hedge(case: Case) -> bool:
    """Words of doubt that no plain booking settles behind them ("I think that's fine, go ahead and book it")."""
    return case.read.signals.hedge and not (books_amid_talk(case.read) and books_in_the_end(case.read))


def change(case: Case) -> bool:
    """Words that may wish for something else; beside a plain booking only those that do ("but", "later")."""
    return case.read.signals.change and not books_amid_talk(case.read)


def cancelling(case: Case) -> bool:
    """Speaks of cancelling, which says yes only to "Cancel your visit?"."""
    about_cancelling = case.awaited is not None and case.awaited.kind is PromptKind.CANCEL_CONFIRM
    return case.read.signals.cancel and not about_cancelling


def question(case: Case) -> bool:
    return case.read.signals.question


def only_polite(case: Case) -> bool:
    """ "ok thanks" takes note of a text and need not mean more; "perfect, thanks" does to a direct question."""
    return case.read.signals.polite and not (case.read.exact or _says_it_plainly(case))


def quoted(case: Case) -> bool:
    return case.read.signals.quoted


def other_time(case: Case) -> bool:
    """A date or time was said that is not plainly the one in question."""
    start = case.awaited.start if case.awaited else None
    return any(
        start is None
        or not (same_time(span, start, case.zone) or frees_them(case.read, span, start, case.zone))
        for span in case.read.times
    )


def other_provider(case: Case) -> bool:
    """Somebody else is named than the one in question ("yes, with Dr Kim")."""
    return case.awaited is not None and names_other_provider(case.read, case.awaited)


def too_much_unknown(case: Case) -> bool:
    """Words we have never seen in a yes; those of our own text and the names in question are known. One in a long
    text may pass, but not where it names what matters ("with Susan", "book a mammogram", "I have chemo")."""
    if _says_it_plainly(case):
        return False
    asked = case.awaited
    ours = words_of(f"{asked.provider or ''} {asked.name or ''} {asked.said}") if asked else frozenset()
    unknown = [word for word in case.read.signals.unknown if word not in ours]
    flat = plain(case.read.text)
    if any(
        flat[found.end() :].split()[:1] == [word]
        for found in pattern("clauses", "names_it").finditer(flat)
        for word in unknown
    ):
        return True
    sure = books_amid_talk(case.read)
    if len(unknown) > (MOST_UNKNOWN_OF_SURE if sure else MOST_UNKNOWN):
        return True
    share = len(unknown) / max(case.read.signals.words, 1)
    return share > (MOST_UNKNOWN_SHARE_OF_SURE if sure else MOST_UNKNOWN_SHARE)


def too_long(case: Case) -> bool:
    return case.read.signals.words > (MOST_WORDS_OF_SURE if books_amid_talk(case.read) else MOST_WORDS)


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        not_read_as_yes,
        no_word_for_yes,
        negation,
        hedge,
        change,
        cancelling,
        question,
        only_polite,
        quoted,
        other_time,
        other_provider,
        too_much_unknown,
        too_long,
    )
}


def in_the_way(understanding: Understanding, awaited: Awaited | None, zone: ZoneInfo) -> tuple[str, ...]:
    """The names of the guards that keep this text from being a sure yes to `awaited`."""
    case = Case(understanding, awaited, zone)
    return tuple(name for name, stands in GUARDS.items() if stands(case))


def named_provider(read: Understanding) -> str | None:
    """The doctor named in a text ("dr lee" gives "lee"), if any."""
    names = (found["name"] for found in pattern("clauses", "a_provider").finditer(plain(read.text)))
    return next((name for name in names if name not in word_set("clauses", "no_name")), None)


def names_other_provider(read: Understanding, asked: Awaited) -> bool:
    named = named_provider(read)
    return named is not None and named not in (asked.provider or "").lower().split()
