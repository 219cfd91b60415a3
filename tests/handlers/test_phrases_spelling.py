"""Every sentence the bot can say is one tidy line in the cheap alphabet, and says the same in each language."""

import re

import pytest
import yaml

from clinic import phrases
from rules.segments import is_gsm7, segments
from tests.handlers.sentences import EN, ES, ROOT, SENTENCES, named


def test_an_english_sentence_needs_no_dear_letters() -> None:
    assert [phrase for phrase in EN if not is_gsm7(EN[phrase])] == []


def test_the_only_dear_letters_of_a_spanish_sentence_are_its_accents() -> None:
    assert [phrase for phrase in ES if not is_gsm7(re.sub("[áíóúÁÍÓÚ]", "", ES[phrase]))] == []


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_one_tidy_line(language: str) -> None:
    said = SENTENCES[language]
    assert [phrase for phrase in said if re.search(r"\s\s|\n|\s$", said[phrase])] == []


def test_spanish_has_every_sentence() -> None:
    assert set(ES) == set(EN)


def test_a_sentence_names_the_same_in_spanish() -> None:
    assert [phrase for phrase in EN if named(ES[phrase]) != named(EN[phrase])] == []


def test_what_opens_with_a_question_or_exclamation_mark_closes_with_it() -> None:
    for opens, closes in ("¿?", "¡!"):
        assert [phrase for phrase in ES if ES[phrase].count(opens) != ES[phrase].count(closes)] == []


@pytest.mark.parametrize("word", ["CANCEL", "END", "QUIT"])
def test_no_sentence_invites_a_word_the_carrier_takes_for_stop(word: str) -> None:
    said = [*EN.values(), *ES.values()]
    assert not [sentence for sentence in said if re.search(rf"\b{word}\b", sentence)]


OTHERS: dict[str, str] = yaml.safe_load((ROOT / "clinic/phrases.others.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_in_another_language_names_the_emergency_number_and_is_two_segments_at_most(
    language: str,
) -> None:
    text = phrases.in_any_language(language, emergency="911")
    assert ("911" in text, segments(text) <= 2) == (True, True)


def test_whoever_writes_in_a_language_without_a_sentence_reads_the_english_one() -> None:
    assert phrases.in_any_language("sw", emergency="911") == OTHERS["en"].format(emergency="911")
