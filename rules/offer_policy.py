"""How a clinic offers its free slots: to how many at once, how long each may think, how often anybody is asked."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Dispatch(StrEnum):
    """How many people are asked about one opening at a time."""

    SEQUENTIAL = "sequential"  # one, then the next in line
    BATCH = "batch"  # the best few, first valid yes wins
    ADAPTIVE = "adaptive"  # one by one with time to spare, several the closer the end comes


class DispatchTerms(BaseModel):
    """How slots of one appointment type are offered, where that differs from the clinic's usual way. What is left
    out is as usual; each means what the field of that name in `Policy` means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dispatch: Dispatch | None = None
    batch_size: int | None = Field(default=None, ge=1, le=50)
    wanted_fill: float | None = Field(default=None, gt=0, lt=1)
    most_too_late: float | None = Field(default=None, gt=0, lt=1)
    fill_first: bool | None = None
    hold_minutes: int | None = Field(default=None, ge=1, le=10_080)
    hard_holds: bool | None = None
    give_up_minutes: int | None = Field(default=None, ge=0, le=10_080)


class OfferPolicy(BaseModel):
    """What `rules.policy.Policy` says about offers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dispatch: Dispatch = Field(
        default=Dispatch.ADAPTIVE,
        description="Ask about a free slot one by one, several people at once, or as the time left suggests.",
    )
    batch_size: int = Field(
        default=5, ge=1, le=50, description="How many are asked at once when asking in batches."
    )
    wanted_fill: float = Field(
        default=0.90,
        gt=0,
        lt=1,
        description="When asking adaptively: the chance of filling a slot that is aimed at.",
    )
    most_too_late: float = Field(
        default=0.10,
        gt=0,
        lt=1,
        description="When asking adaptively: the share of yeses that may come when somebody else has the slot.",
    )
    fill_first: bool = Field(
        default=False, description="When asking adaptively: fill the slot however many are disappointed."
    )
    hold_minutes: int = Field(
        default=120,
        ge=1,
        le=10_080,
        description="How long somebody has to answer before the next in line is asked; "
        "counted in allowed hours.",
    )
    hard_holds: bool = Field(
        default=False,
        description="When the time is up, a late yes no longer counts even if the slot is still free.",
    )
    give_up_minutes: int = Field(
        default=120, ge=0, le=10_080, description="Nobody is asked any more this long before the slot starts."
    )

    by_type: dict[UUID, DispatchTerms] = Field(
        default_factory=dict,
        description="Appointment types whose slots are offered in another way, by the type's id.",
    )
    gap_hours: int = Field(
        default=24, ge=0, le=720, description="Least time between two offers to the same patient, in hours."
    )
    offers_per_week: int = Field(
        default=3, ge=1, le=50, description="Most offers to one patient in any seven days."
    )
    offers_per_entry: int = Field(
        default=3,
        ge=1,
        le=50,
        description="Offers without an answer after which a waitlist entry is left alone.",
    )
    declines_per_entry: int = Field(
        default=3, ge=1, le=50, description="Offers declined after which a waitlist entry counts as declined."
    )
