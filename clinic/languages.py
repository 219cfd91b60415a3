"""The language people write in: answered in, remembered, or given to a person who may speak it."""

from collections.abc import Sequence

from clinic import policies
from clinic.audit import BOT, record
from storage.tables import Conversation, Patient
from storage.transaction import Tx

LEAST_WORDS = 3
"""Words a text in a language we answer in needs to tell that its writer is at home in it: anybody may write
"gracias" once."""


def is_served(tx: Tx, language: str | None) -> bool:
    """Whether the bot answers in this language here. A text that tells none ("ok") is in any."""
    return language is None or language in policies.current(tx).languages


def answer_in(tx: Tx, conversation: Conversation, language: str | None) -> None:
    """Texts to this conversation are in `language` for the rest of the transaction, where it is served."""
    if language is not None and is_served(tx, language):
        tx.speaking[conversation.id] = language


def remember(
    tx: Tx, conversation: Conversation, patients: Sequence[Patient], language: str | None, *, words: int
) -> None:
    """Keep the language of a text that plainly tells it, so that the next text we start ourselves is in it too.

    It belongs to whoever reads this number. Where that is one of the `patients` it reaches, it is theirs as well.
    """
    if language is None or conversation.language == language:
        return
    if words < LEAST_WORDS and is_served(tx, language):
        return
    conversation.language = language
    if len(patients) == 1 and patients[0].language != language and is_served(tx, language):
        before = patients[0].language
        patients[0].language = language
        record(
            tx,
            BOT,
            "patient.language_changed",
            patients[0],
            before={"language": before},
            after={"language": language},
        )
