"""What single words of a text say (`lists/signals.yml`), and which of its words no yes of ours ever used."""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from nlu.persons import wants_person
from nlu.understanding import Signals
from nlu.words import pattern, plain, word_set, words

DATA = Path(__file__).parent / "data"
"""The training examples: <topic>.yml in English, es/<topic>.yml in Spanish."""

EXAMPLE = "    - "
"""How a line with an example begins."""

YES_EMOJI = frozenset("👍👌✅✔☑🆗💯")
NO_EMOJI = frozenset("👎❌🚫⛔🙅✖")
DOUBT_EMOJI = frozenset("🤔🤷❓❔❗😕😬😐😑🙄😢😭🙁☹😞😔😅😂🤣🤨😳😱")
MOVED_EMOJI = frozenset("😭😅😂🤣😱😳")
"""They laugh or cry, which beside plain words of a yes is joy ("omg yes pls 😭") and by itself says nothing."""


def signals(text: str, *, quoted: bool = False) -> Signals:
    """The signals of a cleaned text. `quoted`: something was cut out of it."""
    every = plain(text)
    meant = pattern("signals", "harmless").sub(",", every)
    flat = pattern("signals", "padding").sub(",", meant)
    said = [word for word in flat.split() if word != ","]
    return Signals(
        yes=_found("a_yes", _of_the_offer(every)) or _any_emoji(text, YES_EMOJI),
        no=_found("a_no", flat) or _any_emoji(text, NO_EMOJI),
        hedge=_found("hedge", flat) or _found("an_if", flat) or _doubtful(text),
        change=_found("change", flat) or _found("somebody", flat),
        cancel=_found("cancel", flat),
        visit=_found("visit", flat),
        question=("?" in text or _found("question", flat)) and not _only_requests(text, flat),
        polite=_found("only_polite", meant),
        person=wants_person(every),
        only_yes=_only_yes(every),
        quoted=quoted,
        unknown=tuple(word for word in said if not _known(word)),
        words=len(said),
    )


def nothing_but_yes(flat: str, *clear: str) -> bool:
    """Whether a text (plain) is nothing but clear words of a yes to an offer and what changes none, so that no
    model need be asked. "Lol", "no problem" and "why not" alone are no yes. `clear` names their lists."""
    offered = _of_the_offer(flat)
    left = pattern("signals", *(clear or ("clear",))).sub(",", offered)
    if left == offered:
        return False
    for beside in ("half_clear", "padding"):
        left = pattern("signals", beside).sub(",", left)
    return word_set("signals", "adds_nothing").issuperset(left.split())


def _found(name: str, flat: str) -> bool:
    return pattern("signals", name).search(flat) is not None


def _of_the_offer(flat: str) -> str:
    """Without what is plainly said of something else ("the weather is great", "I'll take it up with them")."""
    return pattern("signals", "aside").sub(",", flat)


def _only_yes(every: str) -> bool:
    """Nothing but phrases that say yes, times, and words that add nothing."""
    left = pattern("signals", "a_yes").sub(" ", _of_the_offer(every)).split()
    return len(left) < len(every.split()) and word_set("signals", "adds_nothing").issuperset(left)


def _only_requests(text: str, flat: str) -> bool:
    """ "That's great, so could you book it for me?" asks us to do what we offered, and nothing else."""
    requests = pattern("signals", "request")
    if requests.fullmatch(flat):
        return True
    thoughts = [thought.strip() for thought in pattern("clauses", "links").split(flat)]
    asking = [thought for thought in thoughts if _found("question", thought)]
    marked = thoughts[-1:] if text.endswith("?") and text.count("?") == 1 else []
    if "?" in text and not marked:
        return False
    return bool(asking) and all(requests.fullmatch(thought) for thought in (*asking, *marked))


def _doubtful(text: str) -> bool:
    firm = pattern("answers", "firm_yes").search(plain(text)) is not None
    return _any_emoji(text, DOUBT_EMOJI - MOVED_EMOJI if firm else DOUBT_EMOJI) or "..." in text


def _any_emoji(text: str, which: frozenset[str]) -> bool:
    return any(char in which for char in text)


def _known(word: str) -> bool:
    """A yes may be stretched ("yesss"). A number is known only as part of a time, which is for `nlu.reading`."""
    if word in words_of_a_yes() and not word[0].isdigit():
        return True
    return pattern("signals", "a_yes").fullmatch(word) is not None


@cache
def words_of_a_yes() -> frozenset[str]:
    """Every word of our own examples of a yes, and the plain ones beside them."""
    return frozenset(words_of_examples("accept")) | word_set("signals", "known")


@cache
def words_of_examples(topic: str) -> frozenset[str]:
    """Every word of a topic's examples, in every language."""
    return _words_in(DATA.rglob(f"{topic}.yml"))


@cache
def vocabulary(language: str) -> frozenset[str]:
    """Every word of the examples in one language."""
    folder = DATA if language == "en" else DATA / language
    return _words_in(folder.glob("*.yml"))


@cache
def told(language: str) -> Counter[str]:
    """How often the examples in one language have each word."""
    folder = DATA if language == "en" else DATA / language
    return Counter(_each_word(folder.glob("*.yml")))


def _words_in(files: Iterable[Path]) -> frozenset[str]:
    """Every word of the examples in some files."""
    return frozenset(_each_word(files))


def _each_word(files: Iterable[Path]) -> Iterator[str]:
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return (word for line in lines if line.startswith(EXAMPLE) for word in words(line[len(EXAMPLE) :]))
