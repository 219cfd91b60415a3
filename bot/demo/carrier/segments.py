"""How many SMS segments a text takes: 160 characters, 153 each when several; 70 and 67 outside GSM-7.

Counted here by itself on purpose: a double that shared our own counting could not catch it wrong.
"""

from collections.abc import Iterable

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""Sent as an escape and a character: two places each."""


def count(body: str) -> int:
    """Segments of a text; an empty one still takes one."""
    if all(char in BASIC or char in EXTENDED for char in body):
        return _fill((2 if char in EXTENDED else 1 for char in body), alone=160, each=153)
    return _fill((2 if ord(char) > 0xFFFF else 1 for char in body), alone=70, each=67)


def _fill(widths: Iterable[int], *, alone: int, each: int) -> int:
    widths = list(widths)
    if sum(widths) <= alone:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > each:  # a character of two places is never cut in half
            segments, used = segments + 1, 0
        used += width
    return segments
