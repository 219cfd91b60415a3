"""Every guard alone keeps a text from booking, with a model that is wrong and sure of it (`Certain`)."""

from dataclasses import replace

import pytest

from handlers.decide import DecisionKind
from handlers.guards import GUARDS, in_the_way
from nlu.tests.lines import line_by_line
from nlu.understanding import Intent
from tests.handlers.texts import CHECKED, OFFER, REMINDED, ZONE, Certain, each, kind, understood

NOT_SURE = """
not Tuesdays · any day but Friday · yes but after 4 · can you do monday instead · ok who is this
Liked “Reply YES to book” · 👍 to “Reply YES” · CANCEL · yes if it's free · maybe yes · not sure · yes?
is it yes · ok thanks · sure, what time · I said yes to the wrong one · yes to monday · yes at 4
yes 3:30 · yes 2 · yes option 2 · yes the second one · yes dr smith · yes for 2 people · yes no
no yes · yes or no · yes... · yes 🤔 · 👍👎 · yes tomorrow · yes dec 2 · yes mornings · yes after 2
yes before 5 · yes cancel · yes stop · yes for my son · both · either works · I already said yes
yes next week · yes not then · 1 · 3 · yes, any time but tuesday · yes 'til you cancel
YES takes it NO passes · thanks! · got it · wait no · oops · yes any tuesday except the 1st
let me check · I think so · i guess · if nothing sooner yes · sure unless it rains
"""


@line_by_line("text", each(NOT_SURE))
def test_less_than_all_the_evidence_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


NEARLY_A_YES = """
why not tuesday at 4 · yes, why not earlier · why not? · why not · ok but why not wednesday
cant wait that long · i cant wait till then · sorry cant wait · ok but cant wait · yes cant wait any longer
yes i cannot wait around · i really cant wait until december · wouldnt miss work for it
i would not miss school for that · yes wouldnt miss it but not then · no doubt it is too early
yes with doubt · yes no doubts but no · without question marks please · yes without my son
yes without dr lee · try another place · lets try another day · lets try tomorrow · lets try someone else
lets try wednesday · ok let's try 4 · i will try · yes ill try it · trying to say yes · lets try a new clinic
sorry for the late reply · sorry for the late reply, no · sorry about that, yes · sorry for the mixup yes
sorry for the late reply, yes but on friday · sorry yes wrong one · yes again · yes, again tomorrow
thanks again · ok thanks again · it still hurts yes · still waiting yes · yes still deciding
it still works only if he is there · that still works after 4 · yes still need to ask
by any means · by no means · that means yes · by all means not · by all means another day
i was hoping for something else · hoping for a morning yes · i was hoping for thursday, ok
yes hoping for later · sounds promising but · sounds promising, what else · sounds promising, and sooner
promising? · not very promising · hardly optimal · optimal would be 5 · that would be optimal at 9
spot on but too late · super busy · super late yes · i would like to think · i would like to ask yes
i would like to, but · i would love to except i can't · would like to know more · i would like to know yes
we would like to wait · i would love to if it were later · i work · i work then · i work and study
we work with him that day · they work on tuesdays · work my shift first · work for me is at 3
that option is good for my mom · a great option for wednesday · a very good time would be 10
not a good choice · a better option please · it's a good pick for someone else
yer not the right people · yes haha no · I think so, yes · i think i can · I think that's too early
i dont think that's good · I think i'll wait · let's try
i think i'll take my chances · sounds like what my sister is looking for
I'd prefer to go with the other one, yes
can you confirm the address · can you confirm the city for me · that choice was wrong · wait, yes · yes wait
wait for me yes
"""


@line_by_line("text", each(NEARLY_A_YES))
def test_what_only_looks_like_a_yes_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


OTHER_VISITS = """
make an appointment for my daughter · book an appointment for a haircut · book me with dr kim
book an appointment for another day · make an appointment on friday
i want to book an appointment at 9 · book a visit for a root canal · make an appointment somewhere else
book an appointment with someone else · can i book a different appointment · book an appointment at my old clinic
i don't want to book this appointment · make the appointment later · book two appointments
please book an appointment if there is one · make an appointment with him next week · schedule a visit in january
book an appointment for me and my son · make an appointment with this dentist but sooner
"""


@pytest.mark.parametrize("text", each(OTHER_VISITS))
def test_a_wish_for_another_visit_than_the_one_offered_never_books(text: str) -> None:
    assert kind(text, model=Certain(Intent.BOOK)) is not DecisionKind.ACCEPT


THE_ONE_OFFERED = """
I would like to make an appointment with this doctor · I want this one. Make me an appointment
please book the appointment · that's great, book an appointment with her · id like to schedule a visit there
"""


@pytest.mark.parametrize("text", each(THE_ONE_OFFERED))
def test_a_wish_to_book_that_points_at_the_offer_books_it(text: str) -> None:
    assert kind(text, model=Certain(Intent.BOOK)) is DecisionKind.ACCEPT


@pytest.mark.parametrize("text", each(THE_ONE_OFFERED))
def test_a_wish_to_book_is_no_yes_to_a_reminder(text: str) -> None:
    assert "not_read_as_yes" in in_the_way(understood(text, Certain(Intent.BOOK)), REMINDED, ZONE)


SURELY_A_YES = """
sure why not · yes no doubt · yes without a doubt · yes, can't wait · wouldn't miss it · by all means
let's try it · yes let's try her · i would love to, thanks · sorry for the late reply, yes · thanks again, book it
that still works for me · sounds promising, book it · an excellent option, yes
i''ll take it
"""


@pytest.mark.parametrize("text", each(SURELY_A_YES))
def test_turns_of_phrase_that_hold_a_word_of_doubt_may_be_a_yes(text: str) -> None:
    assert kind(text) is DecisionKind.ACCEPT


ANOTHER_TIME_IN_SPANISH = """
sí a las 4 · sí, el miércoles · sí pero el martes no · sí puedo pero el martes no · sí, mejor a las 5
si, después de las 4 · sí cualquier día menos el martes · ok el martes no puedo · sí, el lunes · sí mañana
yes pero no el martes · yes el miércoles · si por la mañana · sí la próxima semana · sí el 2 de diciembre
yes a las 3 y media · yes el martes 8 · yes los martes no · yes hasta las 2 · yes entre 4 y 5 · yes en enero
yes dentro de dos semanas · yes un cuarto para las 3 · yes nunca en martes · yes pasado mañana
yes no a las 3 · yes antes de las 3 · yes este viernes · yes por la noche
"""


@line_by_line("text", each(ANOTHER_TIME_IN_SPANISH))
def test_a_yes_with_another_time_in_spanish_never_books(text: str) -> None:
    assert kind(text) is not DecisionKind.ACCEPT


@pytest.mark.parametrize(
    "text", each("yes el martes a las 3 · yes, martes 3pm · yes el 1 de diciembre · yes a las tres")
)
def test_a_yes_with_the_offered_time_in_spanish_books(text: str) -> None:
    assert kind(text) is DecisionKind.ACCEPT


@pytest.mark.parametrize("name", GUARDS)
def test_each_guard_lets_a_plain_yes_pass(name: str) -> None:
    assert name not in in_the_way(understood("yes please"), OFFER, ZONE)


STOPS = {
    "no_word_for_yes": "thursdayish vibes · the parking lot · with dr lee · my knee hurts",
    "negation": """
        yes not · im all good thanks · I'm fine for now · yes i cant · nope · i wont take it · yes never
        yes but no · unable to · busy yes · yes no problem but no
    """,
    "hedge": "maybe yes · yes if i can · i think that works · yes... · probably yes · let me check yes · yes 🤔",
    "change": "yes but · yes instead · yes another one · yes the second one · yes later · my son said yes",
    "cancelling": "yes cancel · yes and take me off the list · yes stop it · yes delete it",
    "question": """
        can you make it later · could i have another one · can you confirm it · yes?
        tell me what matters · that is what i want to know · is that where I go · yes where do I go
        yes what time · yes can you call me · yes how much · yes tell me more · which yes
    """,
    "only_polite": "ok thanks · got it thanks · great, thank you · thanks for letting me know",
    "quoted": "“Reply YES to book it” yes",
    "other_time": "yes at 4 · yes thursday · yes after 3 · yes next week · yes december 2 · yes not tuesday",
    "other_provider": "yes with dr kim · yes dr. patel · book it with doctor kim",
    "too_much_unknown": """
        yes flibber gibbet · yes blurp · ok zorble · yes please go ahead and book it with susan
        yes please i would like to book a colonoscopy · perfect, the only day of it that i have court
        si por favor quiero agendar una colonoscopia · claro que si, ese dia yo tengo bautizo
    """,
    "too_long": "yes " * 19,
}
PASSES = {
    "no_word_for_yes": """
        that works · I'd like that one · count me in · happy to · fits my schedule · see you then
        they sound great · all you said is accurate · that all seems to be in order · precisely
        that is exactly what i was looking for · I'm available · good with me · agreed · great choice
    """,
    "negation": """
        yes no problem · not a problem, ill be there · im good with that
        yes it isn't far · yes no mistakes there · yes I don't mind the drive
        yes now please · yes i know the place · yes noon is fine · another one
    """,
    "hedge": "yes i'll see her then · i have been waiting for this yes · yes tuesday · that is fine",
    "change": "yes he sounds great · yes, she is fine · I have the day off so yes · I'm available yes",
    "cancelling": "yes book it · that works · yes i will be there",
    "question": """
        could you book that for me? · yes, can you put me down for it · can i take that one please
        evenings are what we need so yes · price is what matters to me · that is where I usually go
        sure, why not? · yes, why not?
        that is what i want · exactly what i needed · that is all i need to know, book it
    """,
    "only_polite": "ok thanks book it · thanks, I'll take it · great, see you then",
    "quoted": "yes · book it",
    "other_time": "yes tuesday · yes at 3 · yes dec 1 · yes 3pm tuesday · yes tuesday afternoon",
    "other_provider": "yes with dr lee · dr lee is great · yes doctor · yes doctor please",
    "too_much_unknown": """
        yes please book it · comfirm my appointmnt please · yes with dr lee please · yes i have it down
    """,
    "too_long": "yes " * 18,
}


@line_by_line(("name", "text"), [(name, text) for name in STOPS for text in each(STOPS[name])])
def test_each_guard_stands_in_the_way_of_what_it_is_for(name: str, text: str) -> None:
    assert name in in_the_way(understood(text), OFFER, ZONE)


@line_by_line(("name", "text"), [(name, text) for name in PASSES for text in each(PASSES[name])])
def test_each_guard_lets_pass_what_it_is_not_for(name: str, text: str) -> None:
    assert name not in in_the_way(understood(text), OFFER, ZONE)


def test_every_guard_has_texts_that_it_stops_and_texts_that_it_lets_pass() -> None:
    by_the_model = {"not_read_as_yes"}
    assert set(GUARDS) - by_the_model == set(STOPS) == set(PASSES)


@pytest.mark.parametrize(("share", "stands"), [(0.3, False), (0.2, True)])
def test_a_yes_may_come_next_after_thanks_if_it_has_enough_of_its_own(share: float, stands: bool) -> None:
    ranking = ((Intent.THANKS, 0.98 - share), (Intent.ACCEPT, share), (Intent.QUESTION, 0.02))
    read = replace(
        understood("that will be great for the kids, thanks"), intent=Intent.THANKS, ranking=ranking
    )
    assert ("not_read_as_yes" in in_the_way(read, OFFER, ZONE)) is stands


THANKED = {Intent.ACCEPT: 0.4, Intent.THANKS: 0.35, Intent.QUESTION: 0.25}
TORN = {Intent.ACCEPT: 0.55, Intent.COUNTER: 0.45}


@pytest.mark.parametrize(("shares", "stands"), [(THANKED, False), (TORN, True)])
def test_a_yes_must_lead_by_a_clear_margin_and_thanks_are_no_rival_of_it(
    shares: dict[Intent, float], stands: bool
) -> None:
    read = replace(understood("that works for the kids"), ranking=tuple(shares.items()))
    assert ("not_read_as_yes" in in_the_way(read, OFFER, ZONE)) is stands


@pytest.mark.parametrize(("share", "stands"), [(0.2, False), (0.19, True)])
def test_words_that_are_nothing_but_a_yes_need_little_of_the_model(share: float, stands: bool) -> None:
    ranking = ((Intent.COUNTER, 1 - share), (Intent.ACCEPT, share))
    read = replace(understood("happy to, thanks"), intent=Intent.COUNTER, exact=False, ranking=ranking)
    assert ("not_read_as_yes" in in_the_way(read, OFFER, ZONE)) is stands


@pytest.mark.parametrize("text", ["tuesday at 3 it is", "tuesday works for the kids"])
def test_a_counter_that_names_what_was_offered_is_no_rival_of_a_yes(text: str) -> None:
    ranking = ((Intent.COUNTER, 0.5), (Intent.ACCEPT, 0.2), (Intent.QUESTION, 0.1))
    read = replace(understood(text), intent=Intent.COUNTER, exact=False, ranking=ranking)
    assert "not_read_as_yes" not in in_the_way(read, OFFER, ZONE)


AS_IT_SHOULD_BE = """
precisely · uh huh · mm-hmm, no mistakes · that is the right place and time · those details are all correct
you understood me correctly · exactly as I asked · nothing to fix · perfect, thanks · great, thank you
"""
NOT_QUITE = """
ok thanks · no · you got it wrong · that is the wrong time · precisely not · right place, wrong time · no changes
"""


@line_by_line("text", each(AS_IT_SHOULD_BE))
def test_that_all_is_as_it_should_be_is_a_yes_once_we_have_asked_directly(text: str) -> None:
    assert kind(text, CHECKED, model=Certain(Intent.REASON, 0.6)) is DecisionKind.ACCEPT


@line_by_line("text", each(NOT_QUITE))
def test_anything_less_is_no_yes_though_we_have_asked_directly(text: str) -> None:
    assert kind(text, CHECKED, model=Certain(Intent.REASON, 0.6)) is not DecisionKind.ACCEPT
