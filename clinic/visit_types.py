"""The types of visit a clinic offers: made and changed. How one is withdrawn: clinic/withdrawing.py."""

import re
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clinic import enrolment, offers, openings, policies
from clinic.audit import By, record
from rules.facts import Span
from rules.openings import fits
from rules.states import ANSWERABLE_OFFER, LIVE_OPENING, OfferState
from rules.visit_types import TypeTerms
from storage.tables import (
    AppointmentType,
    Offer,
    Opening,
    Provider,
    Room,
    TypeProvider,
    TypeRoom,
    WaitlistEntry,
    new_id,
)
from storage.transaction import Tx

Table = type[TypeProvider] | type[TypeRoom]
TIES = ("provider_ids", "room_ids")
COLUMNS = [name for name in TypeTerms.model_fields if name not in TIES]
MATCHED_BY = (
    "minutes",
    "buffer_minutes",
    "specialty",
    "provider_ids",
    "new_patients_only",
    "lead_time_hours",
)
"""What decides who may be offered what: where it changes, free slots are looked at anew."""


class TypeRefused(Exception):
    """It cannot be so. The text is a sentence for people."""


class Overtaken(Exception):
    """Somebody else has changed the type since whoever changes it now has read it. `kept`: as it is now."""

    def __init__(self, kept: TypeTerms) -> None:
        super().__init__("changed meanwhile")
        self.kept = kept


def every(tx: Tx) -> Sequence[AppointmentType]:
    """All types, those offered first, each by name."""
    return tx.session.scalars(
        select(AppointmentType).order_by(
            AppointmentType.withdrawn_at.is_not(None), AppointmentType.name, AppointmentType.id
        )
    ).all()


def terms_of(tx: Tx, kind: AppointmentType) -> TypeTerms:
    """What is decided about a type."""
    return TypeTerms(
        **{name: getattr(kind, name) for name in COLUMNS},
        provider_ids=frozenset(tied(tx, TypeProvider, "provider_id", kind.id)),
        room_ids=frozenset(tied(tx, TypeRoom, "room_id", kind.id)),
    )


def create(tx: Tx, terms: TypeTerms, by: By, *, external_id: str | None = None) -> AppointmentType:
    """A new type of visit. Without an `external_id`, which imports know it by, it gets one from its name. May
    raise `TypeRefused`."""
    _check(tx, terms)
    kind = AppointmentType(
        clinic_id=tx.clinic_id,
        external_id=external_id or _slug(terms.name),
        **{name: getattr(terms, name) for name in COLUMNS},
    )
    try:
        with tx.session.begin_nested():
            tx.session.add(kind)
            tx.session.flush()
    except IntegrityError:
        raise TypeRefused(
            f'There is a type of visit with the id "{kind.external_id}" already, perhaps a withdrawn one: choose '
            "another id."
        ) from None
    _tie(tx, kind, terms)
    record(tx, by, "type.created", kind, after=_audited(terms, TypeTerms.model_fields))
    tx.session.flush()
    return kind


def mark(terms: TypeTerms) -> str:
    """Which terms these are, for whoever changes them."""
    ties = {name: sorted(map(str, getattr(terms, name))) for name in TIES}
    return policies.mark_of(terms.model_dump(mode="json") | ties)


def change(tx: Tx, type_id: UUID, terms: TypeTerms, by: By, *, since: str | None = None) -> AppointmentType:
    """Have a type be so from now on. Visits that are booked stay as they are; an offer that is out, and into whose
    slot the visit fits no more, is withdrawn with a text. May raise `TypeRefused`, and `Overtaken` where
    the type is not as it was when it was marked `since`."""
    kind = tx.session.get_one(
        AppointmentType, type_id, with_for_update={"key_share": True}, populate_existing=True
    )
    _check(tx, terms)
    before = terms_of(tx, kind)
    changed = [name for name in TypeTerms.model_fields if getattr(terms, name) != getattr(before, name)]
    if not changed:
        return kind
    if since not in (None, mark(before)):
        raise Overtaken(before)
    for name in changed:
        if name not in TIES:
            setattr(kind, name, getattr(terms, name))
    _tie(tx, kind, terms)
    tx.session.flush()
    record(tx, by, "type.changed", kind, before=_audited(before, changed), after=_audited(terms, changed))
    if "enrols" in changed:
        enrolment.look_at(tx, kind.id)
    if kind.withdrawn_at is None and not set(changed).isdisjoint(MATCHED_BY):
        _match_anew(tx, kind)
    return kind


def _check(tx: Tx, terms: TypeTerms) -> None:
    """Who sees it and where it can be are this clinic's own."""
    known = set(tx.session.scalars(select(Provider.id))) | set(tx.session.scalars(select(Room.id)))
    if not (terms.provider_ids | terms.room_ids) <= known:
        raise TypeRefused("Choose providers and rooms of this clinic.")


def _match_anew(tx: Tx, kind: AppointmentType) -> None:
    """Every free slot may suit others now, and what is out may not fit any more."""
    facts = openings.type_facts(tx, kind)
    live = select(Opening).where(Opening.state.in_(LIVE_OPENING), Opening.starts_at > tx.now)
    locking = live.order_by(Opening.id).with_for_update(key_share=True)
    for opening in tx.session.scalars(locking.execution_options(populate_existing=True)).all():
        allowed = not facts.provider_ids or opening.provider_id in facts.provider_ids
        if not allowed or not fits(facts, Span(opening.starts_at, opening.ends_at)):
            for offer in _standing(tx, opening, kind):
                offers.close(tx, offer, opening, "offer_withdrawn")
            offers.settle(tx, opening)
        openings.look_at(tx, opening.id, max(tx.now, opening.offer_from))


def _standing(tx: Tx, opening: Opening, kind: AppointmentType) -> Sequence[Offer]:
    return tx.session.scalars(
        select(Offer)
        .join(WaitlistEntry, WaitlistEntry.id == Offer.entry_id)
        .where(
            Offer.opening_id == opening.id,
            Offer.state.in_((OfferState.QUEUED, *ANSWERABLE_OFFER)),
            WaitlistEntry.type_id == kind.id,
        )
        .order_by(Offer.id)
        .execution_options(populate_existing=True)
    ).all()


def tied(tx: Tx, table: Table, end: str, type_id: UUID) -> set[UUID]:
    """The providers (or rooms) that a type is tied to."""
    ties = tx.session.scalars(select(table).where(table.type_id == type_id))
    return {getattr(tie, end) for tie in ties}


def tie(tx: Tx, table: Table, end: str, type_id: UUID, wanted: Collection[UUID]) -> None:
    """Tie a type to these providers (or rooms) and to no others."""
    for each in tx.session.scalars(select(table).where(table.type_id == type_id)):
        if getattr(each, end) not in wanted:
            tx.session.delete(each)
    for other in set(wanted) - tied(tx, table, end, type_id):
        ends = {"type_id": type_id, end: other}
        tx.session.add(table(id=new_id(), clinic_id=tx.clinic_id, **ends))


def _tie(tx: Tx, kind: AppointmentType, terms: TypeTerms) -> None:
    tie(tx, TypeProvider, "provider_id", kind.id, terms.provider_ids)
    tie(tx, TypeRoom, "room_id", kind.id, terms.room_ids)


def _audited(terms: TypeTerms, names: Collection[str]) -> dict[str, Any]:
    return terms.model_dump(mode="json", include=set(names))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "visit"
