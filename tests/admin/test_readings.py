"""How a text was read, in words: every word there is has one, and what is missing is left out."""

from pathlib import Path
from typing import Any

import pytest

import handlers
from bot.admin import readings
from handlers.decision import Decision, DecisionKind
from handlers.explained import explained
from handlers.guards import GUARDS
from nlu.understanding import Intent, Topic, Understanding
from rules.states import AnswerTopic, CancelReason, Direction, InboundState
from storage.tables import Message
from tests import factories
from tests.admin.desk import Desk
from tests.admin.test_inbox import MARIA, said


def read(**read_as: Any) -> readings.Reading:
    text = Message(direction=Direction.IN, inbound_state=InboundState.DONE, read_as=read_as)
    found = readings.reading(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (readings.DECIDED, DecisionKind),
        (readings.MEANT, Intent),
        (readings.AGAINST, GUARDS),
        (readings.REASONS, CancelReason),
        (readings.TOPICS, AnswerTopic),
    ],
    ids=["decisions", "intents", "guards", "reasons", "topics"],
)
def test_everything_that_can_be_read_has_words(table: dict[str, str], names: Any) -> None:
    assert set(names) <= set(table)


def test_what_the_bot_keeps_of_a_reading_can_be_shown() -> None:
    """The names of `handlers.explained` are those that are looked for here."""
    yes = Understanding("yes", Intent.ACCEPT, 1.0)
    where = Understanding("where do I park?", Intent.QUESTION, 0.9)
    text = Understanding(
        text="yes. where do I park?",
        intent=Intent.ACCEPT,
        confidence=0.8,
        ranking=((Intent.ACCEPT, 0.8), (Intent.QUESTION, 0.15)),
        topic=Topic.PARKING,
        clauses=(yes, where),
    )
    asks = Decision(DecisionKind.QUESTION)
    found = read(**explained(text, Decision(DecisionKind.ACCEPT, why=("every guard agrees",), also=(asks,))))
    assert found == readings.Reading(
        line="Read as: yes to the offer + a question about parking",
        meant="yes",
        share="80%",
        rivals=("a question 15%",),
        why=("a plain yes, with nothing against it",),
        parts=("“yes”: yes", "“where do I park?”: a question"),
    )


def test_no_rule_has_words_that_the_decision_does_not_know() -> None:
    code = "".join(path.read_text() for path in Path(handlers.__file__).parent.glob("*.py"))
    assert [rule for rule in readings.RULES if f'"{rule}"' not in code] == []


@pytest.mark.parametrize(
    ("read_as", "line"),
    [
        ({"decision": "decline"}, "Read as: no"),
        (
            {"decision": "decline", "preferences": {"weekdays": [3], "times": [["12:00", "17:00"]]}},
            "Read as: no + wishes: Thu · afternoons",
        ),
        ({"decision": "accept", "also": ["question"]}, "Read as: yes to the offer + a question"),
        (
            {"decision": "accept", "also": ["question"], "topic": "parking"},
            "Read as: yes to the offer + a question about parking",
        ),
        ({"decision": "question", "topic": "fees"}, "Read as: a question about what it costs"),
        ({"decision": "cancel", "reason": "illness"}, "Read as: wants to cancel (illness)"),
        (
            {"decision": "counter", "times": [{"text": "friday"}, {"text": "monday", "excluded": True}]},
            "Read as: wants another time + “friday”, not “monday”",
        ),
        (
            {"decision": "accept", "times": [{"text": "tuesday"}], "reason": "illness"},
            "Read as: yes to the offer",
        ),
        (
            {"decision": "preferences", "preferences": {"again_weekdays": [1], "any_time": True}},
            "Read as: wishes: Tue again · any time",
        ),
        (
            {"decision": "preferences", "preferences": {"provider": "lee", "only_provider": True}},
            "Read as: wishes: only Lee",
        ),
        ({"decision": "sing_along"}, "Read as: sing along"),
    ],
)
def test_the_line_says_all_that_was_read(read_as: dict[str, Any], line: str) -> None:
    assert read(**read_as).line == line


def test_what_kept_a_text_from_being_a_yes_is_told_apart_from_what_settled_it() -> None:
    found = read(decision="check", why=["hedge", "a number to an offer"])
    assert found.against == ("sounds unsure",)
    assert found.why == ("a number, where yes or no was asked",)


def test_an_exact_rule_says_so_and_claims_no_share() -> None:
    found = read(decision="stop", intent="stop", confidence=1.0, why=["said stop"])
    assert found.share is None
    assert found.why == ("an exact rule reads it as: stop",)


def test_likely_rivals_are_named_and_unlikely_ones_are_not() -> None:
    rivals = {"decline": 0.61, "counter": 0.3, "question": 0.01}
    found = read(decision="decline", intent="decline", confidence=0.61, rivals=rivals)
    assert found.share == "61%"
    assert found.rivals == ("wants another time 30%",)


def test_the_parts_of_a_compound_reply_are_read_one_by_one() -> None:
    clauses = [{"text": "yes", "intent": "accept"}, {"text": "where do I park?", "intent": "question"}]
    assert read(decision="accept", clauses=clauses).parts == (
        "“yes”: yes",
        "“where do I park?”: a question",
    )


def test_the_thread_names_the_model_that_was_asked(desk: Desk) -> None:
    how = {"intent": "accept", "confidence": 0.72, "decision": "check", "why": ["hedge"]}
    talk = desk.do(
        lambda tx: (
            said(
                tx, factories.conversation(tx, MARIA), "yes I think so", read_as=how, model="standby-0123abcd"
            ).conversation_id
        )
    )
    assert "<dt>Language model</dt><dd>standby-0123abcd</dd>" in desk.browser().get(f"/inbox/{talk}").text


def test_a_text_not_read_yet_says_so_and_has_no_why(desk: Desk) -> None:
    talk = desk.do(
        lambda tx: (
            said(
                tx, factories.conversation(tx, MARIA), "hello", inbound_state=InboundState.UNREAD
            ).conversation_id
        )
    )
    page = desk.browser().get(f"/inbox/{talk}").text
    assert "Not read yet" in page
    assert 'class="how-read"' not in page


def test_the_thread_gives_the_why_behind_each_reading(desk: Desk) -> None:
    how = {"intent": "accept", "confidence": 0.72, "decision": "check", "why": ["hedge"]}
    talk = desk.do(
        lambda tx: said(tx, factories.conversation(tx, MARIA), "yes I think so", read_as=how).conversation_id
    )
    page = desk.browser().get(f"/inbox/{talk}").text
    for expected in ("Read as: an unsure yes, asked back", "yes, 72% sure", "sounds unsure"):
        assert expected in page
