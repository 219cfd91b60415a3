"""A plain booking amid talk: what else is said beside it then counts for little."""

from nlu.understanding import Intent, Understanding
from nlu.words import pattern, plain, word_set

ASIDE = "~"
"""Stands for what is plainly said of something else ("I confirm my insurance is new" books nothing)."""

SURE_OF_A_BOOKING = 0.6
"""What the model must give a yes that books in plain words before all beside it is talk."""


def books_amid_talk(read: Understanding) -> bool:
    """ "My back is killing me, pls book it", "apúnteme, voy en metro": one thought takes the offer in plain words
    and says nothing else, the model reads a yes, and nothing wishes for another. Then all beside it is talk.
    A bare "yes" or "perfect" is not enough: "yes I have class then", "perfecto, justo el día que me operan"."""
    share = next((share for intent, share in read.ranking if intent is Intent.ACCEPT), 0.0)
    if share < SURE_OF_A_BOOKING:
        return False
    if pattern("clauses", "forbids", "other_wish", "contrast").search(plain(read.text)):
        return False
    return any(_only_books(thought, read) for thought in _thoughts(read))


def books_in_the_end(read: Understanding) -> bool:
    """Whether the last thought that says anything is the booking, without a doubt in it."""
    nothing = word_set("signals", "adds_nothing")
    last = [thought for thought in _thoughts(read) if not nothing.issuperset(thought.split())][-1:]
    doubts = pattern("signals", "hedge", "an_if")
    return any(_only_books(thought, read) and not doubts.search(thought) for thought in last)


def _thoughts(read: Understanding) -> list[str]:
    """What is said between commas and words such as "so" and "because", in plain words."""
    said = pattern("signals", "aside").sub(ASIDE, plain(read.text))
    return pattern("clauses", "links").split(said)


def _only_books(thought: str, read: Understanding) -> bool:
    if pattern("answers", "books").search(thought) is None or pattern("signals", "change").search(thought):
        return False
    return not {*thought.split()} & {ASIDE, *read.signals.unknown}
