"""Reading one text: exact rules first, the model only where they leave it open."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import loading
from nlu.reading import read
from nlu.tests.conftest import NOW, ZONE
from nlu.understanding import Intent, NluUnavailable, Ranked, Reason, Topic


class Away:
    """A model that does not answer."""

    def parse(self, text: str) -> Ranked:
        del text
        raise NluUnavailable


class Says:
    """A model that reads everything as a counter, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def parse(self, text: str) -> Ranked:
        self.asked.append(text)
        return Ranked(((Intent.COUNTER, 0.7), (Intent.DECLINE, 0.3)))


LONG_TEXT_WORDS = (
    "not", "no", "any", "day", "time", "is", "ok", "only", "but", "tuesday", "mornings", "3", "3pm", "or", "-",
    "to", "dr", "lee", "prefer", "after", "before", "my", "mom", "sick", "car", "the", "insurance", "where", "do",
    "you", "fee", "how", "much", "need", "at", "least", "dec", "5", "a", "week", "of", "next", ",", ".",
)  # fmt: skip


@given(st.lists(st.sampled_from(LONG_TEXT_WORDS), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_text_of_the_longest_is_read_within_seconds_and_not_hours(said: list[str]) -> None:
    loading.load()
    text = (" ".join(said) + " ") * 800
    begun = process_time()
    read(text, Says(), now=NOW, zone=ZONE)
    assert process_time() - begun < 30  # no measure of speed: a pattern that tries all ways would take days


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("STOP", Intent.STOP),
        ("please stop texting me", Intent.STOP),
        ("start", Intent.START),
        ("HELP", Intent.HELP),
        ("I have chest pain", Intent.EMERGENCY),
        ("yes", Intent.ACCEPT),
        ("no", Intent.DECLINE),
        ("2", Intent.CHOICE),
        ("wrong number", Intent.WRONG_NUMBER),
        ("Liked “Reply YES”", Intent.TAPBACK_LIKE),
        ("", Intent.EMPTY),
    ],
)
def test_exact_rules_work_while_the_model_is_away(text: str, intent: Intent) -> None:
    assert read(text, Away(), now=NOW, zone=ZONE).intent is intent


def test_what_needs_the_model_fails_while_it_is_away() -> None:
    with pytest.raises(NluUnavailable):
        read("can we do thursday", Away(), now=NOW, zone=ZONE)


def test_the_model_is_not_asked_about_what_is_settled() -> None:
    model = Says()
    read("yes", model, now=NOW, zone=ZONE)
    assert model.asked == []


def test_the_model_sees_only_the_patients_own_words() -> None:
    model = Says()
    read("can we do thursday\n> Reply YES to book", model, now=NOW, zone=ZONE)
    assert model.asked == ["can we do thursday"]


def test_the_models_ranking_and_the_times_are_kept() -> None:
    understood = read("can we do thursday", Says(), now=NOW, zone=ZONE)
    assert (understood.intent, understood.confidence, understood.exact) == (Intent.COUNTER, 0.7, False)
    assert [span.text for span in understood.times] == ["thursday"]


def test_a_digit_that_is_a_choice_is_no_time() -> None:
    understood = read("2", Away(), now=NOW, zone=ZONE)
    assert (understood.choice, understood.times) == (2, ())


def test_words_of_a_time_are_not_unknown() -> None:
    assert read("yes 3pm on 12/1", Says(), now=NOW, zone=ZONE).signals.unknown == ()


def test_a_number_that_is_no_time_is_unknown() -> None:
    assert read("yes for 2 of us", Says(), now=NOW, zone=ZONE).signals.unknown != ()


def test_the_reason_the_topic_and_the_wishes_are_read_whatever_the_intent() -> None:
    understood = read("kid is sick, not tuesdays, where do i park?", Says(), now=NOW, zone=ZONE)
    assert understood.intent is Intent.COUNTER
    assert (understood.reason, understood.topic) == (Reason.ILLNESS, Topic.PARKING)
    assert understood.preferences.excluded_weekdays == {1}


class Alarmed:
    """A model that reads an emergency in every text with one of its words."""

    def __init__(self, *alarming: str) -> None:
        self.alarming = alarming

    def parse(self, text: str) -> Ranked:
        alarmed = any(word in text for word in self.alarming)
        first = (Intent.EMERGENCY, Intent.QUESTION) if alarmed else (Intent.QUESTION, Intent.EMERGENCY)
        return Ranked(((first[0], 0.9), (first[1], 0.1)))


def test_an_emergency_that_is_denied_is_not_taken_from_the_model() -> None:
    understood = read("no bleeding now", Alarmed("bleeding"), now=NOW, zone=ZONE)
    assert understood.intent is Intent.QUESTION


def test_an_emergency_beside_a_denied_one_is_taken_from_the_model() -> None:
    understood = read("no bleeding but so woozy", Alarmed("bleeding", "woozy"), now=NOW, zone=ZONE)
    assert understood.intent is Intent.EMERGENCY
