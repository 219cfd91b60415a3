"""A text as typed, down to the patient's own plain words: no tapbacks, no quotes, no invisible characters."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 1600
"""Characters of a text that are read; the carrier sends no more."""


class Tapback(StrEnum):
    """A phone's reaction to a message of ours, sent as a text with our words in quotes."""

    LIKE = "like"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`quoted`: a longer stretch in quotation marks was taken out of the middle; it may be our words."""

    text: str
    tapback: Tapback | None = None
    quoted: bool = False


_CURLY = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛´`", "'"),
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("–—", "-"),
        **dict.fromkeys("¿¡", " "),
        "…": "...",
    }
)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_PRESENTATION = {0xFE0E, 0xFE0F, 0x20E3}  # text or emoji shape, keycap

LIKES = "👍👌❤🧡💛💚💙💜🤍♥✅✔🙏💯🙂😊😀"

_WHO = r"(?:you\s+|(?:a\s+)?[^\W\d_]{2,20}\s+)?"
"""Some phones say who reacted, by a name."""

_LIKED = (
    r"liked|loved|me gusta|le gusta|te gusta|le ha gustado|(?:le|te|me) gustó|(?:le|te) encantó|le encanta|"
    r"me encanta|me encantó|le ha encantado|le dio (?:un )?(?:like|me gusta)"
)
_OTHER = (
    r"disliked|laughed at|emphasi[sz]ed|questioned|no (?:le|te|me) gustó|no le gusta|no me gusta|no le ha gustado|"
    r"se rió de|se ha reído de|te reíste de|le dio risa|le hizo gracia|enfatizó|ha enfatizado|hizo énfasis en|"
    r"hizo hincapié en|destacó|ha destacado|exclamó por|cuestionó|se cuestionó|ha cuestionado|preguntó por|"
    r"ha preguntado sobre"
)
_REMOVED = r"removed|eliminó|quitó|ha quitado|ha eliminado"
_REACTED = r"reacted|reaccionó|reaccionaste|ha reaccionado"
_THINGS = (
    r"(?:image|photo|video|movie|message|attachment|sticker|link|gif|audio message|voice message|imagen|foto|"
    r"mensaje|archivo adjunto|enlace)"
)
_OURS = rf'(?P<ours>".*|(?:an?|una?|your|tu|su) {_THINGS}\b.*)'
_TAPBACKS = tuple(
    re.compile(_WHO + pattern, re.I | re.S)
    for pattern in (
        rf"(?P<other>{_OTHER}):?\s+{_OURS}",
        rf"(?P<like>{_LIKED}):?\s+(?:a\s+)?{_OURS}",
        rf"(?P<other>{_REMOVED})\s+[^\"]{{0,40}}?(?:\"[^\"]{{0,20}}\"\s+)?(?:from|de|a):?\s+{_OURS}",
        rf"(?:{_REACTED}|le dio)\s+(?:with\s+|con\s+)?(?P<emoji>\S{{1,12}})\s+(?:to|a):?\s+{_OURS}",
        rf"(?:{_REACTED})\s+(?:to|a):?\s+(?P<ours>\".*\")\s+(?:with|con)\s+(?P<emoji>\S{{1,12}})\s*$",
        rf"(?P<emoji>[^\w\s]{{1,12}})\s+(?:to|a):?\s+{_OURS}",
        rf"(?P<other>[^\w\s]{{1,12}}\s+removed)\s+from\s+{_OURS}",
    )
)
_WROTE = re.compile(
    r"^(?:on|el|le)\b[^\n]{0,200}(?:\n[^\n]{0,120})?\b(?:wrote|escribió):\s*$.*"
    r"|^-{2,}\s*(?:original message|forwarded message|mensaje original)\s*-{2,}.*"
    r"|^(?:from|de):\s[^\n]+\n(?:sent|date|to|enviado|fecha|para):.*"
    r"|^(?:fwd?|rv|reenviado|forwarded(?: message)?):.*",
    re.I | re.S | re.M,
)
_SIGNATURE = re.compile(
    r"\n\s*(?:sent from (?:my|the)|sent via|get outlook for|enviado desde (?:mi|el)|obtener outlook|--\s*\n).*\Z",
    re.I | re.S,
)
_FOUR = re.compile(r"\b4 ?(?=(?:me|us)\b)", re.I)
"""No hour: "works 4 me"."""
_QUOTE = re.compile(r'"([^"]*)"')
_SHORT_QUOTE = 2
"""Words up to which quotation marks only dress a reply: asked for "YES", people send the marks too."""


def clean(text: str) -> Cleaned:
    """The patient's own words in `text`, and what was taken off. Never raises, whatever the characters."""
    plain = normalise(text[:LONGEST])
    tapback, rest = _tapback(plain)
    rest = _WROTE.sub("", rest)
    rest = "\n".join(line for line in rest.split("\n") if not line.lstrip().startswith(">"))
    rest = _SIGNATURE.sub("", rest)
    # What stands beside a tapback is read, but never alone trusted: the phone may have cut our words short.
    quoted = bool(tapback and rest.strip()) or any(
        len(quote.split()) > _SHORT_QUOTE for quote in _QUOTE.findall(rest)
    )
    rest = _QUOTE.sub(lambda m: " " if len(m[1].split()) > _SHORT_QUOTE else m[1], rest)
    return Cleaned(_spaces(rest), tapback, quoted)


def normalise(text: str) -> str:
    """One form for what looks alike: widths, quotation marks, skin tones; nothing invisible."""
    folded = unicodedata.normalize("NFKC", text.replace("\r", "\n")).translate(_CURLY)
    if folded.isascii() and folded.isprintable():
        return folded.strip()
    kept = [char for char in folded if not _invisible(char)]
    return "".join(kept).strip()


def _invisible(char: str) -> bool:
    code = ord(char)
    if char == "\n":
        return False
    return (
        code in _SKIN_TONES or code in _PRESENTATION or unicodedata.category(char) in ("Cf", "Cc", "Cs", "Co")
    )


def _tapback(text: str) -> tuple[Tapback | None, str]:
    """The reaction a text opens with, and what the patient wrote after the quoted words."""
    for pattern in _TAPBACKS:
        found = pattern.match(text)
        if found is None:
            continue
        named = found.groupdict()
        liked = bool(named.get("like")) or any(char in LIKES for char in named.get("emoji") or "")
        ours = found["ours"].rstrip()
        closed = ours.count('"') > 0 and ours.count('"') % 2 == 0
        after = ours[ours.rindex('"') + 1 :] if closed else ""
        return (Tapback.LIKE if liked else Tapback.OTHER), after
    return None, text


def _spaces(text: str) -> str:
    return _FOUR.sub("for ", re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text)).strip())
