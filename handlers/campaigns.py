"""Answers to a campaign's invitation: times to choose from, thanks and silence, or who it is that writes."""

from uuid import UUID

from clinic import phrases, recipients
from handlers import questions, times
from handlers.turn import Reply, Turn, answered, hand_over
from handlers.wishing import stated_in
from nlu.campaigns import asks_who_writes
from nlu.words import plain
from rules.states import EscalationKind
from rules.wishes import Wishes, sharpen
from storage.tables import Patient, Prompt, Recipient


def interested(turn: Turn) -> Reply | None:
    """They would come: three times that suit, held while they choose; where there are none, the desk goes on."""
    prompt = _answered(turn)
    recipient = recipients.interested(turn.tx, _recipient_id(turn, prompt))
    last = recipients.last_visit(turn.tx, recipient)
    if last is not None:
        wishes = sharpen(Wishes(preferred_provider_id=last.provider_id), stated_in(turn))
        shown = times.for_patient(turn, recipient.patient_id, last.type_id, wishes)
        if shown is not None:
            return shown
    return hand_over(turn, EscalationKind.BOOK, "campaign_no_times", name=_name(turn, prompt))


def not_interested(turn: Turn) -> Reply | None:
    """They would not: they are thanked, and left alone."""
    prompt = _answered(turn)
    recipients.not_interested(turn.tx, _recipient_id(turn, prompt))
    return Reply("campaign_no_thanks", {"name": _name(turn, prompt)})


def question(turn: Turn) -> Reply | None:
    """Who writes is said at once, with how to stop it, and the invitation stands. Anything else is answered as
    usual."""
    if not asks_who_writes(plain(turn.read.text)):
        return questions.answer(turn)
    clinic = turn.tx.clinic()
    name = _name(turn, answered(turn))
    return Reply("campaign_who", {"clinic": clinic.name, "name": name, "phone": phrases.phone(clinic.phone)})


def _answered(turn: Turn) -> Prompt:
    prompt = answered(turn)
    prompt.answered_at = turn.tx.now
    return prompt


def _recipient_id(turn: Turn, prompt: Prompt) -> UUID:
    return turn.tx.session.get_one(Recipient, prompt.subject_id).id


def _name(turn: Turn, prompt: Prompt) -> str:
    return turn.tx.session.get_one(Patient, prompt.patient_id).first_name
