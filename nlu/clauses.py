"""A compound reply cut into its thoughts: "yes. where do I park?" is a yes and a question.

Only places where a new thought surely begins are cut: the end of a sentence, a "but", a question or a condition
after a yes, with or without a mark between them ("that works can you tell me the address"). Lists and dates stay
whole ("yes, Tuesday, Dec 1, 3:00pm").
"""

import re
from functools import cache

from nlu.asking import question_in
from nlu.remarks import adds_nothing, speaks_for_it
from nlu.words import named_patterns, pattern, plain, words

MOST_CLAUSES = 6
"""Nobody says more in one text; each clause costs a look by the model."""

MOST_TO_TRY = 18
"""Words of a clause in which a remark is looked for: a yes is no longer (`handlers.guards.MOST_WORDS`)."""

_SO = ("so", "and", "entonces", "pues", "y")
"""What leads from a remark to the yes beside it."""

_STOPS = re.compile(
    r"(?<!\bdr)(?<!\bdra)(?<!\bsr)(?<!\bsra)(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bst)(?<!\ba\.m)(?<!\bp\.m)(?<!\bappt)(?<!\d)[.!?;]+(?=\s|$|[A-Za-z]{2})"
    r"|(?<=\d)[.!?;]+(?=\s|$)|\n+",
    re.I,
)


@cache
def _cuts(kind: str) -> tuple[re.Pattern[str], ...]:
    """Where a new thought begins inside a sentence, by lists/clauses.yml. What is matched is dropped."""
    return tuple(re.compile(phrase, re.I) for phrase in named_patterns("clauses", kind, {}).values())


def split(text: str) -> tuple[str, ...]:
    """The clauses of a cleaned text, in order; one where there is nothing to cut."""
    found: list[str] = []
    for sentence in _sentences(text):
        for clause in (part for cut in _cut(sentence) for part in _remark_apart(cut)):
            if found and _says_nothing_new(clause):
                found[-1] = f"{found[-1]} {clause}"
            else:
                found.append(clause)
    if len(found) > MOST_CLAUSES:
        found[MOST_CLAUSES - 1 :] = [" ".join(found[MOST_CLAUSES - 1 :])]
    return tuple(found)


def _sentences(text: str) -> list[str]:
    """The sentences, each with the mark at its end."""
    found, begin = [], 0
    for stop in _STOPS.finditer(text):
        found.append(text[begin : stop.end()])
        begin = stop.end()
    found.append(text[begin:])
    return [sentence.strip() for sentence in found if sentence.strip()]


def _cut(sentence: str) -> list[str]:
    places = sorted(
        (match.start(), match.end(), kind)
        for kind in ("cuts", "cuts_after_a_yes")
        for cut in _cuts(kind)
        for match in cut.finditer(sentence)
    )
    found, begin = [], 0
    for start, end, kind in places:
        if start < begin or (kind == "cuts_after_a_yes" and not _agrees(sentence[begin:start])):
            continue
        found.append(sentence[begin:start])
        begin = end
    found.append(sentence[begin:])
    return [clause.strip(" ,-") for clause in found if clause.strip(" ,-")]


def _remark_apart(clause: str) -> list[str]:
    """A yes and a remark beside it, with no more than a comma between them: "yes my mom will drive me"."""
    said = clause.split()
    if len(said) > MOST_TO_TRY:
        return [clause]
    for at in range(1, len(said)):
        before, behind = " ".join(said[:at]), " ".join(said[at:])
        if said[at - 1].lower() == "si":
            continue  # "claro si me lleva mi hijo" is an if
        if _agrees(before) and _is_remark(behind):
            return [before, behind]
        if (before.endswith(",") or said[at] in _SO) and _is_remark(before) and _agrees(behind):
            return [before, behind]
    return [clause]


def _is_remark(clause: str) -> bool:
    flat = plain(clause)
    return adds_nothing(flat) or speaks_for_it(flat)


def _agrees(head: str) -> bool:
    """Whether a condition or a question has a yes to stand beside, which "is it ok" is not."""
    asked = question_in(head)
    return bool(pattern("clauses", "agrees").search(plain(head))) and not (asked and asked[0] == "")


def _says_nothing_new(clause: str) -> bool:
    """An emoji, a mark or a lone polite word belongs to what was said before it."""
    return not words(clause) or bool(_polite().fullmatch(plain(clause)))


@cache
def _polite() -> re.Pattern[str]:
    return re.compile("|".join(named_patterns("clauses", "belongs_before", {}).values()))
