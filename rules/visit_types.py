"""What a clinic says of a type of visit, and what it cannot say. What an import says of one stands in
clinic/imports/columns.py, within the same bounds."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from rules.states import ConfirmMode

Cents = Annotated[int, Field(ge=0, le=100_000_000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
A_YEAR = 8760


class TypeTerms(BaseModel):
    """All that staff may decide about a type of visit. Money is in cents, as everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Words = Field(
        description="As staff know it; patients read it only where they choose what to wait for."
    )
    minutes: int = Field(ge=1, le=1440, description="How long the visit is.")
    buffer_minutes: int = Field(default=0, ge=0, le=1440, description="Kept free after the visit.")
    specialty: Words | None = Field(default=None, description="Only providers of that specialty; none: any.")
    provider_ids: frozenset[UUID] = Field(default=frozenset(), description="Who sees it; none: everybody.")
    room_ids: frozenset[UUID] = Field(default=frozenset(), description="Where it can be; none: anywhere.")
    new_patients_only: bool = Field(
        default=False,
        description="For whoever was never seen here, or not for three years; so are its slots.",
    )
    enrols: bool = Field(
        default=False, description="Whoever has a later visit of it waits for an earlier one."
    )
    confirm_mode: ConfirmMode = Field(
        default=ConfirmMode.AUTO, description="staff: what patients book waits until staff approve it."
    )
    lead_time_hours: int = Field(
        default=0, ge=0, le=A_YEAR, description="Nobody is offered one sooner than this."
    )
    give_up_minutes: int | None = Field(
        default=None,
        ge=0,
        le=10_080,
        description="Stop asking so long before it; none: as the clinic does.",
    )
    late_hours: int | None = Field(
        default=None, ge=0, le=A_YEAR, description="A cancel inside these is late; none: as the clinic does."
    )
    price_cents: Cents | None = Field(default=None, description="What one brings; for the reports.")
    late_fee_cents: Cents = Field(default=0, description="Owed for giving one up late.")
    no_show_fee_cents: Cents = Field(default=0, description="Owed for missing one.")
