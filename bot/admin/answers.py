"""Answers: what the clinic says to the questions patients ask by text, in its own words."""

from dataclasses import dataclass

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from bot.access import needs
from bot.admin.frame import blueprint, by_me, done, in_clinic
from clinic import answers
from clinic.answers import MOST_CHARACTERS, AnswerRefused
from rules.permissions import Permission
from rules.segments import segments
from rules.states import AnswerTopic
from storage.transaction import Tx

pages = blueprint("answers")


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer as it is being written: what patients would get, and what it costs."""

    topic: AnswerTopic
    text: str
    otherwise: str | None  # what is said where nothing is written; None: a person answers

    @property
    def said(self) -> str | None:
        """As patients get it: on one line, and where nothing is written, what we know anyway."""
        return " ".join(self.text.split()) or self.otherwise

    @property
    def characters(self) -> int:
        return len(" ".join(self.text.split()))

    @property
    def segments(self) -> int:
        return segments(self.said or "")

    @property
    def warning(self) -> str | None:
        if self.characters > MOST_CHARACTERS:
            return f"Too long by {self.characters - MOST_CHARACTERS}."
        return answers.warning(self.said) if self.said else None


@pages.get("/settings/answers")
@needs(Permission.EDIT_POLICY)
def page() -> str:
    return render_template("answers.html", drafts=in_clinic(_drafts), refused={})


@pages.post("/settings/answers")
@needs(Permission.EDIT_POLICY)
def save() -> Response | tuple[str, int]:
    """Keep what is written; nothing written takes the answer back."""
    topic, text = _topic(), request.form.get("text", "")

    def work(tx: Tx) -> tuple[list[Draft], str]:
        try:
            if text.strip():
                answers.put(tx, topic, text, by_me(), tx.clinic().language)
            else:
                answers.remove(tx, topic, by_me(), tx.clinic().language)
        except AnswerRefused as refused:
            return [_draft(tx, each, text if each is topic else None) for each in AnswerTopic], str(refused)
        return [], ""

    drafts, refused = in_clinic(work)
    if refused:
        return render_template("answers.html", drafts=drafts, refused={topic: refused}), 422
    return done("answers.page", "answer-saved" if text.strip() else "answer-removed", at=f"answer-{topic}")


@pages.post("/settings/answers/preview")
@needs(Permission.EDIT_POLICY)
def preview() -> str:
    """What an answer would look like and cost, while it is being written."""
    topic, text = _topic(), request.form.get("text", "")
    return render_template("answer_preview.html", draft=in_clinic(lambda tx: _draft(tx, topic, text)))


def _topic() -> AnswerTopic:
    try:
        return AnswerTopic(request.form.get("topic", ""))
    except ValueError:
        abort(400)


def _drafts(tx: Tx) -> list[Draft]:
    return [_draft(tx, topic) for topic in AnswerTopic]


def _draft(tx: Tx, topic: AnswerTopic, text: str | None = None) -> Draft:
    """An answer as it is kept, or as somebody has just written it."""
    language = tx.clinic().language
    kept = {each.topic: each.text for each in answers.every(tx) if each.language == language}
    written = kept.get(topic, "") if text is None else text
    return Draft(topic, written, answers.known(tx, topic, language))
