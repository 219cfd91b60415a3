"""What is said beside an answer and changes none: why it took so long, how they come, what favours the offer."""

from nlu.words import pattern


def adds_nothing(flat: str) -> bool:
    """Whether a thought (plain) only makes talk, or says that nothing more is wanted."""
    return pattern("clauses", "remark", "no_more").fullmatch(flat) is not None


def speaks_for_it(flat: str) -> bool:
    """Whether a thought (plain) favours what was offered ("my sister goes there", "it isn't far"), and holds no
    word of a no, a doubt, a question or a wish for something else."""
    left = pattern("clauses", "favours").sub(",", flat)
    if left == flat:
        return False
    meant = pattern("signals", "harmless").sub(",", left)
    objections = (
        pattern("signals", "a_no", "hedge", "an_if", "cancel", "question"),
        pattern("clauses", "forbids", "other_wish", "contrast"),
    )
    asks = pattern("asking", "by_form").search(flat)
    return asks is None and not any(words.search(meant) for words in objections)
