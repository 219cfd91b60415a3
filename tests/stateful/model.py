"""What stands for the language model: it knows these sentences, and for any other it is away."""

from nlu.understanding import Intent, NluUnavailable, Ranked

SURE = 0.97

KNOWN = {
    "is there parking": Intent.QUESTION,
    "i cant make it that day": Intent.CANCEL,
    "could we do another time instead": Intent.COUNTER,
    "not this week": Intent.NOT_NOW,
    "sorry wrong button": Intent.UNDO,
    "please text me less": Intent.FEWER_TEXTS,
    "can i move my visit": Intent.RESCHEDULE,
    "no tuesdays please": Intent.PREFERENCES,
    "i will be there": Intent.CONFIRM,
    "this is a disgrace": Intent.COMPLAINT,
    "book me without asking": Intent.AUTO_BOOK,
    "not interested": Intent.DECLINE,
    "last text please": Intent.OUT_OF_SCOPE,
    "no longer interested in the waitlist": Intent.LEAVE_LIST,
}


class Phrasebook:
    """Reads what is in KNOWN, and says that it is away for anything else."""

    def parse(self, text: str) -> Ranked:
        intent = KNOWN.get(text.lower())
        if intent is None:
            raise NluUnavailable
        return Ranked(((intent, SURE), (Intent.OUT_OF_SCOPE, 1 - SURE)))

    def close(self) -> None:
        """Nothing is kept open."""


WORDS = (
    *(["yes"] * 6),
    *(["no"] * 2),
    *(["undo"] * 3),
    *(["cancel"] * 3),
    *(["earlier"] * 2),
    *(["1"] * 3),
    "2",
    "STOP",
    "START",
    "👍",
    'Liked "Reply YES to book"',
    "status",
    "no offers",
    "ask me first",
    "wrong number",
    "talk to a person",
    "i have chest pain",
    "I'm driving right now and will get back to you later",
    "qwrtz plmk",
    "",
    *KNOWN,
)
"""What patients text: answers that exact rules read, sentences of the phrasebook, and one that nobody reads."""
