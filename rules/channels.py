"""Channels: which one an address belongs to, and the number or mailbox behind it.

`+1…` is texted, `whatsapp:+1…` written to on WhatsApp, `voice:+1…` called, and what has an @ gets email. What was
agreed to, and STOP, belong to what is behind: the number for three of them, the mailbox for the fourth.

A visitor of the web chat is at `chat:<key>`, behind which nobody is known; whoever has shown that a number is
theirs is at `chat:+1…/<key>`, behind which is that number. The key is of one chat: each device has its own.
"""

from collections.abc import Mapping, Sequence

from rules.states import Channel, ConsentKind, SenderKind

CHAT = "chat:"

_PREFIXES: Mapping[Channel, str] = {
    Channel.WHATSAPP: "whatsapp:",
    Channel.VOICE: "voice:",
    Channel.CHAT: CHAT,
}

ON_A_NUMBER = (Channel.SMS, Channel.WHATSAPP, Channel.VOICE)

WRITES_FIRST = tuple(channel for channel in Channel if channel is not Channel.CHAT)
"""Where we reach somebody who is not there at the moment."""

ANSWERED_IN_WORDS = (Channel.SMS, Channel.WHATSAPP, Channel.CHAT)
"""Where an answer can be written. An email has its links, a call its keys."""

TEXTED = (Channel.SMS, Channel.WHATSAPP)
"""What comes to a phone by itself: it says how that is ended."""

CONSENT: Mapping[Channel, ConsentKind] = {
    Channel.SMS: ConsentKind.CARE_TEXT,
    Channel.WHATSAPP: ConsentKind.CARE_TEXT,
    Channel.EMAIL: ConsentKind.EMAIL,
    Channel.VOICE: ConsentKind.VOICE,
    Channel.CHAT: ConsentKind.CARE_TEXT,
}
"""What a patient has to have agreed to before we use a channel unasked."""

_CHANNELS: Mapping[SenderKind, Channel] = {
    SenderKind.WHATSAPP: Channel.WHATSAPP,
    SenderKind.EMAIL: Channel.EMAIL,
    SenderKind.VOICE: Channel.VOICE,
    SenderKind.CHAT: Channel.CHAT,
}

TEXTING = tuple(kind for kind in SenderKind if kind not in _CHANNELS)
"""Kinds of numbers that text by SMS."""


def channel_of_sender(kind: SenderKind) -> Channel:
    return _CHANNELS.get(kind, Channel.SMS)


def channel_of(address: str) -> Channel:
    for channel, prefix in _PREFIXES.items():
        if address.startswith(prefix):
            return channel
    return Channel.EMAIL if "@" in address else Channel.SMS


def contact_of(address: str) -> str:
    """The number, or the mailbox, behind an address; of a chat with nobody we know the address itself."""
    channel = channel_of(address)
    if channel is Channel.CHAT:
        number, known, _key = address.removeprefix(CHAT).partition("/")
        return number if known else address
    return address.removeprefix(_PREFIXES.get(channel, ""))


def address_on(channel: Channel, contact: str) -> str:
    """How a number or mailbox is addressed on a channel."""
    return f"{_PREFIXES.get(channel, '')}{contact}"


def chat_address(key: object, number: str | None = None) -> str:
    """Where a chat is, before and after its visitor has shown which number is theirs."""
    return f"{CHAT}{number}/{key}" if number else f"{CHAT}{key}"


def addresses_of(contact: str) -> tuple[str, ...]:
    """Every address that leads to the same number or mailbox, but for chats: those have a key each."""
    if channel_of(contact) is Channel.EMAIL:
        return (contact,)
    return tuple(address_on(channel, contact) for channel in ON_A_NUMBER)


def in_order(wanted: Sequence[str]) -> tuple[Channel, ...]:
    """The channels to try, first first: those that were asked for, else all of them, a text before the others."""
    asked_for = tuple(dict.fromkeys(Channel(each) for each in wanted))
    return tuple(each for each in asked_for if each in WRITES_FIRST) or WRITES_FIRST
