"""How lost visits are made up for: a clinic edits its sequence, with its own words, seen as patients read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin import recovery_form, recovery_words
from bot.admin.frame import blueprint, by_me, done, in_clinic
from bot.admin.recovery_form import Form, Unfit
from clinic import policies, recovery_sequence
from clinic.phrases import LANGUAGES
from clinic.policies import Overtaken
from clinic.recovery_sequence import Example
from rules.permissions import Permission
from rules.recovery_terms import MERGE_FIELDS, MOST_LETTERS, MOST_TOUCHES, OPENINGS
from storage.transaction import Tx

pages = blueprint("recovery_sequence")
pages.context_processor(lambda: {"said": recovery_words, "fields": recovery_form})

MAY = Permission.EDIT_POLICY


@dataclass(frozen=True, slots=True)
class Sample:
    """What patients would read, or why nobody can."""

    example: Example | None = None
    refusals: tuple[str, ...] = ()


class Field(NamedTuple):
    """Where own words are written: in which text, how it begins, and in which language."""

    touch: str
    opening: str
    language: str


@pages.get("/recovery/sequence")
@needs(MAY)
def page() -> str:
    terms = in_clinic(lambda tx: policies.current(tx).recovery)
    return _form(recovery_form.filled(terms), since=recovery_sequence.mark(terms))


@pages.post("/recovery/sequence")
@needs(MAY)
def save() -> Response | tuple[str, int]:
    """Keep what the form says, or show it again with why not: it cannot be, or somebody else was first."""
    try:
        terms = recovery_form.terms_in(request.form)
    except Unfit as unfit:
        return _form(request.form, refusals=unfit.sentences), 422
    since = request.form.get("since")
    try:
        in_clinic(lambda tx: recovery_sequence.change(tx, terms, by_me(), since=since))
    except Overtaken:
        kept = in_clinic(lambda tx: policies.current(tx).recovery)
        theirs = recovery_form.differing(kept, terms)
        return _form(request.form, theirs=theirs, since=recovery_sequence.mark(kept)), 409
    return done("recovery_sequence.page", "sequence-kept")


@pages.post("/recovery/sequence/rows")
@needs(MAY)
def rows() -> str:
    """The form as it is, with one text more or less. Nothing is kept."""
    return _form(recovery_form.with_rows(request.form, request.form.get("rows", "")))


@pages.post("/recovery/sequence/sample")
@needs(MAY)
def sample() -> str:
    """What one of the texts would read like, while it is being written."""
    touch, opening, language = (request.args.get(name, "") for name in ("touch", "opening", "language"))
    known = {each for openings in OPENINGS.values() for each in openings}
    if touch not in recovery_form.shown(request.form) or opening not in known or language not in LANGUAGES:
        abort(400)
    field = Field(touch, opening, language)
    found = in_clinic(lambda tx: _sample(tx, request.form, field, recovery_sequence.somebody(tx)))
    return render_template("recovery_sample.html", sample=found, language=language)


def _form(form: Form, *, since: str | None = None, **more: Any) -> str:
    """`since`: the mark of the terms that whoever saves the form has seen."""
    return render_template(
        "recovery_sequence.html",
        form=form,
        since=since or form.get("since", ""),
        samples=in_clinic(lambda tx: _samples(tx, form)),
        ours=recovery_sequence.ours,
        openings=OPENINGS,
        languages=LANGUAGES,
        merge_fields=MERGE_FIELDS,
        most_letters=MOST_LETTERS,
        most_touches=MOST_TOUCHES,
        **more,
    )


def _samples(tx: Tx, form: Form) -> Mapping[str, Sample]:
    """What each of the texts would read like, by the name of its field."""
    who = recovery_sequence.somebody(tx)
    return {
        recovery_form.field(touch, opening, language): _sample(tx, form, Field(touch, opening, language), who)
        for touch in recovery_form.shown(form)
        for openings in OPENINGS.values()
        for opening in openings
        for language in LANGUAGES
    }


def _sample(tx: Tx, form: Form, field: Field, who: str) -> Sample:
    """Of these words alone: what is wrong elsewhere in the text is said when it is kept."""
    touch, opening, language = field
    name = recovery_form.field(*field)
    wording = next(each for each, openings in OPENINGS.items() if opening in openings)
    alone: Form = Form(
        {
            f"{touch}_wording": wording,
            f"{touch}_channel": form.get(f"{touch}_channel", ""),
            name: form.get(name, ""),
        }
    )
    try:
        read = recovery_form.touch_in(alone, touch)
    except Unfit as unfit:
        return Sample(refusals=tuple(unfit.sentences))
    first = recovery_form.shown(form)[:1] == [touch]
    return Sample(recovery_sequence.example(tx, read, opening, language, who, first=first))
