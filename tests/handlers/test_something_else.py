"""Something pleasant or agreeing said about something else than the offer never books, whatever the model makes of
it; and what looks like it but is a yes still books."""

import pytest

from handlers.decide import DecisionKind
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent
from tests.handlers.texts import Certain, each, kind

IN_ENGLISH = """
work is great · life is good · the weather is great · my mom is fine · the kids are fine
everything is good here · all is well · business is good · the doctor is great · your office is awesome
the new dentist is amazing · your staff are great · the parking is fine · traffic is fine
dinner sounds great · pizza sounds good · lunch sounds perfect · a vacation sounds perfect
my new job works for me · the medicine works great · the pills work for me · the cream works fine
this medication works for me · my knee works fine now · the treatment works great · love this weather
i love it here · i love it when you text · my tooth is great now · i feel great
i'm good friends with her · he is a great doctor · that's great news · thats a good question
good question · thats a nice photo · sounds like a good movie · sounds like fun · happy new year to you
happy birthday to me · good night · good morning · great job · nice to meet you · nice try
great doctor · good for you · good for him · awesome team · he is correct · my address is correct
the number is correct · of course it rained · for sure it hurts · the bill is correct
the insurance is ok now · my blood pressure is good · my results are good · the results look great
looks like rain · looks great on you · i confirm my insurance is blue cross · i confirm i paid
i accept your apology · apology accepted · take it easy · you take it easy · great book
i want to go home · i want to see the bill · let's go giants · lets do lunch · go for it says my wife
be there in spirit · see you around · i am in the car · i'm in pain · im in mexico
im down with the flu · we are in traffic · i am free of cancer · i'm available for work
i am happy with the surgery · i am ok now · i'm fine thank you · i take it with food
i take it at night · i'll take it to the pharmacy · i will take it up with my insurance
i want it to stop hurting · put me through · count me out · i agree with your policy
i agree to the terms · i agree that it was rude · approved by insurance · my claim is approved
big deal · great deal on glasses · exactly my point · indeed it hurts · absolutely freezing here
definitely raining · certainly painful · sure it hurts · ok boomer · okay google · great service
awesome website · the new website looks good · the office looks great · perfect day for a walk
perfect weather · what a great day · my son is perfect · my husband is ok · my wife loves it
the baby is doing great · he is doing fine · all good here · all good on my end · good vibes
the food is great · the surgery is right · your price is right · the price is right · he will take it
she will take it from here · they will be there · my dog will be there · my sister is free
tell her yes · say yes to the dress · yes man · yes dear · yes sir thats my baby · yes i am a patient
yes i paid · yes i got the results · yes im diabetic · yes i have insurance · yes this is maria
yes my number is the same · yes it hurts · yes im feeling better · yes she is my mother
yes he speaks spanish · yes we spoke · yes we met · yes i moved · yes thats my address
yes thats my name · yes thats me · yes its me · yes i am allergic to penicillin · yes i live here
yes it is raining · yes great weather · yes i smoke · yes i took my pills · yes i read it
yes i saw your text · yes i know · yes i understand · yes i see · sure i understand · ok i understand
ok i see · ok i know · okay im home · ok im in bed · sure is hot · sure looks like rain · sure was nice
happy to hear that · happy to hear from you · glad to hear it · im glad its over · good to hear
good to know · good to see you · i can see it · i can see him from here · i will see it on tv
going to see a movie · going to see my mom · i am going to see her · gonna see the game · i like it here
i like her · i like to swim · we love to dance · i need it back · i want her fired
i need it in writing · book club is great · the book is great · my schedule is great · i have it at home
i have that too · i have it in writing · i do yoga · i do it every day · i do it myself
we make it at home · i can make it at home · i'll make it up to you · accept my thanks
accept my condolences · correct spelling is maria · perfect score · right on time as always · right knee
right side hurts · true story · bet it hurts · you bet it hurt · agreed he is rude · sold my car
deal with it · gladly paid · proceed with the claim · thumbs up for the nurse · see you on tv
see you at church · c u at the game · be there for me · count on me to complain · hold it · save it
save me · reserve judgment · retirement is great · school is good · my back is better, thanks
the nurse was so sweet, great job · coffee is good · breakfast was perfect · that movie is great
your text was funny, good one · the garden looks lovely · my garden is lovely · sleep is good
my appetite is good · the pain is ok · the rash is fine now · he said yes · she said it works
they said its fine · my boss said ok · it works on my phone · the link works · your website works fine
the app works for me · the ramp works for my chair · the elevator works · its a lovely day
lovely day today · great to hear · awesome news · that's wonderful, congratulations
congrats, great work · thats so kind of you · you are wonderful · you guys are great · youre the best
ok im at work · ok im eating · sure am hungry · sure am tired · yes i am at work · yes i am working
yes im at home · yes my leg is better · yes the pills work · yes the cream works · yes it works now
yes i drive · yes i walk · yes i am pregnant · yes im 65 · yes i was born in may · yes i have a dog
yes my birthday is in may · yes i am married · yes she is my daughter · yes thats her
yes thats the right number · yes thats correct about my meds · yes thats my son's name · yes i got it
yes i got your message · yes received · yes thats what the nurse said · i love your clinic
i love my doctor · we like the new place · i like the new office · i like dr lee · dr lee is great
dr lee is the best · dr lee is awesome · happy holidays · merry christmas · perfect timing as i just ate
ok so i went to the gym · fine weather · right away i felt better · ok the pharmacy has it · ok i paid
ok i took it · ok i take it twice a day · ok i will take it with water · i will take it with food
i can take it with milk · i can do it with one hand · i can do pushups · let me take it to the lab
i'll have it at lunch · i will have it with rice · i'll have the chicken · ill have that with fries
i want that on my record · i want it on record · i want that refund · i want it refunded
i need that prescription · i need it filled · i want it cheaper · i accept that i was wrong
i confirm that i was there · i confirm my email · confirmed covid · confirmed with the pharmacy
accepted by medicare · agreed on the price · agreed with my wife · correct me if im wrong
correct change only · put me on hold · put me to sleep · put me on speaker · get me a nurse
sign me off work · book me a taxi · book a table · reserve me a room · schedule me a ride
save the date · grab me a coffee · take me home · take that off my bill · take the bus
take this seriously · do that again · make the call · see you monday at church · i'm game for golf
im down with a cold · im in bed · im in the hospital
"""

IN_SPANISH = """
el trabajo va genial · el clima está perfecto · mi mamá está bien · los niños están bien
todo está muy bien por acá · todo bien gracias · la doctora es excelente · la comida está buenísima
qué bien se ve · me encanta la comida de ahí · me encanta ese programa · me encanta como atienden
me gusta la enfermera · la crema me funciona · la pastilla me funciona bien · el tratamiento me sirve
la medicina me sirve mucho · los ejercicios me sirven · me queda claro · me queda lejos
me queda grande el vestido · me late el corazón · me late muy rápido · me cae bien la doctora
me parece bien que avisen · me parece excelente el servicio · me parece buena persona
acepto la disculpa · acepto las condiciones · acepto mi error · acepto que llegué tarde
confirmo que pagué · confirmo mi dirección · confirmo mi correo es ana@x.com · confirmo recibido
listo el pago · ya está listo mi pastel · listo para comer · listo, ya pagué · perfecto estado
perfecto clima · excelente servicio · excelente doctor · genial la película · la tomo con comida
la tomo en la noche · la tomo a las 3 la pastilla · me la tomo con agua · lo tomo cada 8 horas
la quiero mucho doctora · los quiero mucho · te quiero · la quiero conocer · lo quiero saber
quiero la receta · quiero tomar agua · quiero ese medicamento · quiero esa medicina
la acepto como amiga · de acuerdo con la ley · de acuerdo a mi seguro · con mucho gusto la recomiendo
con gusto le pago · claro de luna · está claro · clarito lo veo · obvio que duele · obvio que no
por supuesto que duele · desde luego que fue tarde · sin duda la mejor clínica · sin falta de respeto
adelante está el parque · va mejorando · va bien · ya va mejor · sale sangre · sale el sol · sale caro
dale pues que te mejores · dale recuerdos · vale la pena · vale mucho · órale qué caro · simón bolívar
soy simón · ahí vamos · ahí la llevamos · ahí voy mejorando · aquí estamos en la casa
aquí ando trabajando · aquí estoy en casa · allá estoy yo también · ahí estoy en la foto
nos vemos en misa · nos vemos en la fiesta · ahí nos vemos en el partido · estoy libre de cáncer
estoy disponible para trabajar · estoy bien gracias · estoy listo para el partido · sí, soy yo
sí soy paciente · sí me duele · sí tengo seguro · sí pagué · sí ya comí · sí hace frío · sí me acuerdo
sí lo vi · sí lo sé · sí entiendo · sí le entiendo · sí, entiendo · sí, ya sé · sí, es mi número
sí ese es mi nombre · sí es mi mamá · sí está lloviendo · sí qué calor · sí qué frío · sí, la conozco
sí estoy enferma · sí fumo · sí tomo pastillas · sí tomo agua · sí voy al gimnasio · sí voy mejorando
sí vamos bien · sí puedo caminar · sí puedo comer · sí puedo ver · sí quiero a mi esposa
sí quiero saber · sí gracias estoy mejor · sí gracias ya comí · sí bien gracias y usted
apúntame la dirección · guárdame el recibo · mándamela por correo · pásamela por favor la receta
déjamela en recepción · resérvame una mesa · agéndeme con el banco · anóteme la receta
confírmeme el precio · póngame la vacuna · dame la dirección · dame esa receta · deme esa pastilla
quedamos en eso de pagar · asistiré a la boda · ahí estaré de vacaciones · contenta con el servicio
encantada de conocerla · encantado de saludarlo · correcto mi nombre es ana · así es la vida
eso mismo digo yo · trato hecho con el banco · ideal para niños · ideal el clima · fantástico equipo
la jubilación va bien · la escuela está bien · el dolor está mejor · mi espalda está mejor gracias
la enfermera fue un amor, excelente · el café está bueno · el perro está bien · el enlace funciona
me funciona el enlace · la página me funciona · la app me sirve · los lentes me quedan bien
la faja me queda bien · el zapato me queda perfecto · el uniforme me queda bien · me encanta mi doctora
me encanta la clínica · me gusta mucho la clínica · me gusta cómo tratan · me interesa el puesto
me interesa bajar de peso · me conviene bajar de peso · nos conviene el seguro · sí estoy en el trabajo
sí trabajo · sí, tengo diabetes · sí tengo un perro · sí vivo ahí · sí es mi hija · sí es ella
sí, ese es el número correcto · sí recibido · sí recibí el mensaje · sí me llegó · sí lo recibí
sí la recibí gracias · sí, estoy embarazada · sí, estoy casada · sí manejo · sí camino bien
sí duermo bien · sí como bien · sí hablo español · sí hablo inglés · dijo que sí · dijeron que está bien
mi jefe dice que está bien · feliz navidad · felices fiestas · buen provecho · excelente día para todos
perfecto día · la tomo en ayunas · la tomo con leche · lo tomo en la mañana · la quiero en pastilla
la quiero sin gluten · lo quiero por escrito · quiero la factura · quiero la copia · quiero esa crema
la acepto pero me duele · acepto que me equivoqué · confirmo que soy yo · confirmo mi nombre
confirmo mi seguro · confirmado el embarazo · confirmado que es covid · resérveme un taxi
apárteme una silla · guárdeme mi lugar en la fila que voy al baño · mándemela a la farmacia
mándame la receta · pásame el número · deme la factura · deme el número · ahí estoy desde ayer
ahí estuvimos · aquí estoy en la sala · aquí estamos afuera · ya estoy aquí · ahí voy en camino
ahí vamos poco a poco · nos vemos el domingo en la iglesia · con gusto lo saludo
con mucho gusto le mando la foto · claro que me duele · claro que me acuerdo · claro que sí me duele
por supuesto que me acuerdo · por supuesto que sí me duele · órale con el tráfico · listo, ya llegué
listo, ya mandé los papeles · listo, ya comí · adelante pase · excelente, ya me siento bien
perfecto, ya me siento mejor · genial, ya no me duele · qué bueno que llueve · qué bien huele
sí claro, y yo soy el papa · dale saludos a la doctora · gratis, qué bien · es gratis, sí
"""


@line_by_line("text", each(IN_ENGLISH))
def test_what_is_said_of_something_else_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


@line_by_line("text", each(IN_SPANISH))
def test_what_is_said_of_something_else_in_spanish_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


A_YES_ALL_THE_SAME = """
the time is great · that day is perfect · tuesday is great · tuesday at 3pm is fine · dr lee is fine
the appointment works · your offer is perfect, thanks · that doctor is great · the dentist is fine
my answer is yes · happy to hear that, yes please · glad to hear it, book it · i'll take it
everything is good · the afternoon is fine, yes · works 4 me · sounds like what I'm looking for
I think that's perfect · I think I'll take that one · I would like to try that one
yes, that is what I would like · I'd prefer to go with that one, yes · yes please set up an appointment for me now?
claro que sí · claro que puedo · por supuesto que sí, gracias · ya la quiero · me encanta la idea
me encanta esa hora · la tomo con gusto · ese día está perfecto · la hora está bien · me queda perfecto
I'll take it if it's still available · yes if the slot is still open please · yes if it's not taken
la quiero si todavía está · si aún está libre me la quedo · no hay problema, ahí estaré · cómo no, ahí estaré
no faltaré · de acuerdo con la hora · excelente hora, sí · confirmo mi asistencia · confirmo que voy
"""


@line_by_line("text", each(A_YES_ALL_THE_SAME))
def test_the_same_words_said_of_the_offer_book(text: str) -> None:
    assert kind(text) is DecisionKind.ACCEPT


STILL_AN_IF = """
yes if it's free · yes if tuesday is still available at 4 · yes if it's open late · if available monday yes
yes if he is still available · yes if something is still open in the morning
como no puedo ir · si no hay nadie voy · la tomo todos los días · lo tomo a diario · la tomo siempre
si todavía hay algo en la mañana sí · no hay problema si no · I was going to see her · no, no faltaré
"""


@pytest.mark.parametrize("text", each(STILL_AN_IF))
def test_a_condition_that_the_offer_does_not_settle_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


ANOTHER_PLACE = """
I was hoping for somewhere in Ashford · I want somebody in Kingsport · not with Dr. Lee, I want Dr. Roth
what other places are there · are there others on that road · tell me about the second one
Ashford doesn't suit me, try Bellwood · Kingsport is too far. Book me in Millville
no, I said Carlton, not Carrollton
"""
SAME_PLACE = (
    "I want somebody in the office to call me · I am in pain, someone in charge please · one in a million"
)


@line_by_line("text", each(ANOTHER_PLACE))
def test_another_place_or_doctor_is_a_counter_though_the_model_is_unsure(text: str) -> None:
    assert kind(text, model=Certain(Intent.DECLINE, 0.5)) is DecisionKind.COUNTER


@line_by_line("text", each(SAME_PLACE))
def test_what_only_sounds_like_another_place_is_none(text: str) -> None:
    assert kind(text, model=Certain(Intent.DECLINE, 0.5)) is not DecisionKind.COUNTER
