"""What is acted on whatever was asked: emergencies, stops and the like, by an exact rule or a very sure model."""

from handlers.asking import asks, asks_for_no_end
from handlers.intents import ALWAYS
from nlu.emergencies import speaks_of_danger
from nlu.optout import speaks_of_texts
from nlu.understanding import Intent, Understanding
from nlu.words import plain

SURE_ALARM = {
    Intent.EMERGENCY: 0.99,
    Intent.STOP: 0.65,
    Intent.WRONG_NUMBER: 0.9,
    Intent.HELP: 0.9,
    Intent.START: 0.8,
}
"""What the model alone must give these, where no exact rule has read them. Measured on four thousand texts that
are none of them: fewer than one in a thousand is then taken for an emergency or a stop."""

LIKELY_EMERGENCY = 0.6
"""The same for an emergency in whose text stands a word of danger ("my brother is on the floor")."""

ASKED_EMERGENCY = 0.9
"""The same where the text asks ("is the x-ray safe, I'm pregnant"). Of 860 emergencies of ours all that ask are
read by the exact rules already; a question goes to a person in any case."""


def means_the_same_always(understanding: Understanding) -> bool:
    """Whether a text means the same whatever it answers."""
    if understanding.intent not in ALWAYS:
        return False
    if understanding.exact:
        return True
    if understanding.intent is Intent.STOP and (
        asks_for_no_end(understanding) or not speaks_of_texts(plain(understanding.text))
    ):
        return False
    return understanding.confidence >= _sure_enough(understanding)


def _sure_enough(understanding: Understanding) -> float:
    """The share the model must give its first reading before it is acted on as an alarm."""
    if understanding.intent is Intent.EMERGENCY and speaks_of_danger(plain(understanding.text)):
        return ASKED_EMERGENCY if asks(understanding) else LIKELY_EMERGENCY
    return SURE_ALARM.get(understanding.intent, 1.0)
