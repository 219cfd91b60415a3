"""How a clinic tries to make up for lost visits: a sequence of touches, and when it stops."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from rules.campaigns import BadText, named_in
from rules.languages import Language
from rules.states import CancellationKind, Channel

MOST_TOUCHES = 10
MOST_DAYS = 30
MOST_LETTERS = 240
"""How long the clinic's own words may be: the times and how to answer stand behind them."""

MERGE_FIELDS = ("first_name", "when", "provider", "clinic", "phone")
"""All that they may name; `when` is the time of the lost visit. Never what it was for."""

OPT_OUT_WORDS = re.compile(r"\b(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT)\b")


class Wording(StrEnum):
    """How a touch begins; what it says in each language stands in clinic/phrases.*.yml."""

    LOST = "lost"  # by how the visit was lost: missed, given up late, given up, or taken away by us
    AGAIN = "again"  # a second try
    LAST = "last"  # the last of ours


OPENINGS: Mapping[Wording, tuple[str, ...]] = {
    Wording.LOST: (
        CancellationKind.NO_SHOW,
        CancellationKind.LATE_CANCEL,
        CancellationKind.CANCELLED,
        CancellationKind.PRACTICE_CANCEL,
    ),
    Wording.AGAIN: (Wording.AGAIN,),
    Wording.LAST: (Wording.LAST,),
}
"""The ways in which a touch of each wording begins: of a first text one for each kind of loss."""


def _sayable(text: str) -> str:
    """The text on one line. Raises `ValueError` with a sentence unless it is empty or any touch can begin so."""
    text = " ".join(text.split())
    if not text:
        return text
    try:
        named = named_in(text, MERGE_FIELDS)
    except BadText as error:
        raise ValueError(str(error).removesuffix(".")) from None
    if "first_name" not in named:
        raise ValueError("{first_name} has to be named, since several patients may share a phone")
    invited = OPT_OUT_WORDS.search(text)
    if invited:
        raise ValueError(
            f"{invited[0]} in capitals invites the word with which a carrier stops all texts. Leave it out; "
            "how to opt out is added by itself"
        )
    if len(text) > MOST_LETTERS:
        raise ValueError(f"The words are longer than {MOST_LETTERS} characters")
    return text


Words = dict[str, dict[Language, Annotated[str, AfterValidator(_sayable)]]]
"""The clinic's own words, by opening and language."""


class Touch(BaseModel):
    """One text or automatic call of the sequence. It goes `after_hours` after the touch before it, the first one
    after the visit was lost. A patient who is not reached on the channel is reached on another; called is only
    who agreed to calls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after_hours: int = Field(default=0, ge=0, le=24 * MOST_DAYS)
    channel: Channel = Channel.SMS
    wording: Wording = Wording.AGAIN
    words: Words = Field(
        default_factory=dict,
        description="How it begins in the clinic's own words, by what is said (again, last; of a first text how "
        "the visit was lost) and language. Times and how to answer follow. Where nothing is written, we say ours.",
    )

    @field_validator("channel")
    @classmethod
    def _is_one_of_ours(cls, channel: Channel) -> Channel:
        if channel is Channel.CHAT:
            raise ValueError(
                "nobody looks into the web chat about a lost visit: sms, whatsapp, email or voice"
            )
        return channel

    @field_validator("words")
    @classmethod
    def _are_written(cls, words: Words) -> Words:
        """Without what is empty."""
        written = {
            opening: {language: text for language, text in texts.items() if text}
            for opening, texts in words.items()
        }
        return {opening: texts for opening, texts in written.items() if texts}

    @model_validator(mode="after")
    def _are_of_its_wording(self) -> Self:
        strange = sorted(set(self.words) - set(OPENINGS[self.wording]))
        if strange:
            known = ", ".join(OPENINGS[self.wording])
            raise ValueError(
                f'a text "{self.wording}" has no words for {", ".join(strange)}, but for {known}'
            )
        return self

    def own(self, opening: str, language: str) -> str | None:
        """The clinic's own words, their fields not filled in; None: it has none."""
        return next((text for each, text in self.words.get(opening, {}).items() if each == language), None)


class RecoveryTerms(BaseModel):
    """When patients are asked about a visit that came to nothing, how often, and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    touches: tuple[Touch, ...] = Field(
        default=(
            Touch(wording=Wording.LOST),
            Touch(after_hours=24, wording=Wording.AGAIN),
            Touch(after_hours=72, wording=Wording.LAST),
        ),
        max_length=MOST_TOUCHES,
        description="Right after, the next day and after four days; none at all leaves it to staff.",
    )
    texted_after: tuple[CancellationKind, ...] = Field(
        default=tuple(CancellationKind),
        description="After which kinds of loss texts go by themselves; the others are left to staff.",
    )
    most_attempts: int = Field(default=3, ge=1, le=10, description="Attempts of staff count too.")
    give_up_days: int = Field(default=30, ge=1, le=365, description="After so many days a visit is lost.")
    answer_hours: int = Field(
        default=24,
        ge=1,
        le=24 * 14,
        description="How long the last touch, or an answer that settled nothing, waits before staff call.",
    )
    after_end_minutes: int = Field(
        default=30,
        ge=0,
        le=1440,
        description="Nobody is told that they missed a visit before it is over so long.",
    )
    after_cancel_hours: int = Field(
        default=24,
        ge=0,
        le=240,
        description="Nor asked about one that was cancelled: they have just been told, or are on the phone.",
    )
    least_score: float = Field(
        default=0.60, ge=0, le=1, description="Times that suit less well than this are not offered."
    )

    @field_validator("texted_after")
    @classmethod
    def _each_once(cls, kinds: tuple[CancellationKind, ...]) -> tuple[CancellationKind, ...]:
        return tuple(kind for kind in CancellationKind if kind in kinds)
