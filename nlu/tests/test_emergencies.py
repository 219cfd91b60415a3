"""Emergency and crisis wording, and the narrow guard against "no chest pain"."""

from pathlib import Path

import yaml

from nlu.exact import read_exact
from nlu.understanding import Intent

TABLE = yaml.load((Path(__file__).parent / "emergencies.yml").read_text("utf-8"), yaml.CBaseLoader)
BODY = """
chest pain · I'm having chest pains · my chest hurts · my chest is really tight · pressure in my chest
can't breathe · i cant breath · I can not breathe · having trouble breathing · short of breath
hard to breathe · my baby stopped breathing · he is not breathing · having a heart attack
I think I'm having a stroke · she passed out · my dad collapsed · he's unconscious · she won't wake up
having a seizure · the bleeding won't stop · bleeding and it wont stop · bleeding heavily
coughing up blood · throwing up blood · took too many pills · overdose · swallowed bleach
throat is closing · my tongue is swelling · face is drooping · slurring her words
can't move my left arm · call 911 · 911 · i need an ambulance · this is an emergency
medical emergency · im choking · severe allergic reaction · worst headache of my life · turning blue
me duele el pecho · no puedo respirar · dolor de pecho · es una emergencia · necesito una ambulancia
No, I have chest pain · no having chest pain · I do not feel well chest pain · not good, chest pain
no chest pain but I can't breathe · don't know what to do, chest pain
yes book it but i have chest pain
"""
MIND = """
want to die · i wanna die · i want to kill myself · feeling suicidal · thinking about suicide
I don't want to live anymore · going to hurt myself · end my life · better off dead · no reason to live
im going to end it all · want to unalive myself · quiero morir · quiero matarme
"""
DENIED = """
I'm NOT having chest pain · no chest pain · not having any chest pain · I don't have chest pain
never had chest pain · without chest pain · no shortness of breath · this is not an emergency
it's not an emergency · isn't an emergency · not a medical emergency · not suicidal
NOT going to hurt myself · havent had any chest pain
"""
OTHERWISE_MEANT = """
dying to get in sooner · had a heart attack last year · history of seizures
can't breathe through my nose · family emergency came up, can't make it · car emergency
traffic is killing me · my tooth is killing me · painful tooth · breathing fine
i could just die of embarrassment when i missed it · bleeding edge · yes · no
can't make it
"""


def each(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("·")]


def emergencies(texts: list[str]) -> list[str]:
    return [text for text in texts if read_exact(text).intent is Intent.EMERGENCY]


def crises(texts: list[str]) -> list[str]:
    return [text for text in texts if "crisis" in read_exact(text).flags]


def test_emergency_wording_is_caught() -> None:
    texts = each(BODY) + each(MIND) + TABLE["medical"] + TABLE["crisis"]
    assert emergencies(texts) == texts


def test_a_crisis_is_told_apart() -> None:
    texts = each(MIND) + TABLE["crisis"]
    assert crises(texts) == texts


def test_the_body_is_no_crisis_of_the_mind() -> None:
    assert crises(each(BODY) + TABLE["medical"]) == []


def test_what_is_denied_is_no_emergency() -> None:
    assert emergencies(each(DENIED)) == []


def test_what_is_long_ago_or_only_a_manner_of_speaking_is_no_emergency() -> None:
    assert emergencies(each(OTHERWISE_MEANT) + TABLE["others"]) == []
