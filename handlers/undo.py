"""Wait, no: what was done last by text is taken back."""

from handlers.turn import Reply, Turn


def undo(turn: Turn) -> Reply | None:
    """The newest thing done here by text, within the clinic's undo time, is taken back."""
    raise NotImplementedError
