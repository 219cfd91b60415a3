"""A way of matching that a clinic puts together itself: which factors count, how much, and what has to match."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class FactorName(StrEnum):
    """What can count in a match; how each is worked out stands in rules/factors.py."""

    PROVIDER = "provider"  # preferred, requested, or an alternate
    NAMED_PROVIDER = "named_provider"  # any of those named: all or nothing
    DAY = "day"  # a weekday that was asked for
    DATE = "date"  # how near to the date that would be best
    TIME = "time"  # inside a time of day that was asked for
    NEAR_TIME = "near_time"  # how near to it
    SOONER = "sooner"  # how soon the slot is
    PRIORITY = "priority"  # the priority score
    WAIT = "wait"  # days waiting
    FLEXIBILITY = "flexibility"  # how little was asked for
    NO_SHOW_RISK = "no_show_risk"  # of the patient's own visit
    SPECIALTY = "specialty"
    LOCATION = "location"


REQUIRABLE = (
    FactorName.PROVIDER,
    FactorName.DAY,
    FactorName.TIME,
    FactorName.SPECIALTY,
    FactorName.LOCATION,
)
"""Factors that a profile can make a condition: who names something else is left out."""


class Weighted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    factor: FactorName
    weight: float = Field(gt=0, le=100)


class OwnProfile(BaseModel):
    """Factors with their weights, which count as shares of their sum, so that a score stays within 0–1.

    `threshold` is the least score at which a slot is offered without staff, 0–1. `required` need not be among
    the factors.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=40)
    factors: tuple[Weighted, ...] = Field(min_length=1)
    threshold: float = Field(default=0.70, ge=0, le=1)
    required: tuple[FactorName, ...] = ()

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        names = [each.factor for each in self.factors]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"each factor counts once, and {', '.join(twice)} stands there twice")
        cannot = [name for name in self.required if name not in REQUIRABLE]
        if cannot:
            raise ValueError(f"{', '.join(cannot)} cannot be required, only {', '.join(REQUIRABLE)}")
        return self
