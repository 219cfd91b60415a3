"""What a phone sends: the carrier's own keywords first, then the signed webhook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

import phonenumbers

from bot.demo.carrier.messages import API_VERSION, Direction, Message, Status, new_sid
from bot.demo.carrier.posting import Answer, Post, send_together, signed, unsigned
from bot.demo.carrier.settings import Account
from bot.demo.carrier.state import State

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
OWN_REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this "
    "number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
SIGNATURES = frozenset({"good", "bad", "none"})


@dataclass(frozen=True)
class Text:
    """One text from a phone, and how the carrier is to bring it."""

    sender: str
    to: str
    body: str = ""
    num_media: int = 0
    copies: int = 1
    """The same webhook posted so many times at the same instant."""
    retries: int = 0
    """Posted again, one by one, while no answer or a 5xx comes back. Twilio does so only when asked."""
    sid: str | None = None
    """Given to repeat a message that was brought before."""
    signature: str = "good"
    form: dict[str, str | None] = field(default_factory=dict)
    """Fields of the webhook's form to change, or with null to leave out, before it is signed."""

    @classmethod
    def read(cls, given: dict[str, Any]) -> Self:
        """A text as it came in JSON, with `from` for the sender. Raises ValueError with a sentence."""
        values = {"sender" if name == "from" else name: value for name, value in given.items()}
        known = {entry.name for entry in fields(cls)}
        if unknown := set(values) - known:
            raise ValueError(f"A text has no {', '.join(sorted(unknown))}")
        if not values.get("sender") or not values.get("to"):
            raise ValueError("A text needs from and to")
        text = cls(**values)
        if text.signature not in SIGNATURES or text.copies < 1 or not isinstance(text.body, str):
            raise ValueError("body is text; signature is good, bad or none; copies is at least 1")
        return text


@dataclass(frozen=True)
class Delivery:
    """What the webhook answered, copy by copy, retries last."""

    sid: str
    answers: list[Answer]


class Inbound:
    def __init__(self, account: Account, state: State) -> None:
        self._account = account
        self._state = state

    def bring(self, texts: Sequence[Text]) -> list[Delivery]:
        """Bring all of them to the webhook at the same instant."""
        messages = [self._take(text) for text in texts]
        posts = [self._post(text, message) for text, message in zip(texts, messages, strict=True)]
        copies = [post for text, post in zip(texts, posts, strict=True) for _ in range(text.copies)]
        answered = iter(send_together(copies)) if copies else iter(())
        deliveries = []
        for text, message, post in zip(texts, messages, posts, strict=True):
            answers = [next(answered) for _ in range(text.copies)]
            answers += _retry(post, answers[-1], text.retries)
            self._note(message, answers)
            deliveries.append(Delivery(message.sid, answers))
        return deliveries

    def _take(self, text: Text) -> Message:
        """The message of a text: the one known by its sid, or a new one, obeyed if it is a keyword."""
        with self._state.changed:
            known = self._state.messages.get(text.sid or "")
            if known is not None:
                return known
            now = self._state.now()
            message = Message(
                sid=text.sid or new_sid(text.num_media),
                direction=Direction.INBOUND,
                sender=text.sender,
                to=text.to,
                body=text.body.encode(errors="replace").decode(),  # half a surrogate pair cannot be posted
                status=Status.RECEIVED,
                created=now,
                media=text.num_media,
                sent=now,
                opt_out_type=self._keyword(text),
            )
            self._state.add(message)
            self._obey(message)
            return message

    def _keyword(self, text: Text) -> str | None:
        word = text.body.strip().upper()
        if word in STOP_WORDS:
            return "STOP"
        if word in START_WORDS or (word == "YES" and self._state.manners.yes_opts_in):
            return "START"
        return "HELP" if word in HELP_WORDS else None

    def _obey(self, message: Message) -> None:
        """Block or unblock the phone, and answer it as the carrier does: not through the clinic."""
        if message.opt_out_type is None:
            return
        pair = (message.to, message.sender)
        if message.opt_out_type == "STOP":
            self._state.blocked.add(pair)
        elif message.opt_out_type == "START":
            self._state.blocked.discard(pair)
        now = self._state.now()
        own = Message(
            sid=new_sid(),
            direction=Direction.OWN,
            sender=message.to,
            to=message.sender,
            body=OWN_REPLIES[message.opt_out_type],
            status=Status.DELIVERED,
            created=now,
            sent=now,
        )
        self._state.add(own)

    def _post(self, text: Text, message: Message) -> Post:
        changed = self._form(message) | text.form
        form = {name: value for name, value in changed.items() if value is not None}
        url = self._state.manners.webhook_url or self._account.webhook_url
        if text.signature == "good":
            return signed(url, form, self._account.token)
        headers = {"X-Twilio-Signature": "bm90IHRoZSByaWdodCBvbmUh"} if text.signature == "bad" else {}
        return unsigned(url, form, headers)

    def _form(self, message: Message) -> dict[str, str | None]:
        """Twilio's own fields. The places are left empty, as they often are."""
        form: dict[str, str | None] = {
            "ToCountry": _country(message.to),
            "ToState": "",
            "SmsMessageSid": message.sid,
            "NumMedia": str(message.media),
            "ToCity": "",
            "FromZip": "",
            "SmsSid": message.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": message.body,
            "FromCountry": _country(message.sender),
            "To": message.to,
            "ToZip": "",
            "NumSegments": str(message.segments),
            "MessageSid": message.sid,
            "AccountSid": self._account.sid,
            "From": message.sender,
            "ApiVersion": API_VERSION,
        }
        if message.opt_out_type is not None:
            form["OptOutType"] = message.opt_out_type
        return form | dict(self._media_fields(message))

    def _media_fields(self, message: Message) -> Iterable[tuple[str, str]]:
        account = f"https://api.twilio.com/{API_VERSION}/Accounts/{self._account.sid}"
        for index in range(message.media):
            yield f"MediaContentType{index}", "image/jpeg"
            yield f"MediaUrl{index}", f"{account}/Messages/{message.sid}/Media/ME{index:032x}"

    def _note(self, message: Message, answers: list[Answer]) -> None:
        with self._state.changed:
            message.answers += [answer.status for answer in answers]
            self._state.touch(message)


def _retry(post: Post, last: Answer, times: int) -> list[Answer]:
    answers: list[Answer] = []
    while len(answers) < times and (last.status == 0 or last.status >= 500):
        last = send_together([post])[0]
        answers.append(last)
    return answers


def _country(number: str) -> str:
    """The two letters of a number's country, "" where it has none."""
    try:
        return phonenumbers.region_code_for_country_code(phonenumbers.parse(number).country_code or 0)
    except phonenumbers.NumberParseException:
        return ""
