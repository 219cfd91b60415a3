"""The form in which a clinic writes how lost visits are made up for: from its fields to the terms, and back.

Its rows are fields of the form themselves: `touch` names each text shown, in the order in which they go. So a
button that adds or takes out one only sends the form, and gets it back changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from bot.admin import recovery_words, words
from clinic import phrases
from rules.recovery_terms import MOST_DAYS, MOST_TOUCHES, OPENINGS, RecoveryTerms, Touch, Wording
from rules.states import Channel

Form = MultiDict[str, str]

TOUCH, ADD, REMOVE = "touch", "add", "remove-"
HOURS, DAYS = "hours", "days"
LONGEST_NUMBER = 9
USUAL_DAYS = "3"
"""Between a text and the one behind it, where nothing else is written."""


@dataclass(frozen=True, slots=True)
class Number:
    """A field for a whole number; its name is that of the terms."""

    name: str
    label: str
    least: int
    most: int


LIMITS = (
    Number("most_attempts", "Tries at most, staff’s own among them", 1, 10),
    Number("give_up_days", "Given up after days", 1, 365),
    Number("answer_hours", "Somebody calls, hours after the last text", 1, 336),
)
BEGINNINGS = (
    Number("after_end_minutes", "After a missed visit’s planned end, minutes", 0, 1440),
    Number("after_cancel_hours", "After a cancel, hours", 0, 240),
    Number("least_score", "Times are offered that suit at least, %", 0, 100),
)
NUMBERS = {each.name: each.label for each in (*LIMITS, *BEGINNINGS)}
PERCENT = "least_score"


class Unfit(ValueError):
    """What the form says cannot be; `sentences` say why, for whoever filled it in."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def terms_in(form: Form) -> RecoveryTerms:
    """What the form says. Raises `Unfit`."""
    numbers = {name: form.get(name, "") for name in NUMBERS}
    said = {
        **numbers,
        PERCENT: _share(numbers[PERCENT]),
        "texted_after": form.getlist("texted_after"),
        "touches": [_touch(form, name) for name in shown(form)],
    }
    try:
        return RecoveryTerms.model_validate(said)
    except ValidationError as error:
        raise Unfit([_sentence(problem) for problem in error.errors()]) from None


def touch_in(form: Form, name: str) -> Touch:
    """One of its texts. Raises `Unfit`."""
    try:
        return Touch.model_validate(_touch(form, name))
    except ValidationError as error:
        raise Unfit([_sentence(problem) for problem in error.errors()]) from None


def shown(form: Form) -> list[str]:
    """The texts that are shown, each by the name its fields begin with."""
    return form.getlist(TOUCH)[:MOST_TOUCHES]


def with_rows(form: Form, deed: str) -> Form:
    """The form with a text more at the end, or without one."""
    changed: Form = MultiDict(form)
    names = shown(form)
    if deed == ADD and len(names) < MOST_TOUCHES:
        fresh = str(1 + max((int(name) for name in names if name.isdecimal()), default=-1))
        names = [*names, fresh]
        changed[f"{fresh}_delay"], changed[f"{fresh}_unit"] = USUAL_DAYS, DAYS
        changed[f"{fresh}_wording"] = Wording.LAST if len(names) > 1 else Wording.LOST
    else:
        names = [name for name in names if f"{REMOVE}{name}" != deed]
    changed.setlist(TOUCH, names)
    return changed


def field(touch: str, opening: str, language: str) -> str:
    """The name of the field for a text's own words."""
    return f"{touch}_{opening}_{language}"


def has_own(form: Form, touch: str, opening: str) -> bool:
    """Whether a text begins in the clinic's own words, in any language."""
    return any(form.get(field(touch, opening, language)) for language in phrases.LANGUAGES)


def _touch(form: Form, name: str) -> Mapping[str, Any]:
    """Of a text's own words those that go with its wording; the others are not shown."""
    wording = form.get(f"{name}_wording", Wording.AGAIN)
    openings = OPENINGS[Wording(wording)] if wording in set(Wording) else ()
    delay = form.get(f"{name}_delay", "").strip() or "0"
    in_days = form.get(f"{name}_unit") == DAYS and delay.isdecimal() and len(delay) < LONGEST_NUMBER
    return {
        "after_hours": int(delay) * 24 if in_days else delay,
        "channel": form.get(f"{name}_channel", Channel.SMS),
        "wording": wording,
        "words": {
            opening: {
                language: form.get(field(name, opening, language), "") for language in phrases.LANGUAGES
            }
            for opening in openings
        },
    }


def _share(percent: str) -> float | str:
    """Of a hundred, as a share; what is no number is left for the terms to refuse."""
    try:
        return float(percent) / 100
    except ValueError:
        return percent


# Sentences on what cannot be


def _sentence(problem: Any) -> str:
    return f"{': '.join([*_place(problem['loc']), _what(problem)])}."


def _place(loc: Sequence[str | int]) -> Iterator[str]:
    """Where in the form: which number, or which text and which of its words."""
    parts = list(loc)
    if parts[:1] == ["touches"] and len(parts) > 1:
        yield f"Text {int(parts[1]) + 1}"
        parts = parts[2:]
    if parts[:1] == ["words"] and len(parts) > 2:
        opening, language = str(parts[1]), str(parts[2])
        yield f"{recovery_words.OPENINGS[opening]}, {words.LANGUAGES[language]}"
    elif parts:
        yield {"after_hours": "how long after", **NUMBERS}.get(str(parts[0]), str(parts[0]))


def _what(problem: Any) -> str:
    limits = problem.get("ctx", {})
    percent = 100 if PERCENT in problem["loc"] else 1
    match problem["type"]:
        case "greater_than_equal":
            return f"at least {limits['ge'] * percent:g}"
        case "less_than_equal" if "after_hours" in problem["loc"]:
            return f"at most {MOST_DAYS} days"
        case "less_than_equal":
            return f"at most {limits['le'] * percent:g}"
        case "int_parsing" | "float_parsing":
            return "a whole number is missing"
        case _:
            return str(problem["msg"]).removeprefix("Value error, ").removesuffix(".")


# What two sequences say otherwise


def differing(kept: RecoveryTerms, wanted: RecoveryTerms) -> list[tuple[str, str, str]]:
    """What differs, what is kept and what somebody wants instead; what one of them has not is a dash."""
    ours, theirs = dict(_lines(kept)), dict(_lines(wanted))
    both = [(label, ours.get(label, "–"), theirs.get(label, "–")) for label in {**ours, **theirs}]
    return [(label, one, other) for label, one, other in both if one != other]


def _lines(terms: RecoveryTerms) -> Iterator[tuple[str, str]]:
    kinds = [recovery_words.KINDS[kind] for kind in terms.texted_after]
    yield "Texts go by themselves after", ", ".join(kinds) or "nothing"
    for place, touch in enumerate(terms.touches, 1):
        when = recovery_words.after(touch.after_hours, first=place == 1)
        by, begins = recovery_words.TEXTED[touch.channel], recovery_words.SEQUENCE[touch.wording]
        yield f"Text {place}", f"{by}, {when}, {begins}"
        for opening, texts in touch.words.items():
            for language, text in texts.items():
                label = f"Text {place}: {recovery_words.OPENINGS[opening]}, {words.LANGUAGES[language]}"
                yield label, text
    form = filled(terms)
    yield from ((label, form[name]) for name, label in NUMBERS.items())


# The terms as they stand in the form


def filled(terms: RecoveryTerms) -> Form:
    """The form with the terms in it."""
    form: Form = MultiDict({name: str(getattr(terms, name)) for name in NUMBERS})
    form[PERCENT] = f"{terms.least_score * 100:g}"
    form.setlist("texted_after", list(terms.texted_after))
    form.setlist(TOUCH, [str(place) for place in range(len(terms.touches))])
    for place, touch in enumerate(terms.touches):
        in_days = touch.after_hours > 0 and touch.after_hours % 24 == 0
        form[f"{place}_delay"] = str(touch.after_hours // 24 if in_days else touch.after_hours)
        form[f"{place}_unit"] = DAYS if in_days else HOURS
        form[f"{place}_channel"], form[f"{place}_wording"] = touch.channel, touch.wording
        for opening, texts in touch.words.items():
            for language, text in texts.items():
                form[field(str(place), opening, language)] = text
    return form
