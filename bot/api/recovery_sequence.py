"""How lost visits are made up for, for programs: the clinic's sequence, read and written as a whole."""

from pydantic import Field

from bot.api.endpoint import Call, Nothing, Shape
from bot.api.problems import conflict
from clinic import policies, recovery_sequence
from rules.recovery_terms import RecoveryTerms
from storage.transaction import Tx


class RecoverySequence(RecoveryTerms, Shape):
    """The texts in the order in which they go, and when it begins and ends. What is left out is as usual."""

    mark: str | None = Field(
        default=None,
        description="Tells one sequence from another. Sent back with a change, the change is refused (409) where "
        "somebody else has made one since; left out, it is made whatever holds by then.",
    )


def get(tx: Tx, call: Call[Nothing, Nothing]) -> RecoverySequence:  # noqa: ARG001  as every endpoint
    """How lost visits are made up for."""
    return _shaped(policies.current(tx).recovery)


def put(tx: Tx, call: Call[Nothing, RecoverySequence]) -> RecoverySequence:
    """Make up for lost visits so from now on. Every open one is looked at anew by it."""
    said = call.body
    terms = RecoveryTerms.model_validate({name: getattr(said, name) for name in RecoveryTerms.model_fields})
    try:
        recovery_sequence.change(tx, terms, call.by, since=said.mark)
    except policies.Overtaken:
        raise conflict(
            "Somebody else has changed the sequence since you read it, and nothing was kept. Read it again, and "
            "send your change with its mark."
        ) from None
    return _shaped(policies.current(tx).recovery)


def _shaped(terms: RecoveryTerms) -> RecoverySequence:
    return RecoverySequence.model_validate({**dict(terms), "mark": recovery_sequence.mark(terms)})
