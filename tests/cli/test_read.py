"""`standby read`: the stable interface of reading, with the real trained model."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from cli.read import command
from nlu.tests.shared import common_folder, shared_server

OFFERED = {
    "pending": "offer",
    "offer": {"start": "2026-12-01T15:00", "minutes": 30, "provider": "Dr Lee"},
    "now": "2026-11-27T09:00:00-05:00",
    "tz": "America/New_York",
}


def answers(nlu_url: str, *rows: object) -> list[dict[str, Any]]:
    lines = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    done = CliRunner().invoke(command, ["--url", nlu_url], input=lines + "\n")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("yes", "accept"),
        ("yes please, tuesday at 3 works", "accept"),
        ("yes but not before 4", "counter"),
        ("afternoons are bad, i need something before 11", "counter"),
        ("not tuesdays", "decline"),
        ("no thanks", "decline"),
        ("can we do thursday instead", "counter"),
        ("where do i park", "question"),
        ("please stop texting me", "stop"),
        ("can't breathe", "emergency"),
    ],
)
def test_a_reply_to_an_offer_is_decided(text: str, decision: str, nlu_url: str) -> None:
    (answer,) = answers(nlu_url, {"text": text, **OFFERED})
    assert answer["decision"] == decision


@pytest.mark.parametrize(("text", "decision"), [("tuesday at 3 it is", "accept"), ("make it 4", "counter")])
def test_the_one_time_that_our_own_words_named_is_the_one_in_question(
    text: str, decision: str, nlu_url: str
) -> None:
    said = "I have a checkup with Dr Lee on Tuesday at 3 pm. Shall I book it?"
    (answer,) = answers(nlu_url, {"text": text, "pending": "offer", "said": said, "now": OFFERED["now"]})
    assert answer["decision"] == decision


def test_every_key_of_the_interface_is_there(nlu_url: str) -> None:
    (answer,) = answers(nlu_url, {"text": "not tuesdays", **OFFERED})
    promised = {"decision", "intent", "confidence", "also", "times", "preferences", "reason", "language"}
    assert promised <= answer.keys()


def test_a_time_is_written_with_its_polarity(nlu_url: str) -> None:
    (answer,) = answers(nlu_url, {"text": "not tuesdays", **OFFERED})
    assert answer["times"] == [
        {
            "start": "2026-12-01T00:00:00-05:00",
            "end": "2026-12-02T00:00:00-05:00",
            "grain": "day",
            "excluded": True,
            "text": "tuesdays",
        }
    ]


def test_only_the_text_is_needed(nlu_url: str) -> None:
    (answer,) = answers(nlu_url, {"text": "yes"})
    assert answer["decision"] == "unasked_yes"


def test_two_things_pending_make_a_yes_ambiguous(nlu_url: str) -> None:
    pending = [
        {"kind": "offer", "id": "a"},
        {"kind": "offer", "id": "b", "asked_at": "2026-11-27T08:00:00-05:00"},
    ]
    (answer,) = answers(nlu_url, {"text": "yes", **OFFERED, "pending": pending})
    assert answer["decision"] == "check"


@pytest.mark.parametrize(
    "pending", ["offer", "list", "confirm", "cancel_confirm", "reason", "reminder", "code", None]
)
def test_every_kind_of_question_may_be_pending(pending: str | None, nlu_url: str) -> None:
    (answer,) = answers(nlu_url, {"text": "yes", **OFFERED, "pending": pending})
    assert "error" not in answer


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "{}",
        '{"text": 5}',
        '{"text": "yes", "pending": "song"}',
        '{"text": "yes", "tz": "Mars/North"}',
    ],
)
def test_a_bad_line_says_so_and_the_next_is_read(line: str, nlu_url: str) -> None:
    bad, good = answers(nlu_url, line, {"text": "yes", **OFFERED})
    assert (bool(bad.get("error")), good["decision"]) == (True, "accept")


def test_a_model_that_is_away_is_said_and_exact_words_still_read() -> None:
    needs_it, exact = answers("http://127.0.0.1:9", {"text": "can we do thursday"}, {"text": "STOP"})
    assert ("standby nlu" in needs_it["error"], exact["decision"]) == (True, "stop")


@pytest.fixture(scope="session")
def nlu_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return shared_server(common_folder(tmp_path_factory.getbasetemp()))
