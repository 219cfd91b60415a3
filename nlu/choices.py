"""Choosing from a list in words that need the list to be understood: "the earlier one", "either", "neither"
(`lists/answers.yml`). Numbers and their words ("2", "the second one") are read by `nlu.exact`."""

from enum import StrEnum

from nlu.words import named_phrases, pattern, plain


class Pointing(StrEnum):
    """What such words point at."""

    EITHER = "either"
    BOTH = "both"
    EARLIER = "earlier"
    LATER = "later"
    LAST = "last"


def pointing(text: str) -> Pointing | None:
    """What a text points at, if it does nothing else."""
    said = plain(text).replace(" ,", "")
    every = named_phrases("answers", "pointing")
    return next((Pointing(name) for name, found in every.items() if found.fullmatch(said)), None)


def refuses_all(text: str) -> bool:
    """Whether a text wants none of what was listed, and says nothing else."""
    return pattern("answers", "none_of_them").fullmatch(plain(text).replace(" ,", "")) is not None
