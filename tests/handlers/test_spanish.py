"""Spanish answers to an offer, decided with a model that reads each as what it seems to be. That nothing unsure
books holds even where the model takes everything for a yes."""

import pytest

from handlers.decide import DecisionKind
from nlu.names import names
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent
from nlu.words import pattern, plain
from tests.handlers.texts import OFFER, Certain, Clauses, decided, each, kind

SURE = """
sí · si · Sí! · siii · sip · si claro · claro · claro que sí · claro que si gracias · por supuesto
por supuesto que sí · dale · dale pues, la quiero · órale · orale si · simón · sale · sale, apúntame
ta bien · está bien · esta muy bien · vale · de acuerdo · con gusto · con mucho gusto · sí por favor
si porfa · si xfa · sí, muchas gracias · acepto · acepto la cita · confirmo · confirmada, gracias
si confirmo · la quiero · sí la quiero · si la quiero por favor · la acepto, gracias · si puedo · sí, puedo
yo sí puedo · si puedo gracias · sí, ahí estaré · ahi estaremos gracias · apúnteme · apuntame porfa
si apúnteme doctora · agéndeme por favor · resérvela · sí, resérvela por favor · la tomo
si la tomo, gracias · la tomo con gusto · ok la tomo · me sirve · si me sirve · me funciona perfecto
me queda bien · me parece muy bien · me late, apúntame · perfecto, la quiero · excelente, ahí estaré
genial, cuente conmigo · póngame ahí por favor · hágalo por favor · sí señorita, apúnteme
si, book it porfa · yes, la quiero · sure, ahí estaré · buenas tardes, sí la quiero, gracias
sí con la Dra Lee · sí 👍 · la quiero 🙏 · SI POR FAVOR · sí, sin falta · si mija apúntame · sí hombre, claro
si yo voy · sí me interesa · me apunto · yo me anoto · sí me gustaría · me acomoda perfecto · sí, me encantaría
primero dios sí · Dios se lo pague, sí · sí, doctorcita linda · sí la quiero, mi reina · la cojo
agárreme ese lugar · me puede apuntar por favor? · sí estoy libre · sí q bueno · con toda seguridad ahí estaré
"""
NOT_SURE = """
quizás · quizas si · tal vez · tal vez sí · a lo mejor · a lo mejor si · puede ser · puede que sí
creo que sí · creo que si puedo · déjame ver · dejame ver si · déjeme checar · ok déjeme ver
deje le pregunto a mi esposo · sí, le aviso · ok le aviso · ahorita te confirmo · si ahorita le digo
al rato le confirmo · vamos a ver · a ver · sí voy a ver · si voy a tratar · no sé · depende · ok depende
probablemente sí · posiblemente · supongo que sí · sí pero · si pero no sé · sí pero tengo que preguntar
sí, aunque no estoy segura · sí? · si? · sí... · si 🤔 · ok gracias · perfecto gracias · entendido, gracias
gracias por avisar · está bien, muchas gracias · sí y no · si, no · sí mañana le confirmo
sí con el doctor Kim · si con la doctora Vega · sí, con otra doctora · si, para otro día · sí, más tarde
si mejor otro dia · claro, cuánto cuesta · un momento · sí pero tengo que ir al trabajo · sí tengo que ver primero
me encanta pero está lejos · sí la quiero pero necesito que me lleven · sí claro y tengo que cuidar a mis nietos
sí apúnteme en la lista · apúnteme para avisarme · sí déjeme · sí dígame · así está bien · está bien así
la tomo dos veces al día · correcto, ese es mi nombre · sí, dígame usted · ahí lo veo
"""
CONDITIONS = """
si puedo salir temprano voy · si me dan permiso voy · si consigo quien me lleve ahí estaré · si puedo ir voy
si llego a tiempo la quiero · si mi esposo me puede llevar sí · si me siento bien sí voy
si tengo carro ahí estaré · sí si me dan permiso · sí, si puedo salir · ok si consigo raite
claro si me lleva mi hijo · dale si mi jefe me deja · si es gratis la quiero · si está cerca voy
si les parece voy · si quieren voy · si la cita es corta sí · si acaso · si se puede · si dios quiere
la quiero siempre y cuando no llueva · sí a menos que llueva · si para ese día ya me pagaron voy
si me avisan con tiempo sí · si mi mamá me cuida al niño ahí estaré · si va mi esposo voy · voy si puedo
si mijo me lleva voy · si amiga me cuida la niña ahí estaré · la tomo si hay quien me lleve · si pueden, voy
"""
DECLINES = """
no · no gracias · no, muchas gracias · nel · nel pastel · nones · mejor no · mejor no gracias · paso
yo paso gracias · no puedo · no puedo gracias · no voy a poder · no podré · no me sirve · no me queda
no me interesa · para nada · ni modo, no puedo · ni modo · imposible · no la quiero
ese día trabajo, no puedo · lo siento, no puedo · sí quisiera pero no puedo · gracias pero no · creo que no
esta la dejo pasar · no puedo get off del trabajo
"""
COUNTERS = """
otro día por favor · otra hora porfa · más tarde mejor · mejor otro dia · tiene algo más tarde
no tiene otro horario · sí pero más tarde · si pero otro dia · sí pero con otra doctora
ok pero más tempranito · puede ser otro dia · prefiero otra hora · no puedo a esa hora, más tarde sí
se puede otro dia · otro time porfa · cualquier otro dia
"""


@line_by_line("text", each(SURE))
def test_a_sure_spanish_yes_books(text: str) -> None:
    assert (kind(text), text) == (DecisionKind.ACCEPT, text)


@line_by_line("text", each(NOT_SURE))
def test_half_a_spanish_yes_books_nothing(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


@line_by_line("text", each(CONDITIONS))
def test_si_before_what_it_hangs_on_is_an_if(text: str) -> None:
    assert kind(text) is DecisionKind.CHECK


@line_by_line("text", each(DECLINES + COUNTERS))
def test_no_spanish_no_and_no_other_wish_books_whatever_the_model_says(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


@line_by_line("text", each(DECLINES))
def test_a_spanish_no_passes_the_offer(text: str) -> None:
    assert kind(text, model=Certain(Intent.DECLINE)) is DecisionKind.DECLINE


@pytest.mark.parametrize("text", each(COUNTERS))
def test_a_spanish_wish_for_another_time_is_no_yes(text: str) -> None:
    wanted = (DecisionKind.COUNTER, DecisionKind.CHECK)
    assert kind(text, model=Certain(Intent.COUNTER)) in wanted


@pytest.mark.parametrize("text", each("la quiero si es con la dra lee · sí, solo si es con el Dr Lee"))
def test_a_spanish_condition_that_the_offer_meets_is_met(text: str) -> None:
    assert kind(text) is DecisionKind.ACCEPT


@pytest.mark.parametrize("text", each("la quiero si es con la dra kim · sí, solo si es con la doctora Vega"))
def test_a_spanish_condition_that_the_offer_does_not_meet_is_another_wish(text: str) -> None:
    assert kind(text) is DecisionKind.COUNTER


@pytest.mark.parametrize("text", each("la quiero. dónde me estaciono? · sí, resérvela, y dónde me estaciono"))
def test_a_spanish_yes_and_a_question_are_both_read(text: str) -> None:
    model = Clauses(dónde=Intent.QUESTION, la=Intent.ACCEPT)
    decision = decided(text, OFFER, model=model)
    assert (decision.kind, [beside.kind for beside in decision.also]) == (
        DecisionKind.ACCEPT,
        [DecisionKind.QUESTION],
    )


NOT_COMING = (
    "no voy a poder ir · ya no puedo ir a mi cita · no podré asistir · mi hijo no va a llegar · no iré"
)


@pytest.mark.parametrize("text", each(NOT_COMING))
def test_who_cannot_come_can_say_so_in_spanish(text: str) -> None:
    assert pattern("visits", "cannot_come").search(plain(text))


@pytest.mark.parametrize("text", each("prefiero no decir · es personal · por razones personales · paso"))
def test_a_reason_can_be_kept_in_spanish(text: str) -> None:
    assert pattern("unsaid", "skip").fullmatch(plain(text))


def test_a_spanish_name_that_is_a_word_needs_a_pointer() -> None:
    assert [names(text, "Luz") for text in ("para Luz", "mi hija Luz", "se fue la luz")] == [
        True,
        True,
        False,
    ]
