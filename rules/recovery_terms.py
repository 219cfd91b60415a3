"""How a clinic tries to make up for lost visits: a sequence of touches, and when it stops."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rules.states import Channel


class Wording(StrEnum):
    """How a touch begins; what it says in each language stands in clinic/phrases.*.yml."""

    LOST = "lost"  # by how the visit was lost: missed, given up late, given up, or taken away by us
    AGAIN = "again"  # a second try
    LAST = "last"  # the last of ours


class Touch(BaseModel):
    """One text of the sequence. It goes `after_hours` after the touch before it, the first one after the visit was
    lost. A patient who is not reached on the channel is reached on another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after_hours: int = Field(default=0, ge=0, le=24 * 30)
    channel: Channel = Channel.SMS
    wording: Wording = Wording.AGAIN

    @field_validator("channel")
    @classmethod
    def _is_written(cls, channel: Channel) -> Channel:
        if channel is Channel.VOICE:
            raise ValueError("nobody is called by a machine about a lost visit: sms, whatsapp or email")
        return channel


class RecoveryTerms(BaseModel):
    """When patients are asked about a visit that came to nothing, how often, and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    touches: tuple[Touch, ...] = Field(
        default=(
            Touch(wording=Wording.LOST),
            Touch(after_hours=24, wording=Wording.AGAIN),
            Touch(after_hours=72, wording=Wording.LAST),
        ),
        max_length=10,
        description="Right after, the next day and after four days; none at all leaves it to staff.",
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
