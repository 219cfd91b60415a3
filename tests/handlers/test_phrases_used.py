"""Every sentence of the phrases file is said somewhere, and every one that is said is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from clinic.direct_answers import Standing
from clinic.messages import CALL_RECOVERY
from clinic.offers import NEWS
from clinic.phrases import in_chat
from clinic.recovery_words import OPENS
from clinic.reminder_answers import ANSWERS
from clinic.reminder_calls import WHICH
from clinic.reminders import REMINDER_PHRASES

ROOT = Path(__file__).parents[2]
CODE = ("clinic", "handlers", "bot", "jobs")


def test_every_sentence_is_used_and_every_used_one_is_there() -> None:
    said = yaml.safe_load((ROOT / "clinic/phrases.en.yml").read_text(encoding="utf-8"))
    used = set(_used())
    assert used | {variant for phrase in used if (variant := in_chat(phrase)) != phrase} == set(said)


PLACES = {
    "Reply": 0,
    "Deed": 0,
    "render": 0,
    "part": 0,
    "_Word": 0,
    "by_desk_hours": 1,
    "hand_over": 2,
    "tell_patient": 2,
    "say": 2,
    "_say": -1,
    "_shown": 2,
    "close": 3,
}
"""Which argument names a phrase."""


def _used() -> Iterator[str]:
    """The phrases named in the code: of those called by `by_desk_hours` or `hand_over`, the one for a closed desk
    too; the news of offers; reminders, and what is said to them; how a text or call on a lost visit begins; how
    an offer stands, on its page; and what the chat's page says."""
    yield from NEWS
    yield from REMINDER_PHRASES
    yield from ANSWERS.values()
    yield from OPENS.values()
    yield from WHICH.values()
    yield CALL_RECOVERY
    yield from (f"page_{stands}" for stands in Standing)
    chat = (ROOT / "bot/chat/page/frame.html").read_text(encoding="utf-8")
    yield from (f"page_chat_{named}" for named in re.findall(r"""say\(["'](\w+)["']\)""", chat))
    for package in CODE:
        for path in (ROOT / package).rglob("*.py"):
            if "demo" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield from _named_in(node)
                elif isinstance(node, ast.Assign) and [_name(each) for each in node.targets] == ["phrase"]:
                    yield from _texts(node.value)


def _named_in(call: ast.Call) -> Iterator[str]:
    place = PLACES.get(_name(call.func))
    given = [keyword.value for keyword in call.keywords if keyword.arg == "phrase"]
    if place is not None and -1 <= place < len(call.args):
        given.append(call.args[place])
    for phrase in (text for node in given for text in _texts(node)):
        yield phrase
        if _name(call.func) in ("by_desk_hours", "hand_over"):
            yield f"{phrase}_closed"


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts an argument can be: itself, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
