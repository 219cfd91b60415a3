"""The training data: whole, kept apart, our own, and at peace with what we say ourselves."""

import json
from collections import defaultdict
from itertools import product
from pathlib import Path

import pytest
import yaml

from nlu.client import A_REASON
from nlu.server import PROJECT
from nlu.signals import DATA, words_of_examples
from nlu.tests.examples import LANGUAGES, every_example, examples
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent, Reason
from nlu.words import plain

EVALUATION = [file for folder in PROJECT.parents for file in (folder / "shared" / "eval").glob("*.jsonl")]
"""Public replies to measure by, where they are found. What only measures must never teach."""

BY_THE_MODEL = [one for one in Intent if list(Intent).index(one) < list(Intent).index(Intent.CHOICE)]
MODEL_INTENTS = [
    *(str(one) for one in BY_THE_MODEL if one is not Intent.REASON),
    *(f"{A_REASON}{one}" for one in Reason if one is not Reason.OTHER),
]
"""What the model is taught, each in a file of its own; the reasons are one intent to us."""

TAUGHT = {"accept_with_talk": "accept"}
"""A file beside that of a topic, whose words are taught to the model only."""


def folder(language: str) -> Path:
    return DATA if language == "en" else DATA / language


@line_by_line(("intent", "language"), product(MODEL_INTENTS, LANGUAGES))
def test_a_topic_has_a_file_with_at_least_eighty_examples(intent: str, language: str) -> None:
    assert len(examples(language)[intent]) >= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_no_file_that_is_no_topic(language: str) -> None:
    assert set(examples(language)) == {*MODEL_INTENTS, *TAUGHT}


@line_by_line(("file", "language"), product((*MODEL_INTENTS, *TAUGHT), LANGUAGES))
def test_a_file_teaches_the_topic_it_is_named_for(file: str, language: str) -> None:
    loaded = yaml.safe_load((folder(language) / f"{file}.yml").read_text(encoding="utf-8"))
    assert [part["intent"] for part in loaded["nlu"]] == [TAUGHT.get(file, file)]


def test_a_word_of_the_talk_beside_a_yes_is_not_known_in_one() -> None:
    assert "flip" not in words_of_examples("accept")


@line_by_line(("intent", "language"), product(MODEL_INTENTS, LANGUAGES))
def test_a_file_says_first_what_belongs_in_it(intent: str, language: str) -> None:
    assert (folder(language) / f"{intent}.yml").read_text(encoding="utf-8").startswith("# ")


@line_by_line("intent", MODEL_INTENTS)
def test_no_spanish_example_stands_twice(intent: str) -> None:
    told = [plain(example) or example for example in examples("es")[intent]]
    assert [example for example in told if told.count(example) > 1] == []


def test_no_example_teaches_two_topics() -> None:
    topics: dict[str, set[str]] = defaultdict(set)
    for topic, told in every_example().items():
        for example in told:
            topics[plain(example) or example].add(topic)
    assert {example: found for example, found in topics.items() if len(found) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_examples_are_short_and_long(language: str) -> None:
    lengths = [len(example.split()) for told in examples(language).values() for example in told]
    assert (min(lengths), max(lengths) >= 20) == (1, True)


def test_examples_are_read_word_by_word() -> None:
    assert {"yes", "book", "please"} <= words_of_examples("accept")


@pytest.mark.skipif(not EVALUATION, reason="the evaluation data is not here")
def test_nothing_that_measures_is_trained_on() -> None:
    measured = {
        plain(json.loads(line)["text"])
        for file in EVALUATION
        for line in file.read_text(encoding="utf-8").splitlines()
    }
    trained = {plain(example) for told in every_example().values() for example in told}
    # Two people may well both say "yes that works"; nobody comes upon the same longer sentence.
    assert [text for text in measured & trained if len(text.split()) > 4] == []


@pytest.mark.parametrize(
    "file", sorted((PROJECT / "clinic").glob("phrases.*.yml")), ids=lambda file: file.name
)
def test_no_sentence_of_ours_is_an_example(file: Path) -> None:
    phrases = yaml.safe_load(file.read_text(encoding="utf-8"))
    ours = {plain(text) for text in phrases.values() if len(text.split()) > 3}
    trained = {plain(example) for told in every_example().values() for example in told}
    assert (bool(ours), ours & trained) == (True, set())
