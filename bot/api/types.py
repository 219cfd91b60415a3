"""Types of visit: how long, for whom, with whom, at what price; made, changed, withdrawn and offered again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlalchemy import select

from bot.api import lists, refs
from bot.api.endpoint import Call, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import conflict
from bot.api.refs import Ref
from clinic import reinstating, visit_types, withdrawing
from clinic.visit_types import TypeRefused
from clinic.withdrawing import Withdrawn
from rules.states import ConfirmMode
from rules.visit_types import TypeTerms
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
    late_hours: int | None = Field(description="A cancel inside these is late; none: as the clinic does.")
    give_up_minutes: int | None = Field(
        description="Stop asking so long before it; none: as the clinic does."
    )
    enrols: bool = Field(description="Whoever has a later visit of it waits for an earlier one.")
    confirm_mode: ConfirmMode
    providers: list[Ref] = Field(description="Who sees it; none: everybody.")
    room_ids: list[UUID] = Field(description="Where it can be; none: anywhere.")
    withdrawn_at: datetime | None = Field(description="Since then it is offered no more.")


class Types(Shape):
    items: list[TypeOut]
    next: str | None


class WantedTypes(Listed):
    withdrawn: bool = Field(
        default=False, description="Those that were withdrawn, in place of those offered."
    )


class TypeIn(TypeTerms, Shape):
    """All that is decided about a type; what is left out is as usual."""


class NewType(TypeIn):
    external_id: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None
    ) = Field(default=None, description="What imports know it by; left out, one is made of its name.")


class WithdrawnOut(Shape):
    """What withdrawing a type does, or would do."""

    texted: int = Field(description="Of those who wait for it, who is told by text.")
    to_call: int = Field(description="Of those, whom no text reaches: each is a task for the desk.")
    enrolled: int = Field(
        description="Of those who wait, who came on the list with a later visit, and keeps that."
    )
    offers: int = Field(description="Offers that end.")
    openings: int = Field(description="Free slots taken back, since nothing else fits into them.")
    visits: int = Field(description="Booked ones, which stay as they are.")
    lost: int = Field(description="Lost ones that nobody tries to make up for any more.")


class RestoredOut(Shape):
    waiting: int = Field(description="Who has their place on the list back.")
    told: int = Field(description="Of those, who had heard that it was gone, and is told.")


def list_(tx: Tx, call: Call[WantedTypes, Nothing]) -> Types:
    """The types of visit there are, by name; those withdrawn are left out."""
    withdrawn = AppointmentType.withdrawn_at
    found = select(AppointmentType).where(
        withdrawn.is_not(None) if call.query.withdrawn else withdrawn.is_(None)
    )
    keys = [AppointmentType.name, AppointmentType.id]
    items, following = lists.page(tx, found, keys, call.query, lambda row: _out(tx, call, row))
    return Types(items=items, next=following)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> TypeOut:
    """One type, withdrawn or not."""
    return _out(tx, call, tx.session.get_one(AppointmentType, call.id))


def create(tx: Tx, call: Call[Nothing, NewType]) -> TypeOut:
    """A new type of visit."""
    try:
        made = visit_types.create(tx, _terms(call.body), call.by, external_id=call.body.external_id)
    except TypeRefused as refused:
        raise conflict(str(refused)) from None
    return _out(tx, call, made)


def change(tx: Tx, call: Call[Nothing, TypeIn]) -> TypeOut:
    """Have a type be so from now on; what is left out is as usual, not as it was.

    Booked visits stay as they are. An offer that is out, and into whose slot the visit fits no more, ends with a
    text."""
    try:
        return _out(tx, call, visit_types.change(tx, call.id, _terms(call.body), call.by))
    except TypeRefused as refused:
        raise conflict(str(refused)) from None


def would_withdraw(tx: Tx, call: Call[Nothing, Nothing]) -> WithdrawnOut:
    """What withdrawing a type would do as things stand. Changes nothing."""
    return _done(withdrawing.would_withdraw(tx, call.id))


def withdraw(tx: Tx, call: Call[Nothing, Nothing]) -> WithdrawnOut:
    """The clinic offers it no more: offers end with a text, whoever waits for one hears that their place is gone,
    booked visits stay. Done again it does nothing."""
    return _done(withdrawing.withdraw(tx, call.id, call.by))


def restore(tx: Tx, call: Call[Nothing, Nothing]) -> RestoredOut:
    """It is offered again, and whoever lost their place over it has it back."""
    done = reinstating.restore(tx, call.id, call.by)
    return RestoredOut(waiting=done.waiting, told=done.told)


def _terms(said: TypeIn) -> TypeTerms:
    return TypeTerms.model_validate({name: getattr(said, name) for name in TypeTerms.model_fields})


def _done(done: Withdrawn) -> WithdrawnOut:
    return WithdrawnOut(**{name: getattr(done, name) for name in WithdrawnOut.model_fields})


def _out(tx: Tx, call: Call[Any, Any], row: AppointmentType) -> TypeOut:
    providers = tx.session.scalars(
        select(Provider)
        .join(TypeProvider, TypeProvider.provider_id == Provider.id)
        .where(TypeProvider.type_id == row.id)
        .order_by(Provider.name, Provider.id)
    )
    terms = visit_types.terms_of(tx, row)
    return TypeOut(
        **refs.ref(row).model_dump(),
        **terms.model_dump(exclude={"name", "provider_ids", "room_ids"}),
        providers=[refs.ref(each) for each in providers],
        room_ids=sorted(terms.room_ids),
        withdrawn_at=call.local(row.withdrawn_at) if row.withdrawn_at else None,
    )
