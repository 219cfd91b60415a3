"""What a text says as the answer to one that asks somebody to come back (`lists/campaigns.yml`).

All of it is read in plain text (`nlu.words.plain`), whole.
"""

from nlu.words import pattern


def is_interested(text: str) -> bool:
    """ "Interested", "sure, when?", "what times do you have"."""
    return pattern("campaigns", "interested").fullmatch(text) is not None


def is_not_interested(text: str) -> bool:
    """ "Not interested", "I have another dentist", "we moved"."""
    return pattern("campaigns", "not_interested").fullmatch(text) is not None


def asks_who_writes(text: str) -> bool:
    """ "Who is this?": they want to know by whom they were texted; nobody says that the number is wrong."""
    return pattern("campaigns", "who_writes").fullmatch(text) is not None
