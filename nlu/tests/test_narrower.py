"""What sounds like a STOP and ends less, and bare words that need no model."""

import pytest

from nlu.exact import read_exact
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent

NO_OFFERS = """
NO OFFERS · no offers please · stop the offers · Stop sending me openings · no more openings · stop offering
stop offering me slots · please stop offering · stop the opening texts, keep reminders · no more openings, thanks
don't send me any more offers · i dont want any more openings · turn off the offers · opt out of offers
opt me out of offers not reminders · reminders only · just reminders please · i only want my reminders
unsubscribe me from the openings · no more texts about openings · no offers just reminders
no ofertas · ya no más ofertas por favor · No me ofrezcan más citas · ya no quiero que me ofrezcan horarios
dejen de ofrecerme espacios · paren las ofertas · no me manden citas disponibles · nada de ofertas, gracias
ya no me avisen cuando se desocupe un lugar · solo quiero los recordatorios de mis citas · nomas recordatorios
quiten las ofertas y sigan con los recordatorios · no me interesan los horarios que se liberan
"""
LEAVE_LIST = """
take me off the waitlist · remove me from the waiting list please · leave the waitlist · LEAVE LIST
i want off the waitlist · please take my son off the wait list · i don't need the waitlist anymore
i no longer want to be on the waiting list · drop me from your waitlist
i dont need to be on the list anymore
SALIR DE LA LISTA · quisiera salirme de la lista · quítame de la lista de espera
borren a mi mamá de la lista de espera
me pueden sacar de la lista de espera · deme de baja de la lista de espera · ya no quiero seguir en la lista
no me tengan en lista de espera · ya me atendieron, quíteme de la lista · cancele mi lugar en la lista de espera
denle a otra persona mi lugar en la lista
"""
STILL_A_STOP = """
stop texting me · no more openings. STOP · stop the offers and stop texting me · take me off this list
stop all texts · remove me from the waitlist and stop messaging me
quíteme de la lista de espera y ya no me manden mensajes · bórrenme de sus listas
no más ofertas. ya no me escriban
"""
OFFERS_AGAIN = """
offers ok again · you can send me offers again · Start offering again · resume the offers please
turn offers back on · ok send me openings again · offers fine now · i want offers again · please resume offers
ok you can start sending me offers again · turn the offers on again pls
"""
NOT_OFFERS_AGAIN = """
don't send me offers again · stop sending me offers again and again · offers are annoying · why no offers
i got the offers · no offers · send me offers only for friday · i can't take the offers
"""
NEITHER = """
please stop offering me mornings · no openings on friday · don't take me off the waitlist · no offers until may
why did you stop sending offers · did you take me off the waitlist · don't stop the offers · stop by the office
are there no more openings · no slots before 10 · i need reminders · cancel the slot
no me quiten de la lista de espera · por qué me sacaron de la lista de espera · si me quitan de la lista avísenme
no me ofrezcan citas en la mañana · no hay citas disponibles · quiero estar en la lista de espera
no me ofrezcan horas antes de las 10 · necesito los recordatorios
"""
BARE = {
    Intent.UNDO: "undo · UNDO · undo that please",
    Intent.STATUS: "status · STATUS please · my status",
    Intent.EARLIER: "EARLIER · earlier pls · sooner please · waitlist · waiting list please · join the waitlist",
    Intent.THANKS: "thanks · Thank you! · thx · thank you so much · ty",
}


def each(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("·")]


@line_by_line("text", each(OFFERS_AGAIN))
def test_offers_are_wanted_again(text: str) -> None:
    assert read_exact(text).intent is Intent.EARLIER


@line_by_line("text", each(NOT_OFFERS_AGAIN))
def test_what_speaks_of_offers_otherwise_does_not_want_them_again(text: str) -> None:
    assert read_exact(text).intent is not Intent.EARLIER


@line_by_line("text", each(NO_OFFERS))
def test_only_the_offers_end(text: str) -> None:
    assert read_exact(text).intent is Intent.NO_OFFERS


@pytest.mark.parametrize("text", each(LEAVE_LIST))
def test_only_the_place_on_the_waitlist_is_given_up(text: str) -> None:
    assert read_exact(text).intent is Intent.LEAVE_LIST


@pytest.mark.parametrize("text", each(STILL_A_STOP))
def test_a_stop_beside_it_ends_everything(text: str) -> None:
    assert read_exact(text).intent is Intent.STOP


@pytest.mark.parametrize("text", each(NEITHER))
def test_what_is_denied_asked_or_said_of_some_days_ends_nothing(text: str) -> None:
    read = read_exact(text)
    assert not {Intent.STOP, Intent.NO_OFFERS, Intent.LEAVE_LIST} & {read.intent, *read.also}


@pytest.mark.parametrize(
    ("text", "intent"), [(text, intent) for intent, table in BARE.items() for text in each(table)]
)
def test_a_bare_word_needs_no_model(text: str, intent: Intent) -> None:
    assert read_exact(text).intent is intent


@pytest.mark.parametrize(
    "text", ["ok thanks", "status?", "earlier today i called", "undo my teeth", "thanks but no"]
)
def test_more_than_the_bare_word_is_left_to_the_model(text: str) -> None:
    assert read_exact(text).intent is None


@pytest.mark.parametrize("text", ["i accidentally opted out", "undo my opt out"])
def test_who_wants_texts_back_is_not_stopped(text: str) -> None:
    assert read_exact(text).intent is not Intent.STOP


def test_a_wrong_number_pressed_is_no_wrong_number() -> None:
    assert read_exact("i pushed the wrong number").intent is not Intent.WRONG_NUMBER
