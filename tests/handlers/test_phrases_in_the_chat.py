"""What is said in the web chat fits a chat: nobody is texted there, and nothing of the carrier's is said."""

import re
from itertools import product

from clinic import phrases
from nlu.tests.lines import line_by_line
from tests.handlers.sentences import SENTENCES
from tests.handlers.test_phrases import NOT_TEXTS

NEVER_THERE = ("alert", "alert_cancelled", "alert_risk", "chat_code", "stop_notice", "unknown_number")
"""Staff are alerted on their phones, the code is texted, and no opt-out notice or unknown number is in a chat."""

OF_REAL_TEXTS = ("chat_code_sent", "chat_code_again", "chat_code_wrong", "chat_no_texts", "emergency")
"""Said there of texts that are texts: the one with the code, those to a phone, the crisis line's."""

NAMES_STOP = ("perhaps_stop", "perhaps_stop_offer", "chat_no_texts")
"""Asked whether they meant STOP, they are told the word for it, which does in a chat what it does by text."""

VARIANTS = tuple(phrase for phrase in SENTENCES["en"] if phrases.in_chat(phrase) != phrase)
SAID = sorted({phrases.in_chat(each) for each in SENTENCES["en"]} - {*NOT_TEXTS, *NEVER_THERE})

TEXTING = re.compile(r"\b(text(s|ed|ing)?|SMS|mensajes? de texto)\b", re.IGNORECASE)


@line_by_line(("phrase", "language"), product(sorted({*SAID} - {*OF_REAL_TEXTS}), SENTENCES))
def test_nothing_that_is_said_in_a_chat_speaks_of_texts(phrase: str, language: str) -> None:
    assert not TEXTING.search(SENTENCES[language][phrase])


@line_by_line(("phrase", "language"), product(sorted({*SAID} - {*NAMES_STOP}), SENTENCES))
def test_nothing_that_is_said_in_a_chat_says_how_to_end_texts(phrase: str, language: str) -> None:
    assert "STOP" not in SENTENCES[language][phrase]


@line_by_line("phrase", [*OF_REAL_TEXTS, *NAMES_STOP])
def test_what_is_excepted_needs_to_be(phrase: str) -> None:
    assert TEXTING.search(SENTENCES["en"][phrase]) or "STOP" in SENTENCES["en"][phrase]


@line_by_line("phrase", VARIANTS)
def test_a_sentence_has_words_of_its_own_for_the_chat_only_where_it_must(phrase: str) -> None:
    assert TEXTING.search(SENTENCES["en"][phrase]) or "STOP" in SENTENCES["en"][phrase]


def test_a_sentence_without_words_for_the_chat_is_said_there_as_it_is() -> None:
    assert (phrases.in_chat("booked"), phrases.in_chat("help")) == ("booked", "help_chat")


@line_by_line("language", ("en", "zh"))
def test_that_a_person_will_answer_in_another_language_names_no_channel(language: str) -> None:
    assert not re.search(r"\btext|短信", phrases.in_any_language(language, emergency="911"))
