"""`standby nlu`: training where something changed, and scoring labelled replies with the real model."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.nlu import command
from nlu.tests.shared import common_folder, shared_server


def evaluated(
    rows: list[dict[str, str]], folder: Path, nlu_url: str, *, printed: str = "--verbose"
) -> Result:
    file = folder / "labelled.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return CliRunner().invoke(command, ["evaluate", str(file), "--url", nlu_url, printed])


def labelled(text: str, gold: str) -> dict[str, str]:
    return {"text": text, "pending": "offer", "gold": gold, "group": gold}


def test_a_clean_file_passes_and_says_how_many_were_booked(tmp_path: Path, nlu_url: str) -> None:
    done = evaluated([labelled("yes", "accept"), labelled("no thanks", "decline")], tmp_path, nlu_url)
    assert (done.exit_code, "100.0%" in done.output) == (0, True)


def test_a_false_accept_fails_and_is_shown(tmp_path: Path, nlu_url: str) -> None:
    done = evaluated([labelled("yes please", "counter")], tmp_path, nlu_url)
    assert (done.exit_code, "FALSE ACCEPT (counter): yes please" in done.output) == (1, True)


def test_what_was_read_as_something_else_is_shown(tmp_path: Path, nlu_url: str) -> None:
    done = evaluated([labelled("where do i park", "decline")], tmp_path, nlu_url)
    assert "decline read as question: where do i park" in done.output


def test_kinds_of_other_data_sets_are_understood(tmp_path: Path, nlu_url: str) -> None:
    done = evaluated([{**labelled("yes", "accept"), "pending": "offer_intent"}], tmp_path, nlu_url)
    assert done.exit_code == 0


def test_a_yes_that_was_lost_is_counted_and_shown(tmp_path: Path, nlu_url: str) -> None:
    done = evaluated([labelled("where do i park", "accept")], tmp_path, nlu_url)
    assert ("accepts lost: 1" in done.output, "accept read as question" in done.output) == (True, True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("text,gold", "Expecting value: line 1 column 1 (char 0)"),
        ('["yes"]', "not a JSON object with `text` and `gold`"),
        ('{"text": "yes"}', "not a JSON object with `text` and `gold`"),
        ('{"gold": "accept"}', "`text` is missing or no string"),
        (
            '{"text": "yes", "gold": "maybe"}',
            "`gold` is 'maybe'; there are accept, decline, counter, question, not_accept",
        ),
    ],
)
def test_a_line_that_cannot_be_scored_is_named(line: str, said: str, tmp_path: Path, nlu_url: str) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text(json.dumps(labelled("yes", "accept")) + f"\n{line}\n")
    done = CliRunner().invoke(command, ["evaluate", str(file), "--url", nlu_url])
    assert (done.exit_code, done.stderr) == (1, f"Error: {file}, line 2: {said}\n")


def test_a_model_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = evaluated([labelled("could we maybe", "counter")], tmp_path, "http://127.0.0.1:1")
    assert (done.exit_code, done.stderr) == (
        1,
        "Error: The language model does not answer: start `standby nlu run`.\n",
    )


def test_machines_get_it_as_one_json_object(tmp_path: Path, nlu_url: str) -> None:
    rows = [labelled("yes", "accept"), labelled("yes please", "counter")]
    told = json.loads(evaluated(rows, tmp_path, nlu_url, printed="--json").stdout)
    assert (told["passes"], [one["text"] for one in told["false_accepts"]]) == (False, ["yes please"])
    assert {group["gold"]: group["taken"] for group in told["groups"]} == {"accept": 1, "counter": 1}


@pytest.mark.usefixtures("nlu_url")  # made ready by then
def test_training_again_without_a_change_does_nothing() -> None:
    done = CliRunner().invoke(command, ["train"])
    assert done.output.startswith("The model is ready")


@pytest.fixture(scope="session")
def nlu_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return shared_server(common_folder(tmp_path_factory.getbasetemp()))
