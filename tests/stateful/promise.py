"""What has to be so after every step, whatever happened: each promise is a sentence, and a query that finds the
contrary.

A query gives one line for each thing that is wrong; `%(now)s` is the moment of the look. They all stand in one
statement, so that a look costs little. What may change before the next look is looked for as a text is claimed.
"""

from collections.abc import Callable

from clinic.messages import OFFER_PHRASES

Query = Callable[[], str]

AT_ALL_TIMES: list[Query] = []
AT_THE_END: list[Query] = []
AT_A_CLAIM: list[Query] = []

ACTIVE = "('requested', 'booked', 'confirmed', 'arrived', 'completed')"
LIVE = "('open', 'offering', 'expired')"
OUTSTANDING = "('queued', 'open')"
WAITING = "('active', 'offered')"

MAKES_AN_OFFER = str(OFFER_PHRASES)


def always(query: Query) -> Query:
    AT_ALL_TIMES.append(query)
    return query


def when_claimed(query: Query) -> Query:
    """Of a text at the moment it is claimed: `claimed` is its row, with the number it goes to (world.py)."""
    AT_A_CLAIM.append(query)
    return query


def in_the_end(query: Query) -> Query:
    AT_THE_END.append(query)
    return query
