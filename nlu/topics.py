"""What a question is about, where a clinic may have an answer of its own (`lists/topics.yml`)."""

from nlu.understanding import Topic
from nlu.words import named_phrases, pattern, plain


def asks_about_the_wait(text: str) -> bool:
    """Whether a cleaned text asks how long one waits for an opening."""
    return pattern("topics", "own_wait").search(plain(text).strip(" ,")) is not None


def topic(text: str) -> Topic | None:
    """The topic that a cleaned text asks about, the first of several; None for any other question or none."""
    flat = plain(text)
    if pattern("topics", "own_visit").search(flat):
        return None
    if "?" not in text and pattern("topics", "tells").search(flat):
        return None
    every = named_phrases("topics", "asks")
    found = [(match.start(), Topic(named)) for named, asks in every.items() if (match := asks.search(flat))]
    # Where two begin at the same word ("how much is parking") the one listed first is the narrower.
    return min(found, key=lambda each: each[0])[1] if found else None
