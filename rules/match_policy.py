"""How a clinic finds whom a free slot suits: what counts in a match, and from what score it is offered."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules.own_profile import OwnProfile


class ProfileName(StrEnum):
    """How matches are scored; what each means stands in rules/profiles.py."""

    BALANCED = "balanced"  # provider, day, time, how soon, how pressing
    FLEXIBLE = "flexible"  # nearest to what was asked; a provider named is kept to
    BACKFILL = "backfill"  # fill it with whoever may miss their own visit; of the specialty only
    OWN = "own"  # what the clinic put together in `own_profile`


class MatchPolicy(BaseModel):
    """What `rules.policy.Policy` says about matching."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: ProfileName = Field(default=ProfileName.BALANCED, description="How matches are scored.")
    threshold: float = Field(
        default=0.70,
        ge=0,
        le=1,
        description="Least match score at which a slot is offered without staff (profile balanced).",
    )
    backfill_threshold: int = Field(
        default=50, ge=0, le=100, description="The same for profile backfill, in its points of a hundred."
    )
    backfill_least_risk: float = Field(
        default=0.6, ge=0, le=1, description="From this risk of missing their own visit backfill counts it."
    )
    own_profile: OwnProfile | None = Field(
        default=None,
        description="What counts in profile own, as JSON: name, factors with weights, threshold, required; "
        "docs/matching.md has an example.",
    )
    search_horizon_days: int = Field(
        default=14, ge=1, le=365, description="A slot today counts most, one this many days away not at all."
    )
    first_come: bool = Field(
        default=False, description="Ask strictly in the order people joined; urgent entries still come first."
    )

    @model_validator(mode="after")
    def _own_profile_is_there_to_be_used(self) -> Self:
        if self.profile is ProfileName.OWN and self.own_profile is None:
            raise ValueError("profile own needs own_profile: say what counts in it first")
        return self
