"""How lost visits are made up for, for programs: the clinic's sequence, read and written as a whole."""

from bot.api.endpoint import Call, Nothing, Shape
from clinic import policies, recovery_sequence
from rules.recovery_terms import RecoveryTerms
from storage.transaction import Tx


class RecoverySequence(RecoveryTerms, Shape):
    """The texts in the order in which they go, and when it begins and ends. What is left out is as usual."""


def get(tx: Tx, call: Call[Nothing, Nothing]) -> RecoverySequence:  # noqa: ARG001  as every endpoint
    """How lost visits are made up for."""
    return _shaped(policies.current(tx).recovery)


def put(tx: Tx, call: Call[Nothing, RecoverySequence]) -> RecoverySequence:
    """Make up for lost visits so from now on. Every open one is looked at anew by it."""
    recovery_sequence.change(tx, RecoveryTerms.model_validate(dict(call.body)), call.by)
    return _shaped(policies.current(tx).recovery)


def _shaped(terms: RecoveryTerms) -> RecoverySequence:
    return RecoverySequence.model_validate(dict(terms))
