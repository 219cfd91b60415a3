"""How many carrier segments a text takes, which is what it costs and whether it stays in one piece."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("^{}\\[~]|€\f")  # an escape and the character: two places

_GSM7_ALONE, _GSM7_JOINED = 160, 153
_UCS2_ALONE, _UCS2_JOINED = 70, 67

_DEAR_ACCENTS = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")
_SEGMENTS_FOR_ACCENTS = 2


def is_gsm7(text: str) -> bool:
    """Whether the cheap alphabet is enough. One curly quote, emoji or accented í turns the whole text."""
    return all(char in _BASIC or char in _EXTENSION for char in text)


def segments(text: str) -> int:
    """GSM-7: 160 places in one segment, 153 in each of several. UCS-2: 70 and 67. An empty text takes one."""
    if is_gsm7(text):
        widths = [2 if char in _EXTENSION else 1 for char in text]
        return _pack(widths, alone=_GSM7_ALONE, joined=_GSM7_JOINED)
    widths = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return _pack(widths, alone=_UCS2_ALONE, joined=_UCS2_JOINED)


def affordable(text: str) -> str:
    """The text as it is to go out: where it takes more than two segments, without the accents that make it dear.

    Spanish is well read without them, and much is texted so; é and ñ are cheap and stay.
    """
    plain = text.translate(_DEAR_ACCENTS)
    dear = segments(text) > _SEGMENTS_FOR_ACCENTS and segments(plain) < segments(text)
    return plain if dear else text


def _pack(widths: list[int], *, alone: int, joined: int) -> int:
    """A character of two places is never split: where only one is left it opens the next segment."""
    if sum(widths) <= alone:
        return 1
    count, used = 1, 0
    for width in widths:
        if used + width > joined:
            count, used = count + 1, 0
        used += width
    return count
