"""Wording that stops texts, starts them again, or asks for help (`lists/optout.yml`), and its look-alikes.

The carrier acts only on its bare keywords; the law asks us to honour any words a reasonable person would
read as "stop". What only sounds like it and ends less, the offers or a place on the waitlist, is read here too
(`lists/narrower.yml`). All of it is read in plain text (`nlu.words.plain`).
"""

import re

from nlu.choices import number_in
from nlu.reasons import reason
from nlu.spelling import respelt
from nlu.understanding import Reason
from nlu.words import ending, pattern, without, word_set, wording

_HYPHENED = re.compile(r"(?<=\bopt) , (?=(?:me )?(?:in|out)\b)|(?<=\bun) , (?=sub)|(?<=\be) , (?=mail)")
"""Plain text sets a comma for a hyphen: "opt , out"."""

STOP_SIGN = "🛑"

_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
"""A letter written again and again: "alooone"."""


def wants_stop(text: str) -> bool:
    """Whether plain text asks, in any reasonable wording, to get no more texts."""
    if pattern("optout", "nothing_at_all").search(text):
        return True
    text = without_narrower(_DRAWN_OUT.sub(r"\1", _HYPHENED.sub(" ", text)))
    text = without(pattern("optout", "not_a_stop"), _without_giving_up(text)).strip(" ,")
    if _core(text) in word_set("optout", "stop_alone") or _only_a_stop(text.replace(" , ", " ")):
        return True
    clauses = text.split(" , ")
    if any(_stops(clause) for clause in clauses) or _ends_what_it_speaks_of(clauses):
        return True
    return not pattern("optout", "rather_texts").search(text) and _meant("no_calls", text)


def without_unmeant(text: str) -> str | None:
    """The rest of plain text that names a stop only to deny it, or means some texts or something else by it
    ("stop texting me at night", "do not take me off the list"). None where it names none so."""
    text = _HYPHENED.sub(" ", text)
    rest = _without_giving_up(text)
    for name in ("wants_stop", "no_calls"):
        rest = without(pattern("optout", name), rest, where=_unmeant)
    rest = without(pattern("optout", "not_a_stop"), rest)
    if pattern("optout", "rather_texts").search(text):
        rest = without(pattern("optout", "no_calls"), rest)
    return None if rest == text else " ".join(rest.split())


def wants_it_ended(text: str) -> bool:
    """Whether plain text has something taken away or off, which beside "wrong number" can only be the number."""
    return pattern("optout", "takes_away").search(text) is not None


def may_want_stop(text: str) -> bool:
    """Whether plain text is nothing but curt words that may mean a stop ("out , remove", "last text please")."""
    said = pattern("optout", "courtesy").sub("", text).strip(" ,")
    curt = pattern("optout", "may_be_a_stop")
    return bool(said) and all(curt.fullmatch(clause) for clause in said.split(" , "))


def speaks_of_texts(text: str) -> bool:
    """Whether plain text names what a stop would end: texts, a list, a number that is written to."""
    return pattern("optout", "about_texts").search(respelt(text)) is not None


def wants_no_offers(text: str) -> bool:
    """Whether plain text wants no more offers, and says nothing against reminders and the rest."""
    if pattern("narrower", "reported").search(text):
        return False
    return pattern("narrower", "no_offers").search(text) is not None or any(
        pattern("narrower", "no_offers_clause").fullmatch(clause) for clause in text.split(" , ")
    )


def wants_offers_again(text: str) -> bool:
    """Whether plain text wants offers, and nothing else: the model takes "offers ok again" for an end of them."""
    return pattern("narrower", "offers_again").fullmatch(text.replace(" ,", "")) is not None


def wants_back_on(text: str) -> bool:
    """Whether plain text asks to be put back on, and says nothing else."""
    return pattern("narrower", "back_on").fullmatch(text.replace(" ,", "")) is not None


def offers_a_week(text: str) -> int | None:
    """How many offers a week plain text allows at most ("no more than 2 a week"), wherever in it that stands."""
    found = pattern("narrower", "offers_a_week").search(text)
    return number_in(found) if found else None


def wants_so_many_a_week(text: str) -> bool:
    """Whether plain text says how many offers a week may come at most, and nothing else."""
    return pattern("narrower", "offers_a_week").fullmatch(text.replace(" ,", "")) is not None


def wants_off_list(text: str) -> bool:
    """Whether plain text gives up a place on the waitlist."""
    if pattern("narrower", "reported").search(text):
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


def without_narrower(text: str) -> str:
    """The text without what ends less than all texts, so that a stop beside it still counts."""
    whole = pattern("narrower", "no_offers_clause")
    kept = " , ".join(clause for clause in text.split(" , ") if not whole.fullmatch(clause))
    return " ".join(pattern("narrower", "no_offers", "leave_list").sub(" , ", kept).split()).strip(" ,")


def _without_giving_up(text: str) -> str:
    """The text without a "take me off" that stands beside why a visit is given up, and nothing of texts."""
    rest = without(pattern("optout", "off_the_schedule"), text)
    gives_up = rest != text and reason(rest) not in (None, Reason.OTHER)
    if not gives_up or speaks_of_texts(rest) or pattern("optout", "of_us").search(rest):
        return text
    return rest


def _core(text: str) -> str:
    """The text without polite words and separators."""
    return " ".join(word for word in text.split() if word not in word_set("optout", "polite") and word != ",")


def _only_a_stop(text: str) -> bool:
    """At least one word for a stop, and nothing beside it but fillers."""
    stops, fillers = word_set("optout", "stop_words"), word_set("optout", "fillers")
    said = text.split()
    return any(word in stops for word in said) and all(word in stops or word in fillers for word in said)


def _stops(clause: str) -> bool:
    """Whether one clause asks for it, whatever else the text says."""
    clause = pattern("optout", "courtesy").sub("", clause).strip()
    whole = pattern("optout", "stop_clause")
    if whole.fullmatch(clause) or whole.fullmatch(_core(clause)) or _dont_text_me(clause):
        return True
    if _only_a_stop(clause) or _meant("wants_stop", clause):
        return True
    return without_unmeant(clause) is None and _stop_by_itself(clause)


def _ends_what_it_speaks_of(clauses: list[str]) -> bool:
    """A curt "no more" counts where another clause speaks of texts."""
    curt = [clause for clause in clauses if _core(clause) in word_set("optout", "stop_beside_texts")]
    return bool(curt) and any(speaks_of_texts(clause) for clause in clauses if clause not in curt)


def _meant(name: str, clause: str) -> bool:
    """Whether a phrase of this list stands in a clause, neither denied nor meant of some hours or texts only."""
    return any(not _unmeant(clause, found) for found in pattern("optout", name).finditer(clause))


def _unmeant(clause: str, found: re.Match[str]) -> bool:
    return _denied(clause[: found.start()].strip()) or _limited(clause[found.end() :])


def _denied(before: str) -> bool:
    denied = ending("optout", "denied").search(before) is not None
    return denied and ending("optout", "meant_after_all").search(before) is None


def _limited(after: str) -> bool:
    return pattern("optout", "limited").match(after) is not None


def _dont_text_me(clause: str) -> bool:
    """A clause that opens with "don't text me": anything before it might make it a condition or a report."""
    return pattern("optout", "dont_text").fullmatch(clause.strip()) is not None


def _stop_by_itself(clause: str) -> bool:
    """A "stop" that stands by itself at the head or the end of a clause: "Stop. I have an appointment"."""
    said = clause.split()
    if said[:1] == ["stop"] and (len(said) == 1 or said[1] in word_set("optout", "after_stop")):
        return True
    if said[-1:] != ["stop"] or len(said) < 2 or said[-2] in word_set("optout", "not_before_stop"):
        return False
    return wording("optout", "not_with_a_stop").search(clause) is None
