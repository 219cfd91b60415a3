"""Refusing an offer in words that are none of a no: keeping what one has, or leaving it to others."""

from nlu.words import pattern


def leaves_it(text: str) -> bool:
    """Whether a text (plain) says only that: "I'll stay with what I have", "let somebody else have it".

    To a reminder the same words would mean the opposite, so only an offer is refused by them.
    """
    left = pattern("clauses", "leaves_it").sub(",", text)
    return left != text and not left.strip(" ,")
