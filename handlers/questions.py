"""Questions: answered from the clinic's own entries, or by a person."""

from handlers.turn import Reply, Turn


def answer(turn: Turn) -> Reply | None:
    """The clinic's own answer where it has one; else a person gets the question."""
    raise NotImplementedError
