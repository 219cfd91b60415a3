"""Types of visit: how long, for whom, with whom, at what price."""

from pydantic import Field
from sqlalchemy import select

from bot.api import lists, refs
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.lists import Listed
from bot.api.refs import Ref
from storage.tables import AppointmentType, Provider, TypeProvider
from storage.transaction import Tx


class TypeOut(Ref):
    """A type of visit. Fees and the price are in cents."""

    minutes: int
    buffer_minutes: int = Field(description="Kept free after the visit.")
    specialty: str | None
    price_cents: int | None
    lead_time_hours: int = Field(description="Nobody is offered one sooner than this.")
    new_patients_only: bool
    late_fee_cents: int
    no_show_fee_cents: int
    providers: list[Ref] = Field(description="Who sees it; none: everybody.")


class Types(Shape):
    items: list[TypeOut]
    next: str | None


def list_(tx: Tx, call: Call[Listed, Nothing]) -> Types:
    """The types of visit there are, by name; those withdrawn are left out."""
    found = select(AppointmentType).where(AppointmentType.withdrawn_at.is_(None))
    keys = [AppointmentType.name, AppointmentType.id]
    items, following = lists.page(tx, found, keys, call.query, lambda row: _out(tx, row))
    return Types(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> TypeOut:
    """One type, withdrawn or not."""
    return _out(tx, tx.session.get_one(AppointmentType, call.id))


def _out(tx: Tx, row: AppointmentType) -> TypeOut:
    providers = tx.session.scalars(
        select(Provider)
        .join(TypeProvider, TypeProvider.provider_id == Provider.id)
        .where(TypeProvider.type_id == row.id)
        .order_by(Provider.name, Provider.id)
    )
    return TypeOut(
        **refs.ref(row).model_dump(),
        minutes=row.minutes,
        buffer_minutes=row.buffer_minutes,
        specialty=row.specialty,
        price_cents=row.price_cents,
        lead_time_hours=row.lead_time_hours,
        new_patients_only=row.new_patients_only,
        late_fee_cents=row.late_fee_cents,
        no_show_fee_cents=row.no_show_fee_cents,
        providers=[refs.ref(each) for each in providers],
    )
