"""The waitlist by text: joining, wishes, status, pausing, fewer offers, leaving."""

from handlers.turn import Reply, Turn


def preferences(turn: Turn) -> Reply | None:
    """A standing wish is kept on their entries, and said back in words."""
    raise NotImplementedError


def status(turn: Turn) -> Reply | None:
    """Where they stand: coming visits, place on the list, an honest wait."""
    raise NotImplementedError


def earlier(turn: Turn) -> Reply | None:
    """They want something sooner: they join the list, or are told that they are on it."""
    raise NotImplementedError


def join(turn: Turn) -> Reply | None:
    """A yes to 'Want something sooner or later?'."""
    raise NotImplementedError


def not_joining(turn: Turn) -> Reply | None:
    """A no to it."""
    raise NotImplementedError


def pause(turn: Turn) -> Reply | None:
    """Not now: nothing is offered until the date they named."""
    raise NotImplementedError


def leave(turn: Turn) -> Reply | None:
    """Off the waitlist. Their visits stay."""
    raise NotImplementedError


def fewer_texts(turn: Turn) -> Reply | None:
    """Fewer offers: their own cap, below the clinic's."""
    raise NotImplementedError


def no_offers(turn: Turn) -> Reply | None:
    """No more offers; reminders and answers still come."""
    raise NotImplementedError
