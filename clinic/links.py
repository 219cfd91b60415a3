"""Links that stand for a person: signed, for one thing each, and short enough for a text.

Whoever has a link may do what it is for, so it names an id and nothing of the patient. What it is worth is decided
by the rows when it is followed: an offer made anew has another link, and one that is over is only shown.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from itsdangerous import BadSignature, Signer

from storage.tables import Appointment, Conversation, Message, Offer
from storage.transaction import Links

_OFFER, _CALENDAR, _UNSUBSCRIBE = "one-tap", "calendar", "unsubscribe"
_REMINDER, _NEWS = "reminder", "news"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID_BYTES, _MOMENT_BYTES = 16, 7


@dataclass(frozen=True, slots=True)
class OfferLink:
    """What an offer's link names: the offer as it was made then."""

    offer_id: UUID
    made_at: datetime


def offer_link(links: Links, offer: Offer) -> str:
    moment = (offer.made_at - _EPOCH) // timedelta(microseconds=1)
    token = _sealed(links.signing_key, _OFFER, offer.id.bytes + moment.to_bytes(_MOMENT_BYTES))
    return f"{links.public_url}/o/{token}"


def read_offer(signing_key: str, token: str) -> OfferLink | None:
    """What a link's token names; None where it is not one of ours."""
    content = _opened(signing_key, _OFFER, token, _ID_BYTES + _MOMENT_BYTES)
    if content is None:
        return None
    made_at = _EPOCH + timedelta(microseconds=int.from_bytes(content[_ID_BYTES:]))
    return OfferLink(UUID(bytes=content[:_ID_BYTES]), made_at)


def calendar_link(links: Links, visit: Appointment) -> str:
    return f"{links.public_url}/c/{_sealed(links.signing_key, _CALENDAR, visit.id.bytes)}.ics"


def read_calendar(signing_key: str, token: str) -> UUID | None:
    """The visit that a link to a calendar file names."""
    return _id(signing_key, _CALENDAR, token)


def reminder_link(links: Links, message: Message, answer: str) -> str:
    """Where an email's reminder is answered; `answer` is the one that its page puts first."""
    token = _sealed(links.signing_key, _REMINDER, message.id.bytes)
    return f"{links.public_url}/r/{token}?a={answer}"


def read_reminder(signing_key: str, token: str) -> UUID | None:
    """The message that a reminder's link names."""
    return _id(signing_key, _REMINDER, token)


def news_link(links: Links, message: Message) -> str:
    """Where a campaign's email is answered."""
    return f"{links.public_url}/n/{_sealed(links.signing_key, _NEWS, message.id.bytes)}"


def read_news(signing_key: str, token: str) -> UUID | None:
    """The message that the link of a campaign's email names."""
    return _id(signing_key, _NEWS, token)


def unsubscribe_link(links: Links, conversation: Conversation) -> str:
    return f"{links.public_url}/u/{_sealed(links.signing_key, _UNSUBSCRIBE, conversation.id.bytes)}"


def read_unsubscribe(signing_key: str, token: str) -> UUID | None:
    """The conversation that a link to end its emails names."""
    return _id(signing_key, _UNSUBSCRIBE, token)


def _id(signing_key: str, purpose: str, token: str) -> UUID | None:
    content = _opened(signing_key, purpose, token, _ID_BYTES)
    return UUID(bytes=content) if content is not None else None


def _signer(signing_key: str, purpose: str) -> Signer:
    return Signer(signing_key, salt=f"standby.{purpose}")


def _sealed(signing_key: str, purpose: str, content: bytes) -> str:
    return _signer(signing_key, purpose).sign(urlsafe_b64encode(content).rstrip(b"=")).decode()


def _opened(signing_key: str, purpose: str, token: str, length: int) -> bytes | None:
    try:
        packed = _signer(signing_key, purpose).unsign(token.encode())
        content = urlsafe_b64decode(packed + b"=" * (-len(packed) % 4))
    except (BadSignature, Error, UnicodeEncodeError):
        return None
    return content if len(content) == length else None
