"""How a clinic reminds its patients: how long before a visit, and whom twice."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rules.states import Channel

MOST_REMINDERS = 5
MOST_HOURS = 720


class ReminderPolicy(BaseModel):
    """What `rules.policy.Policy` says about reminders."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reminder_hours: tuple[int, ...] = Field(
        default=(72, 24, 2),
        description="Patients are reminded so many hours before a visit, such as 72, 24, 2; whole days count by "
        "the calendar, at the same time of day. Empty: only when staff ask for it.",
    )
    reminder_channels: tuple[Channel, ...] = Field(
        default=(Channel.SMS, Channel.WHATSAPP, Channel.EMAIL),
        min_length=1,
        description="Channels that remind, the one to try first first, such as voice, sms, email; a patient's own "
        "order comes before it. Calls (voice) remind only where they are named here.",
    )
    remind_confirmed: bool = Field(
        default=False, description="Whoever has said that they will come is reminded all the same."
    )
    second_ask_chance: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="From this chance of being missed on, a patient who has not answered is asked once more a day "
        "before, in other words.",
    )
    sooner_ask_hours: int = Field(
        default=120,
        ge=0,
        le=MOST_HOURS,
        description="From that chance on, a patient is also asked so many hours before a visit whether they will "
        "come, ahead of all others; 0: no sooner than the others.",
    )

    @field_validator("reminder_channels", mode="before")
    @classmethod
    def _channels_may_be_written_in_a_line(cls, channels: Any) -> Any:
        return _written(channels) if isinstance(channels, str) else channels

    @field_validator("reminder_channels")
    @classmethod
    def _are_named_once(cls, channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
        if Channel.CHAT in channels:
            raise ValueError("a chat reminds nobody who is not there: sms, whatsapp, email or voice")
        return tuple(dict.fromkeys(channels))

    @field_validator("reminder_hours", mode="before")
    @classmethod
    def _may_be_written_in_a_line(cls, hours: Any) -> Any:
        if not isinstance(hours, str):
            return hours
        written = _written(hours)
        if not all(each.isdecimal() for each in written):
            raise ValueError("must be whole numbers of hours, such as 72, 24, 2")
        return [int(each) for each in written]

    @field_validator("reminder_hours")
    @classmethod
    def _are_times_before_a_visit(cls, hours: tuple[int, ...]) -> tuple[int, ...]:
        """Each once, the longest first, however they were written."""
        for each in hours:
            if not 1 <= each <= MOST_HOURS:
                raise ValueError(f"{each} hours is not between 1 and {MOST_HOURS} ({MOST_HOURS // 24} days)")
        if len(set(hours)) > MOST_REMINDERS:
            raise ValueError(f"{MOST_REMINDERS} reminders of one visit are the most")
        return tuple(sorted(set(hours), reverse=True))


def _written(line: str) -> list[str]:
    """What stands between the commas."""
    return [each.strip() for each in line.split(",") if each.strip()]
