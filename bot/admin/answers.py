"""Answers: what the clinic says to the questions patients ask by text, in its own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, done, in_clinic
from clinic import answers
from clinic.answers import MOST_CHARACTERS, AnswerRefused
from clinic.phrases import LANGUAGES
from rules.permissions import Permission
from rules.segments import affordable, segments
from rules.states import AnswerTopic
from storage.transaction import Tx

pages = blueprint("answers")


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in one language as it is being written: what patients would get, and what it costs."""

    topic: AnswerTopic
    language: str
    text: str
    otherwise: str | None  # what is said where nothing is written here; None: a person answers

    @property
    def said(self) -> str | None:
        """As patients get it: on one line, and where nothing is written, what is said otherwise."""
        return " ".join(self.text.split()) or self.otherwise

    @property
    def characters(self) -> int:
        return len(" ".join(self.text.split()))

    @property
    def segments(self) -> int:
        return segments(affordable(self.said or ""))

    @property
    def warning(self) -> str | None:
        if self.characters > MOST_CHARACTERS:
            return f"Too long by {self.characters - MOST_CHARACTERS}."
        return answers.warning(self.said) if self.said else None


Page = Mapping[AnswerTopic, Sequence[Draft]]
"""The drafts of each topic, one a language."""


@pages.get("/settings/answers")
@needs(Permission.EDIT_POLICY)
def page() -> str:
    return render_template("answers.html", drafts=in_clinic(_drafts), refused={})


@pages.post("/settings/answers")
@needs(Permission.EDIT_POLICY)
def save() -> Response | tuple[str, int]:
    """Keep what is written; nothing written takes the answer back."""
    topic, language, text = _written()

    def work(tx: Tx) -> tuple[Page, str]:
        try:
            if text.strip():
                answers.put(tx, topic, text, by_me(), language)
            else:
                answers.remove(tx, topic, by_me(), language)
        except AnswerRefused as refused:
            return _drafts(tx, _draft(tx, topic, language, text)), str(refused)
        return {}, ""

    drafts, refused = in_clinic(work)
    if refused:
        refusals = {(topic, language): refused}
        return render_template("answers.html", drafts=drafts, refused=refusals), 422
    return done("answers.page", "answer-saved" if text.strip() else "answer-removed", at=f"answer-{topic}")


@pages.post("/settings/answers/preview")
@needs(Permission.EDIT_POLICY)
def preview() -> str:
    """What an answer would look like and cost, while it is being written."""
    draft = in_clinic(lambda tx: _draft(tx, *_written()))
    return render_template("answer_preview.html", draft=draft)


def _written() -> tuple[AnswerTopic, str, str]:
    """The topic, the language and the text of the form."""
    language = request.form.get("language", "")
    try:
        topic = AnswerTopic(request.form.get("topic", ""))
    except ValueError:
        abort(400)
    if language not in LANGUAGES:
        abort(400)
    return topic, language, request.form.get("text", "")


def _drafts(tx: Tx, fresh: Draft | None = None) -> Page:
    """Every answer as it is kept, but for the one that somebody has just written."""
    kept = {(each.topic, each.language): each.text for each in answers.every(tx)}
    page = {
        topic: [_draft(tx, topic, language, kept.get((topic, language), "")) for language in _languages(tx)]
        for topic in AnswerTopic
    }
    if fresh is not None:
        page[fresh.topic] = [fresh if each.language == fresh.language else each for each in page[fresh.topic]]
    return page


def _draft(tx: Tx, topic: AnswerTopic, language: str, text: str) -> Draft:
    return Draft(topic, language, text, answers.without(tx, topic, language))


def _languages(tx: Tx) -> Sequence[str]:
    """All we speak, the clinic's own first."""
    return sorted(LANGUAGES, key=lambda each: each != tx.clinic().language)
