"""Wording that stops and starts texts, and the look-alikes."""

import pytest

from nlu.exact import read_exact
from nlu.understanding import Intent

STOPS = """
STOP · stop! · Stop. · stop please · please stop · STOP STOP · stop pls · just stop · s.t.o.p · stpo
STOPALL · unsubscribe · Unsubscribe me · unsubcribe · end · quit · optout · opt out · opt me out please
revoke · remove me · please stop texting me · stop texting · stop messaging me · stop sending me these
stop sending messages · quit texting me · stop the texts · stop all texts · stop these messages please
can you please stop texting me · could you stop contacting me · take me off this list
take me off your list please · remove me from your texting list · remove my number
delete my number from your list · please remove me from this list · lose my number
get me off this list · no more messages · no more texts please · no texts · enough with the texts
end texts · cancel texts · don't text me · dont text me again · do not contact me
please do not text me anymore · never text this number again · don't message me
do not send me any more texts · don't send me anything · Don't ever text me again
i dont want these texts · I don't want to receive any more texts from you
I no longer wish to receive messages · not interested in receiving texts · i never signed up for this
I want you to stop · leave me alone · stop bothering me · how do i unsubscribe · I withdraw my consent
STOP I don't want these · Stop. I already have an appointment · no stop · ok stop · stop this
STOP!!! 🛑 · Sto\u200bp · "STOP" · please stop. wrong number · baja · BAJA · alto · parar
no me manden más mensajes · no me envíen mas mensajes · ya no me escriban · dejen de mandarme mensajes
quiero darme de baja · denme de baja por favor · quítenme de la lista · no quiero más mensajes
no más mensajes
"""
LOOK_ALIKES = """
bus stop · is there a bus stop near you · the bus stop is right there · I'll stop by at 3
I'll stop in tomorrow · can I stop in tomorrow · can i stop by at 3? · stop by the office · don't stop
please don't stop texting me · dont stop the reminders · why did you stop texting me
did i unsubscribe? · i need to stop at the pharmacy first · stop at the front desk first?
can't stop coughing · nonstop pain · the last stop · pit stop · i quit smoking
should i stop taking aspirin before · my meds stopped working · don't text me before 9
dont text me at work · don't text me so early · take me off the waitlist · remove me from the waitlist
remove me from the schedule · no more appointments · no · no thanks · not interested
i'll be there at the end · end of the week · the weekend · no calls after 8
if you dont text me ill call · I dont text and drive · you don't text me enough · i dont want monday
didn't get your text · stop the offers · stop sending me openings · cancel · CANCEL · stopping by
alto as in tall? · i work until the end of the day · can you stop my pain · yes · leave it
remove the stitches
"""
STARTS = """
start · START · start please · unstop · UNSTOP · resume · you can text me again
please start texting me again · opt me back in · opt in · sign me back up · resubscribe
turn the texts back on · i want texts again
"""
NOT_STARTS = """
yes · YES · can we start at 3 · start of the week · put me in · sign me up · put me down
when do we start · ok
"""


def each(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("·")]


@pytest.mark.parametrize("text", each(STOPS))
def test_any_reasonable_wording_stops_texts(text: str) -> None:
    assert read_exact(text).intent is Intent.STOP


@pytest.mark.parametrize("text", each(LOOK_ALIKES))
def test_words_that_only_sound_like_it_do_not_stop_texts(text: str) -> None:
    read = read_exact(text)
    assert Intent.STOP not in (read.intent, *read.also)


@pytest.mark.parametrize("text", each(STARTS))
def test_start_and_plain_words_start_texts_again(text: str) -> None:
    assert read_exact(text).intent is Intent.START


@pytest.mark.parametrize("text", each(NOT_STARTS))
def test_a_yes_never_starts_texts_again(text: str) -> None:
    assert read_exact(text).intent is not Intent.START


@pytest.mark.parametrize("text", ["help", "HELP!", "info", "ayuda", "help please"])
def test_help_is_asked_for_by_its_keywords(text: str) -> None:
    assert read_exact(text).intent is Intent.HELP


def test_a_stop_in_our_own_quoted_words_is_not_theirs() -> None:
    assert read_exact("Liked “Reply STOP to opt out”").intent is Intent.TAPBACK_LIKE


def test_a_stop_beside_an_emergency_is_kept() -> None:
    read = read_exact("stop texting me, I have chest pain")
    assert (read.intent, read.also) == (Intent.EMERGENCY, (Intent.STOP,))
