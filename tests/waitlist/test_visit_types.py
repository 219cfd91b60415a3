"""Types of visit are made and changed by staff; what is out and fits no more ends."""

from typing import Any

import pytest
from pydantic import ValidationError

from clinic import visit_types
from clinic.audit import SYSTEM
from clinic.visit_types import TypeRefused
from rules.states import DueKind, EntryState, OfferState
from rules.visit_types import TypeTerms
from storage.tables import AppointmentType, AuditEvent, Offer, Provider
from storage.transaction import Tx
from tests import factories
from tests.waitlist.desk import Desk


def terms(**more: Any) -> TypeTerms:
    return TypeTerms(**{"name": "Check-up", "minutes": 30, **more})


def change(desk: Desk, kind: AppointmentType, **more: Any) -> AppointmentType:
    return desk.run(lambda tx: visit_types.change(tx, kind.id, _with(tx, kind, more), SYSTEM))


def _with(tx: Tx, kind: AppointmentType, more: dict[str, Any]) -> TypeTerms:
    was = visit_types.terms_of(tx, tx.session.get_one(AppointmentType, kind.id))
    return was.model_copy(update=more)


def test_a_new_type_has_an_id_of_its_name(desk: Desk, lee: Provider) -> None:
    made = desk.run(
        lambda tx: visit_types.create(tx, terms(name="Check-up, long", provider_ids={lee.id}), SYSTEM)
    )
    assert made.external_id == "check-up-long"
    again = desk.run(
        lambda tx: visit_types.terms_of(tx, tx.session.get_one(AppointmentType, made.id)).provider_ids
    )
    assert again == {lee.id}


def test_an_id_that_is_taken_is_refused_with_a_sentence(desk: Desk) -> None:
    desk.run(lambda tx: visit_types.create(tx, terms(), SYSTEM))
    with pytest.raises(TypeRefused, match='the id "check-up" already, perhaps a withdrawn one'):
        desk.run(lambda tx: visit_types.create(tx, terms(), SYSTEM))


@pytest.mark.parametrize(
    "wrong", [{"minutes": 0}, {"name": "  "}, {"price_cents": -1}, {"lead_time_hours": 9000}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        terms(**wrong)


def test_a_provider_of_another_clinic_is_refused(desk: Desk, kind: AppointmentType) -> None:
    with desk.store.unscoped() as session:
        elsewhere = factories.clinic(session, desk.clock.now, name="Hillside").id
    stranger = desk.store.run(elsewhere, lambda tx: factories.provider(tx).id)
    with pytest.raises(TypeRefused, match="of this clinic"):
        change(desk, kind, provider_ids=frozenset({stranger}))


def test_a_change_is_in_the_audit_log_with_what_was_before(desk: Desk, kind: AppointmentType) -> None:
    change(desk, kind, buffer_minutes=10)
    (line,) = [each for each in desk.all_of(AuditEvent) if each.action == "type.changed"]
    assert (line.before, line.after) == ({"buffer_minutes": 0}, {"buffer_minutes": 10})


def test_a_change_that_changes_nothing_leaves_no_line(desk: Desk, kind: AppointmentType) -> None:
    change(desk, kind)
    assert "type.changed" not in [each.action for each in desk.all_of(AuditEvent)]


def test_an_offer_of_a_slot_that_is_too_short_now_is_withdrawn_with_a_text(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    entry = desk.waits(kind)
    (offer,) = desk.ask(desk.opening(lee))
    desk.hand_over(offer)
    change(desk, kind, minutes=45)
    (offer,) = desk.all_of(Offer)
    assert (offer.state, desk.entry(entry.id).state) == (OfferState.WITHDRAWN, EntryState.ACTIVE)


def test_an_offer_of_a_slot_that_still_fits_stands(desk: Desk, kind: AppointmentType, lee: Provider) -> None:
    desk.waits(kind)
    (offer,) = desk.ask(desk.opening(lee))
    desk.hand_over(offer)
    change(desk, kind, minutes=20)
    assert desk.all_of(Offer)[0].state is OfferState.OPEN


def test_an_offer_with_who_does_not_see_it_any_more_is_withdrawn(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    desk.waits(kind)
    (offer,) = desk.ask(desk.opening(lee))
    desk.hand_over(offer)
    change(desk, kind, provider_ids=frozenset({desk.provider("Dr Kim").id}))
    assert desk.all_of(Offer)[0].state is OfferState.WITHDRAWN


def test_a_slot_that_has_become_long_enough_is_looked_at(
    desk: Desk, kind: AppointmentType, lee: Provider
) -> None:
    slot = desk.opening(lee)
    change(desk, kind, minutes=20)
    assert desk.due(DueKind.OPENING, slot.id) == desk.clock.now


def test_enrolling_is_switched_with_the_rest(desk: Desk, kind: AppointmentType) -> None:
    change(desk, kind, enrols=True)
    assert desk.due(DueKind.ENROLMENT, kind.id) == desk.clock.now
