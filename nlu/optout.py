"""Wording that stops texts, starts them again, or asks for help (`lists/optout.yml`), and its look-alikes.

The carrier acts only on its bare keywords; the law asks us to honour any words a reasonable person would
read as "stop". What only sounds like it and ends less, the offers or a place on the waitlist, is read here too
(`lists/narrower.yml`). All of it is read in plain text (`nlu.words.plain`).
"""

from nlu.words import pattern, word_set


def wants_stop(text: str) -> bool:
    """Whether plain text asks, in any reasonable wording, to get no more texts."""
    text = _without_narrower(text)
    alone = _core(text)
    said = text.replace(" , ", " ").split()
    if alone in word_set("optout", "stop_alone") or _only(
        said, word_set("optout", "stop_words"), word_set("optout", "fillers")
    ):
        return True
    if pattern("optout", "reported", "not_meant").search(text):
        return False
    if pattern("optout", "wants_stop", "wants_stop_es").search(text):
        return True
    return _dont_text_me(text) or _stop_by_itself(text)


def wants_no_offers(text: str) -> bool:
    """Whether plain text wants no more offers, and says nothing against reminders and the rest."""
    if pattern("optout", "reported").search(text):
        return False
    return pattern("narrower", "no_offers").search(text) is not None or any(
        pattern("narrower", "no_offers_clause").fullmatch(clause) for clause in text.split(" , ")
    )


def wants_off_list(text: str) -> bool:
    """Whether plain text gives up a place on the waitlist."""
    if pattern("optout", "reported").search(text):
        return False
    return pattern("narrower", "leave_list").search(text) is not None


def wants_start(text: str) -> bool:
    """Whether plain text asks for texts to begin again. A bare yes never does."""
    if _core(text) in word_set("optout", "start_alone"):
        return True
    said = " ".join(
        word for word in text.split() if word == "you" or word not in {*word_set("optout", "polite"), ","}
    )
    return pattern("optout", "wants_start").fullmatch(said) is not None


def wants_help(text: str) -> bool:
    return _core(text) in word_set("optout", "help_alone")


def _without_narrower(text: str) -> str:
    """The text without what ends less than all texts, so that a stop beside it still counts."""
    whole = pattern("narrower", "no_offers_clause")
    kept = " , ".join(clause for clause in text.split(" , ") if not whole.fullmatch(clause))
    return " ".join(pattern("narrower", "no_offers", "leave_list").sub(" , ", kept).split()).strip(" ,")


def _core(text: str) -> str:
    """The text without polite words and separators."""
    return " ".join(word for word in text.split() if word not in word_set("optout", "polite") and word != ",")


def _only(said: list[str], wanted: frozenset[str], fillers: frozenset[str]) -> bool:
    """At least one wanted word, and nothing beside it but fillers."""
    return any(word in wanted for word in said) and all(word in wanted or word in fillers for word in said)


def _dont_text_me(text: str) -> bool:
    """A clause that opens with "don't text me": anything before it might make it a condition or a report."""
    dont_text = pattern("optout", "dont_text")
    return any(dont_text.fullmatch(clause.strip()) for clause in text.split(","))


def _stop_by_itself(text: str) -> bool:
    """A "stop" that stands by itself at the head or the end of a clause: "Stop. I have an appointment"."""
    for clause in text.split(" , "):
        said = clause.split()
        if said[:1] == ["stop"] and (len(said) == 1 or said[1] in word_set("optout", "after_stop")):
            return True
        if said[-1:] == ["stop"] and len(said) > 1 and said[-2] in word_set("optout", "before_stop"):
            return True
    return False
