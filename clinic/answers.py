"""What the clinic answers to questions by text: its own entries, and what it has told us anyway."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from clinic import phrases, policies
from clinic.audit import By, record
from rules.desk import desk_week
from rules.segments import affordable, is_gsm7, segments
from rules.states import AnswerTopic
from storage.tables import Answer
from storage.transaction import Tx

MOST_CHARACTERS = 300


class AnswerRefused(ValueError):
    """The text cannot be an answer. What it says is a sentence for people."""


def put(tx: Tx, topic: AnswerTopic, text: str, by: By, language: str = phrases.DEFAULT_LANGUAGE) -> Answer:
    """Answer `topic` with `text` from now on, in one language. May raise `AnswerRefused`."""
    said = " ".join(text.split())
    if not said:
        raise AnswerRefused("Write an answer, or remove it.")
    if len(said) > MOST_CHARACTERS:
        raise AnswerRefused(f"An answer has {MOST_CHARACTERS} characters at most; this one has {len(said)}.")
    fresh = {"text": said, "changed_at": tx.now, "changed_by": by.staff_id}
    tx.session.execute(
        insert(Answer)
        .values(clinic_id=tx.clinic_id, topic=topic, language=language, **fresh)
        .on_conflict_do_update(index_elements=["clinic_id", "topic", "language"], set_=fresh)
    )
    row = tx.session.scalars(_entry(topic, language).execution_options(populate_existing=True)).one()
    record(tx, by, "answer.changed", row, after={"topic": topic, "language": language})
    return row


def remove(tx: Tx, topic: AnswerTopic, by: By, language: str = phrases.DEFAULT_LANGUAGE) -> bool:
    """Answer `topic` no more in the clinic's own words. False where there were none."""
    row = tx.session.scalar(_entry(topic, language).with_for_update(key_share=True))
    if row is None:
        return False
    tx.session.delete(row)
    record(tx, by, "answer.removed", row, before={"topic": topic, "language": language})
    return True


def of(tx: Tx, topic: AnswerTopic, language: str = phrases.DEFAULT_LANGUAGE) -> str | None:
    """What to answer: the clinic's entry in that language, else what is said without one. None: only a person can
    say."""
    entry = tx.session.scalar(_entry(topic, language))
    return entry.text if entry is not None else without(tx, topic, language)


def without(tx: Tx, topic: AnswerTopic, language: str) -> str | None:
    """What is said where nothing is written in a language: the entry in the clinic's own, else what we know of it
    anyway."""
    entry = tx.session.scalar(_entry(topic, tx.clinic().language))
    return entry.text if entry is not None and entry.language != language else known(tx, topic, language)


def every(tx: Tx) -> Sequence[Answer]:
    """The clinic's own entries, by topic and language."""
    return tx.session.scalars(select(Answer).order_by(Answer.topic, Answer.language)).all()


def known(tx: Tx, topic: AnswerTopic, language: str = phrases.DEFAULT_LANGUAGE) -> str | None:
    """What can be said without an entry: the desk's hours, and the address where the clinic has given one."""
    week, address = desk_week(policies.current(tx)), tx.clinic().address
    if topic is AnswerTopic.HOURS and week:
        return phrases.render("answer_hours", language, hours=phrases.opening_hours(week))
    if topic is AnswerTopic.ADDRESS and address:
        return phrases.render("answer_address", language, address=address)
    return None


def warning(text: str) -> str | None:
    """For whoever writes an answer: why each text with it will cost more than one segment. None: it won't."""
    text = affordable(text)
    count = segments(text)
    if count == 1:
        return None
    if is_gsm7(text):
        return f"This takes {count} segments a text."
    dear = next(char for char in text if not is_gsm7(char))
    return f"This takes {count} segments a text, since \u201c{dear}\u201d is not in the plain alphabet."


def _entry(topic: AnswerTopic, language: str) -> Select[Answer]:
    return select(Answer).where(Answer.topic == topic, Answer.language == language)
