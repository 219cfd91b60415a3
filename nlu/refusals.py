"""Refusing an offer in words that are none of a no: keeping what one has, leaving it to others, no more wanted."""

from nlu.words import pattern

NOTHING_MORE = "wants nothing more"


def refusal(text: str) -> str | None:
    """In which of these ways a text (plain) refuses an offer, if it does."""
    if wants_nothing_more(text):
        return NOTHING_MORE
    return "leaves the offer to others" if leaves_it(text) else None


def leaves_it(text: str) -> bool:
    """Whether a text (plain) says only that: "I'll stay with what I have", "let somebody else have it".

    To a reminder the same words would mean the opposite, so only an offer is refused by them.
    """
    left = pattern("clauses", "leaves_it").sub(",", text)
    return left != text and not left.strip(" ,")


def wants_nothing_more(text: str) -> bool:
    """Whether a text (plain) says that nothing more is wanted and no more than that, which to an offer is a no."""
    return pattern("clauses", "no_thanks").fullmatch(text) is not None
