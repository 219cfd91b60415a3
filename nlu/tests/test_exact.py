"""Bare answers, wrong numbers and machines' replies: what needs no model."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from nlu.exact import read_exact
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent

YES = """
yes · YES · Yes. · yes!! · y · Y · yeah · yea · yep · yup · ya · yess · yesss · yse · ok · OK · okay
k · K. · kk · sure · 👍 · 👍🏽 · 👍👍 · ✅ · 👌 · yes please · yes pls · yes thank you · yes 👍 · YES 😊
ok yes · yes yes · si · sí · Sí por favor · claro · "YES" · y\u200bes · ＹＥＳ
absolutely · please yes
"""
NOT_BARE = """
yes? · yes... · yes 🤔 · yes 👎 · no 👍 · yes no · y/n · yes or no · ok thanks · ok thank you · Tuesday
book · end it · yesterday · key · nothing · okra · sick · yes if · yes but · not now · 10 · 12 · 0
"""
WRONG = """
wrong number · Wrong number!! · you have the wrong number · wrong person · who is this · Who is this?
ok who is this · who's this · who dis · new phone who dis · who are you · this isn't Maria
This is not Maria · I'm not Maria · not maria · Sorry, this isn't Maria · there is no Maria here
nobody by that name here · I don't know who you are · número equivocado · quién es? · no soy Maria
persona equivocada · se equivocó de número · este no es el número de Maria · quién habla?
no conozco a nadie con ese nombre · ya no es su teléfono · de parte de quién
"""
NOT_WRONG = """
who is this appointment with · who is it with · not sure · not now · not tuesdays · not today
this isn't working · I'm not ready · this isn't a good time · i'm not available · not interested
not yet · im not feeling well · wrong day · not wednesday · this is not what i wanted · not really
not possible · this isnt right
no soy alérgica · quién es el doctor · número de teléfono?
"""
NO = """
no · NO · No. · n · nope · nah · no thanks · no thank you · no ty · noo · 👎 · ❌ · pass · i'll pass · no gracias
"""


def each(table: str) -> list[str]:
    return [text.strip(" ") for line in table.strip().split("\n") for text in line.split(" · ")]


@line_by_line("text", each(YES))
def test_a_bare_yes_is_read_without_the_model(text: str) -> None:
    assert read_exact(text).intent is Intent.ACCEPT


@pytest.mark.parametrize("text", each(NO))
def test_a_bare_no_is_read_without_the_model(text: str) -> None:
    assert read_exact(text).intent is Intent.DECLINE


@line_by_line("text", each(NOT_BARE))
def test_what_only_begins_like_a_bare_answer_is_left_to_the_model(text: str) -> None:
    assert read_exact(text).intent not in (Intent.ACCEPT, Intent.DECLINE, Intent.CHOICE)


@line_by_line(
    ("text", "number"),
    [
        ("1", 1),
        ("9", 9),
        ("2.", 2),
        ("#3", 3),
        ("2️⃣", 2),
        ("option 2", 2),
        ("number 4", 4),
        ("2 please", 2),
        ("the second one", 2),
        ("first one", 1),
        ("the 3rd one please", 3),
        ("ill take the second one", 2),
        ("two", 2),
        ("(2)", 2),
        ("2)", 2),
        ("option b", 2),
        ("B", 2),
        ("option c", 3),
        ("I prefer the first", 1),
        ("second works for me", 2),
        ("2 works", 2),
        ("la segunda", 2),
        ("el primero", 1),
        ("la opción 3", 3),
        ("dos por favor", 2),
        ("quiero la tercera", 3),
        ("la cuarta", 4),
    ],
)
def test_a_digit_or_ordinal_alone_is_a_choice(text: str, number: int) -> None:
    read = read_exact(text)
    assert (read.intent, read.choice) == (Intent.CHOICE, number)


@pytest.mark.parametrize("text", ["CANCEL", "cancel", "Cancel please", "cancelar", "cancela por favor"])
def test_a_bare_cancel_is_neither_a_yes_nor_a_no(text: str) -> None:
    assert read_exact(text).intent is Intent.CANCEL


@line_by_line("text", each(WRONG))
def test_a_number_that_changed_hands_is_noticed(text: str) -> None:
    assert read_exact(text).intent is Intent.WRONG_NUMBER


@pytest.mark.parametrize(
    "text",
    each(NOT_WRONG),
)
def test_other_denials_are_no_wrong_number(text: str) -> None:
    assert read_exact(text).intent is not Intent.WRONG_NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "I'm driving",
        "I'm driving right now. I'll text you later",
        "I am driving with Do Not Disturb While Driving turned on. I'll see your message when I get there.",
        "Auto-reply: I am out of the office until Monday",
        "Automatic reply: thank you for your message",
        "I am currently out of office",
        "(I'm not receiving notifications. If this is urgent, reply urgent to send a notification.)",
        "Thanks for your message, we will get back to you soon",
        "This mailbox is not monitored",
        "Estoy manejando",
        "Respuesta automática: estaré de vacaciones hasta el lunes",
        "Le contesto en cuanto pueda",
        "On vacation until Monday with limited access to email",
        "Free Msg: Unable to deliver. Service access denied",
        "Our office is closed for the holiday",
        "I'm on PTO until Jan 3",
    ],
)
def test_a_machines_reply_is_recognised(text: str) -> None:
    assert read_exact(text).intent is Intent.AUTO_REPLY


@pytest.mark.parametrize(
    "text", ["yes! I'm driving right now but book it", "im driving, what time is it?", "on my way"]
)
def test_somebody_who_answers_while_driving_is_no_machine(text: str) -> None:
    assert read_exact(text).intent is not Intent.AUTO_REPLY


HUMAN = yaml.load((Path(__file__).parent / "human.yml").read_text("utf-8"), yaml.CBaseLoader)


@line_by_line("text", HUMAN["human"])
def test_asking_for_a_person_needs_no_model(text: str) -> None:
    assert read_exact(text).intent is Intent.HUMAN


@line_by_line("text", HUMAN["others"])
def test_what_only_sounds_like_asking_for_a_person_is_left_to_the_model(text: str) -> None:
    assert read_exact(text).intent is not Intent.HUMAN


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "> Reply YES", "🎉", "???", "...", "好的", "да"])
def test_what_holds_nothing_to_read_is_empty(text: str) -> None:
    assert read_exact(text).intent is Intent.EMPTY


@pytest.mark.parametrize("text", ["Maria passed away in June", "my husband died", "Mi mamá falleció"])
def test_a_death_goes_to_a_person(text: str) -> None:
    assert read_exact(text).intent is Intent.HUMAN


@pytest.mark.parametrize("text", ["my phone died", "the car battery died", "my dog died"])
def test_what_only_stopped_working_is_no_death(text: str) -> None:
    assert read_exact(text).intent is not Intent.HUMAN


def test_a_like_is_a_tapback_and_no_yes() -> None:
    assert read_exact("Liked “Reply YES to book”").intent is Intent.TAPBACK_LIKE


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    read_exact(text)


@given(st.text(st.characters(categories=["Lo", "So", "Zs", "Po"], exclude_characters="🛑"), max_size=40))
def test_a_text_without_a_word_for_it_is_never_a_stop(text: str) -> None:
    assert read_exact(text).intent is not Intent.STOP


TAKING_BACK = """
please forget that yes · forget my yes · pls ignore my last text · undo · scratch that answer
oops, disregard my yes
I take back my yes · can you delete that reply · ignore the yes I just sent · olvide el sí · borre mi respuesta
retiro mi sí · perdón, ignore ese mensaje
"""


@pytest.mark.parametrize("text", each(TAKING_BACK))
def test_whoever_takes_back_an_answer_says_so_without_a_model(text: str) -> None:
    assert read_exact(text).intent is Intent.UNDO


@pytest.mark.parametrize("text", each("forget it yes · forget about tuesday · don't forget my text"))
def test_what_only_sounds_like_taking_back_is_left_to_the_model(text: str) -> None:
    assert read_exact(text).intent is not Intent.UNDO


@line_by_line(
    ("text", "intent"),
    [
        ("position?", Intent.STATUS),
        ("what's my place in line", Intent.STATUS),
        ("¿mi posición?", Intent.STATUS),
        ("put me back on the list please", Intent.EARLIER),
        ("vuelva a ponerme en la lista", Intent.EARLIER),
        ("put me back on", Intent.START),
        ("no more than 2 a week", Intent.FEWER_TEXTS),
        ("2 texts a week max", Intent.FEWER_TEXTS),
        ("no más de dos ofertas por semana", Intent.FEWER_TEXTS),
        ("put me back in school", None),
        ("a good position for my back", None),
        ("2 visits a week at most", None),
    ],
)
def test_what_those_who_wait_say_in_few_words_needs_no_model(text: str, intent: Intent | None) -> None:
    assert read_exact(text).intent is intent
