"""What is told beside a Spanish yes, and what only sounds like it."""

from handlers.decide import DecisionKind
from nlu.tests.lines import line_by_line
from tests.handlers.texts import each, kind

TALK = """
la tomo, mi nieto me lleva · Acepto la cita, llevo meses con este dolor
Agarro esa cita, salgo temprano de la obra · apúnteme, ya le avisé a mi jefe · sí la quiero, no se la den a nadie
ahí estaré, mi vecina me da ride
"""
BINDS = """
la tomo, mi hijo me lleva si puede · acepto, solo que sea por video · Me la quedo, la mía, gracias
la quiero siempre y cuando sea gratis · la tomo pero solo si la cubre el seguro · acepto, prefiero el jueves
apúnteme, tengo que preguntar · la quiero, en la clínica de Queens · sí, ya me atendieron · Sí, ese día trabajo
apártemela, por si acaso · no se la den a nadie, mañana le confirmo · Mi papá dice que sí, pero que otro día
"""


@line_by_line("text", each(TALK))
def test_talk_beside_a_firm_yes_leaves_it_a_yes(text: str) -> None:
    assert kind(text) is DecisionKind.ACCEPT


@line_by_line("text", each(BINDS))
def test_what_may_take_a_yes_back_or_bind_it_books_nothing(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT
