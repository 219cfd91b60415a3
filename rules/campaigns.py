"""Campaigns: who is meant, what a text may name, how a campaign moves from state to state, and when it stops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from math import ceil
from string import Formatter
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules.segments import affordable, segments
from rules.states import IN_WORDS, CampaignState, RiskLevel, StepChannel

MOST_VARIANTS = 4
MOST_STEPS = 5
MOST_SEGMENTS = 3
MOST_LETTERS = {
    StepChannel.SMS: 1600,
    StepChannel.WHATSAPP: 1024,
    StepChannel.EMAIL: 10_000,
    StepChannel.VOICE: 600,
    StepChannel.CHAT: 1600,
    StepChannel.LETTER: 2500,
}
"""How long a text may be: as the carrier takes it, as somebody listens to, as stands on a page."""

MERGE_FIELDS = ("first_name", "clinic", "provider", "phone", "link")
"""All that a campaign's text may name: never what a visit is for, nor where somebody is in their treatment."""

LAST_SENDS = 200
MOST_OPT_OUTS = 0.03
MOST_FAILURES = 0.10
"""A campaign stops by itself when more than these shares of its last sends ended so."""

MOST_MORE = 0.02
FEW = 5
"""A launch is asked again when the number of texts has moved by more than this share, and by more than a few."""


class Audience(BaseModel):
    """Who is meant. What is left out does not matter; all that is said has to hold, and of several values any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    not_seen_days: int | None = Field(
        default=90, ge=1, le=3650, description="Has been here, and not for this many days."
    )
    stages: tuple[str, ...] = Field(default=(), description="Where in their treatment they are.")
    least_no_shows: int | None = Field(
        default=None, ge=1, le=50, description="Missed at least so many visits."
    )
    provider_ids: tuple[UUID, ...] = Field(default=(), description="Has seen one of these.")
    type_ids: tuple[UUID, ...] = Field(default=(), description="Has had a visit of one of these types.")
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_until: int | None = Field(default=None, ge=0, le=120, description="Included.")
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    risk_levels: tuple[RiskLevel, ...] = Field(
        default=(), description="How likely they are to drop out of care."
    )
    dropped_out: bool = Field(
        default=False, description="No visit for so long that they count as lost, and none booked."
    )

    @property
    def names_risk(self) -> bool:
        """Whether it says something of patients that not all who write campaigns may see."""
        return bool(self.risk_levels or self.dropped_out)

    @model_validator(mode="after")
    def _ages_make_sense(self) -> Self:
        if self.age_from is not None and self.age_until is not None and self.age_from > self.age_until:
            raise ValueError("age_from must not be above age_until")
        return self


class Window(BaseModel):
    """On which weekdays, from when until when (not included) a campaign texts, on the patient's clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weekdays: tuple[int, ...] = Field(default=(0, 1, 2, 3, 4), min_length=1, description="0 is Monday.")
    from_time: time = time(10)
    until_time: time = time(18)

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not set(self.weekdays) <= set(range(7)):
            raise ValueError("a weekday is a number from 0 (Monday) to 6 (Sunday)")
        if self.from_time >= self.until_time:
            raise ValueError("from_time must come before until_time")
        return self


class Trial(BaseModel):
    """The wordings are tried on some first, and the rest get the one that brings more patients back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    percent: float = Field(ge=1, le=90, description="Of those who are texted: they get one of the wordings.")
    days: int = Field(
        default=7,
        ge=1,
        le=28,
        description="A winner is looked for once a day; after so many the one that leads is taken.",
    )


# What a text may name


class BadText(ValueError):
    """A text of a clinic's own that cannot be sent; the message says why, for whoever wrote it."""


def named_in(body: str, fields: Sequence[str] = MERGE_FIELDS) -> frozenset[str]:
    """Which fields a text names. Raises `BadText` where it names any but `fields`, or a brace does not close."""
    try:
        parts = list(Formatter().parse(body))
    except ValueError as error:
        raise BadText("A brace is opened and not closed, or closed and not opened.") from error
    named = frozenset(name for _, name, _, _ in parts if name is not None)
    unknown = sorted(named - set(fields))
    if unknown or any(spec or conversion for _, _, spec, conversion in parts):
        wrong = ", ".join(f"{{{name}}}" for name in unknown) or "a field with a format"
        known = ", ".join(f"{{{name}}}" for name in fields)
        raise BadText(f"{wrong} cannot be filled in. These can: {known}.")
    return named


def fields_of(body: str) -> list[str]:
    """The fields of a text that has been checked, in their order, each once."""
    return list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(body) if name is not None))


def check_text(body: str, *, link: str, channel: StepChannel = StepChannel.SMS, incentive: str = "") -> None:
    """Raises `BadText` unless the text, with the incentive behind it, can go to anybody on the channel."""
    if not body.strip():
        raise BadText("The text is empty.")
    if "link" in named_in(body) and not link:
        raise BadText("{link} is named, but the campaign has no link.")
    whole = f"{body} {incentive}".strip()
    if channel in IN_WORDS and segments(affordable(whole)) > MOST_SEGMENTS:
        raise BadText(f"The text takes more than {MOST_SEGMENTS} segments.")
    if len(whole) > MOST_LETTERS[channel]:
        raise BadText(f"The text is longer than {MOST_LETTERS[channel]} characters.")


def merged(body: str, values: Mapping[str, str], defaults: Mapping[str, str]) -> str:
    """The text with its fields filled in; an empty or missing value gives way to its default."""
    return body.format(**{name: values.get(name) or defaults.get(name, "") for name in fields_of(body)})


def language_in(texts: Mapping[str, str], wanted: str, usual: str) -> str:
    """Of a text in several languages the wanted one, else the clinic's usual one, else any."""
    return next((each for each in (wanted, usual) if texts.get(each)), None) or next(iter(texts))


# States

MOVES: Mapping[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.SCHEDULED, CampaignState.ACTIVE, CampaignState.CANCELLED}),
    CampaignState.SCHEDULED: frozenset({CampaignState.ACTIVE, CampaignState.PAUSED, CampaignState.CANCELLED}),
    CampaignState.ACTIVE: frozenset({CampaignState.PAUSED, CampaignState.COMPLETED, CampaignState.CANCELLED}),
    CampaignState.PAUSED: frozenset({CampaignState.ACTIVE, CampaignState.CANCELLED}),
    CampaignState.COMPLETED: frozenset(),
    CampaignState.CANCELLED: frozenset(),
}
"""From each state the ones that may follow."""


def may_become(before: CampaignState, after: CampaignState) -> bool:
    return after in MOVES[before]


def about_the_same(confirmed: int, now: int) -> bool:
    """Whether the number of texts somebody confirmed is still near enough to what would be sent."""
    return abs(now - confirmed) <= max(FEW, confirmed * MOST_MORE)


def cost_cents(*items: tuple[int, float]) -> int:
    """What so many of each cost at so many cents a piece, rounded up to a cent."""
    return ceil(round(sum(count * cents_each for count, cents_each in items), 6))


# When it stops by itself


@dataclass(frozen=True, slots=True)
class LastSends:
    """Of a campaign's last sends (`LAST_SENDS` at most): how many opted out and how many failed."""

    opted_out: int
    failed: int


def stops_because(last: LastSends) -> str | None:
    """Why a campaign has to stop, if it has to. The shares are of a full `LAST_SENDS`, so that two in the first
    ten stop nothing."""
    if last.opted_out > LAST_SENDS * MOST_OPT_OUTS:
        return f"{last.opted_out} of its last {LAST_SENDS} texts were answered with STOP"
    if last.failed > LAST_SENDS * MOST_FAILURES:
        return f"{last.failed} of its last {LAST_SENDS} texts could not be delivered"
    return None
