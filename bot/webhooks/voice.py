"""Twilio's webhooks of an automatic call: somebody picked up, a key was pressed, the call is over."""

from collections.abc import Callable, Mapping
from typing import Protocol
from uuid import UUID

import structlog
from flask import Blueprint, Response, current_app, request
from twilio.twiml.voice_response import Gather, VoiceResponse

from bot.access import signed
from bot.services import Services
from bot.webhooks.signed_form import signed_form
from clinic import calls, campaign_calls, recovery_calls, reminder_calls
from clinic.calls import Spoken
from clinic.messages import CALL_RECOVERY, CALL_REMINDERS
from rules.states import DeliveryState
from storage.queries import status
from storage.tables import Message
from storage.transaction import Tx

webhooks = Blueprint("voice", __name__, url_prefix="/webhooks/twilio/voice")
log = structlog.get_logger()

WAITS_SECONDS = 8
VOICES = {"en": ("en-US", "Polly.Joanna"), "es": ("es-US", "Polly.Lupe")}
MACHINES = ("machine", "fax")
"""How Twilio's AnsweredBy begins where no person answered. "unknown" is taken for a person."""

VOICEMAIL = "voicemail"
STATES = {
    "completed": DeliveryState.DELIVERED,
    "busy": DeliveryState.UNDELIVERED,
    "no-answer": DeliveryState.UNDELIVERED,
    "canceled": DeliveryState.UNDELIVERED,
    "failed": DeliveryState.FAILED,
}
"""Twilio's CallStatus at a call's end → ours. The rest says nothing that we need."""


@webhooks.post("")
@signed
def picked_up() -> Response:
    """Somebody, or some machine, answers: what is said. A machine's is no answer: it goes another way."""
    services: Services = current_app.extensions["services"]
    form = signed_form(services, request)
    if form is None:
        return Response(status=403)
    machine = form.get("AnsweredBy", "").startswith(MACHINES)
    reached = DeliveryState.UNDELIVERED if machine else DeliveryState.SENT
    spoken = _spoken(services, lambda by: by.voicemail if machine else by.picked_up)
    _record(services, form, reached, VOICEMAIL if machine else None)
    return spoken


@webhooks.post("/key")
@signed
def key() -> Response:
    """A key was pressed."""
    services: Services = current_app.extensions["services"]
    form = signed_form(services, request)
    if form is None:
        return Response(status=403)
    digits, question = form.get("Digits", ""), _id("q")
    return _spoken(services, lambda by: lambda tx, message: by.pressed(tx, message, digits, question))


@webhooks.post("/status")
@signed
def over() -> Response:
    """The call is over, or never came to be."""
    services: Services = current_app.extensions["services"]
    form = signed_form(services, request)
    if form is None:
        return Response(status=403)
    ended = form.get("CallStatus", "")
    if ended in STATES:
        _record(services, form, STATES[ended], None if ended == "completed" else ended)
    return _twiml(VoiceResponse())


class Speaker(Protocol):
    """What knows how to speak about one kind of thing."""

    def picked_up(self, tx: Tx, message: Message) -> Spoken: ...

    def voicemail(self, tx: Tx, message: Message) -> Spoken: ...

    def pressed(self, tx: Tx, message: Message, key: str, _question: UUID | None) -> Spoken: ...


def _speaker(message: Message) -> Speaker | None:
    if message.about_offer_id is not None:
        return calls
    if message.about_recipient_id is not None:
        return campaign_calls
    if message.phrase == CALL_RECOVERY:
        return recovery_calls
    return reminder_calls if message.phrase in CALL_REMINDERS else None


def _spoken(services: Services, words: Callable[[Speaker], Callable[[Tx, Message], Spoken]]) -> Response:
    """What is said about the offer, visit or campaign that the call is about; nothing, where it is about none."""
    message = _message(services)
    speaker = _speaker(message) if message is not None else None
    if message is None or speaker is None:
        log.warning("webhook.malformed", kind="voice")
        return _twiml(VoiceResponse())

    def say(tx: Tx) -> Response:
        here = tx.session.get_one(Message, message.id)
        return _said(tx, here, words(speaker)(tx, here))

    return services.store.run(message.clinic_id, say)


def _said(tx: Tx, message: Message, spoken: Spoken) -> Response:
    response, (language, voice) = VoiceResponse(), VOICES[spoken.language]
    if spoken.asks:
        question = f"&q={spoken.question}" if spoken.question is not None else ""
        for _ in range(2):  # once more for who was still finding the keys
            gather = Gather(
                num_digits=1,
                timeout=WAITS_SECONDS,
                action=f"{tx.links.public_url}/webhooks/twilio/voice/key?m={message.id}{question}",
            )
            gather.say(spoken.words, language=language, voice=voice)
            response.append(gather)
        response.say(calls.goodbye(tx, spoken.language), language=language, voice=voice)
        return _twiml(response)
    response.say(spoken.words, language=language, voice=voice)
    if spoken.connect is not None:
        response.dial(spoken.connect)
    return _twiml(response)


def _message(services: Services) -> Message | None:
    message_id = _id("m")
    if message_id is None:
        return None
    with services.store.unscoped() as session:
        return session.get(Message, message_id)


def _id(name: str) -> UUID | None:
    """An id in our own address."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _record(services: Services, form: Mapping[str, str], state: DeliveryState, code: str | None) -> None:
    message, sid = _message(services), form.get("CallSid", "").replace("\x00", "")
    if message is None or not sid:
        return
    with services.store.unscoped() as session:
        wakes = status.record(session, status.StatusUpdate(message.id, sid, state, code), services.clock())
    for kind, subject_id in wakes:
        services.store.wake(kind, subject_id)


def _twiml(response: VoiceResponse) -> Response:
    return Response(str(response), mimetype="text/xml")
