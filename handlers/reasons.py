"""Why a visit was given up: asked once, gently, and read into the eleven reasons."""

from handlers.turn import Reply, Turn


def reason(turn: Turn) -> Reply | None:
    """The answer to ''May I ask why?'': kept with the cancellation."""
    raise NotImplementedError
