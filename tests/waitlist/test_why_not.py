"""Staff ask why somebody is not asked about a slot, and get every reason at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from clinic import by_hand
from rules.refusals import Refusal
from rules.states import EntryState, Holder, OpeningState
from storage.tables import ContactPoint
from storage.transaction import Tx
from tests import factories
from tests.waitlist.desk import NOW, Desk

START = NOW + timedelta(days=2)


def asked(
    desk: Desk, *, slot: dict[str, Any] | None = None, other: bool = False, **wishes: Any
) -> tuple[str, ...]:
    """What staff are told of Maria, who waits with these wishes (and of whom `other` comes first)."""

    def work(tx: Tx) -> tuple[str, ...]:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        opening = factories.opening(tx, lee, start=START, **slot or {})
        maria = factories.entry(tx, factories.patient(tx, phone="+12125550101"), kind, **wishes)
        if other:
            tom = factories.patient(tx, "Tom Reed", phone="+12125550102")
            factories.entry(tx, tom, kind, preferred_provider_id=lee.id)
        return by_hand.why_not(tx, opening.id, maria.id)

    return desk.store.run(desk.clinic_id, work)


def test_nothing_in_the_way_is_a_place_in_line(desk: Desk) -> None:
    assert asked(desk, other=True) == ("Number 2 in line.",)


def test_every_reason_is_named(desk: Desk) -> None:
    said = asked(desk, notice_hours=72, excluded_weekdays=list(range(7)))
    assert said == (Refusal.EXCLUDED_DAY.sentence, Refusal.NOTICE.sentence)


def test_a_slot_kept_for_new_patients_is_not_for_who_has_been_here(desk: Desk) -> None:
    def work(tx: Tx) -> tuple[str, ...]:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        first = factories.visit_type(tx, "First visit", new_patients_only=True)
        opening = factories.opening(tx, lee, start=START, type_id=first.id)
        maria = factories.patient(tx, phone="+12125550101")
        factories.visit(tx, maria, lee, kind, start=NOW - timedelta(days=60))
        return by_hand.why_not(tx, opening.id, factories.entry(tx, maria, kind).id)

    said = desk.run(work)
    assert said == ("The slot is kept for new patients, and the patient has been here before.",)


def test_a_slot_kept_for_new_patients_is_offered_to_one_whatever_they_wait_for(desk: Desk) -> None:
    first = desk.kind("first visit", new_patients_only=True)
    new = desk.waits(desk.kind())
    old = desk.waits(desk.kind("cleaning"), "Tom Reed", "+12125550302")
    desk.visit(old, NOW - timedelta(days=60), with_whom=desk.provider(), kind=first)
    slot = desk.run(
        lambda tx: factories.opening(tx, factories.provider(tx, "Dr Kim"), start=START, type_id=first.id)
    )
    assert [offer.entry_id for offer in desk.ask(slot)] == [new.id]


def test_a_match_too_low_is_named_with_the_threshold(desk: Desk) -> None:
    said = asked(desk, weekdays=[(START.weekday() + 3) % 7], times=[["00:00", "00:15"]], boost_points=40)
    assert len(said) == 1
    assert said[0].endswith("under the 70% from which slots are offered without staff.")


def test_what_keeps_everybody_from_being_asked_comes_first(desk: Desk) -> None:
    said = asked(desk, slot={"automatic": False}, notice_hours=72)
    assert said == ("Automatic offers are stopped for this slot.", Refusal.NOTICE.sentence)


def test_a_slot_that_is_gone_and_a_patient_who_left(desk: Desk) -> None:
    assert asked(desk, slot={"state": OpeningState.WITHDRAWN}) == (Refusal.NOT_FREE.sentence,)
    assert asked(desk, state=EntryState.REMOVED) == ("The patient does not wait for this any more.",)


def test_of_two_things_a_patient_waits_for_the_better_match_is_asked(desk: Desk) -> None:
    def work(tx: Tx) -> tuple[str, ...]:
        lee = factories.provider(tx)
        maria = factories.patient(tx, phone="+12125550101")
        opening = factories.opening(tx, lee, start=START)
        kinds = [factories.visit_type(tx), factories.visit_type(tx, "Cleaning")]
        factories.entry(tx, maria, kinds[0], preferred_provider_id=lee.id)
        return by_hand.why_not(tx, opening.id, factories.entry(tx, maria, kinds[1]).id)

    assert desk.store.run(desk.clinic_id, work) == ("Another entry matches better, and is asked first.",)


def unreached(desk: Desk, *, agreed: bool = True, **more: Any) -> tuple[str, ...]:
    """What staff are told of Maria, whose number is so."""

    def work(tx: Tx) -> tuple[str, ...]:
        opening = factories.opening(tx, factories.provider(tx), start=START)
        maria = factories.patient(tx, phone="+12125550101", agreed=agreed)
        for name, value in more.items():
            setattr(tx.session.scalars(select(ContactPoint)).one(), name, value)
        return by_hand.why_not(tx, opening.id, factories.entry(tx, maria, factories.visit_type(tx)).id)

    return desk.run(work)


@pytest.mark.parametrize(
    ("said_of_the_number", "told"),
    [
        ({"opted_out_at": NOW}, "They want no more texts (STOP)"),
        ({"carrier_blocked_at": NOW}, "They want no more texts (STOP)"),
        ({"no_offers_at": NOW}, "They want no more offers"),
        ({"wrong_number_at": NOW}, "somebody else's"),
        ({"undeliverable_at": NOW}, "did not arrive"),
        ({"agreed": False}, "never agreed"),
    ],
)
def test_why_nobody_reaches_a_patient_is_said(
    desk: Desk, said_of_the_number: dict[str, Any], told: str
) -> None:
    (said,) = unreached(desk, **said_of_the_number)
    assert told in said


def test_whose_conversation_a_person_has_is_said_to_wait_for_that(desk: Desk) -> None:
    def work(tx: Tx) -> tuple[str, ...]:
        opening = factories.opening(tx, factories.provider(tx), start=START)
        maria = factories.patient(tx, phone="+12125550101")
        factories.conversation(tx, "+12125550101", holder=Holder.PERSON)
        return by_hand.why_not(tx, opening.id, factories.entry(tx, maria, factories.visit_type(tx)).id)

    (said,) = desk.run(work)
    assert said.startswith("A person has their conversation")


def test_of_whom_nothing_is_sent_is_said(desk: Desk) -> None:
    def work(tx: Tx) -> tuple[str, ...]:
        opening = factories.opening(tx, factories.provider(tx), start=START)
        maria = factories.patient(tx, phone="+12125550101", no_text=True)
        return by_hand.why_not(tx, opening.id, factories.entry(tx, maria, factories.visit_type(tx)).id)

    (said,) = desk.run(work)
    assert said.startswith("Nothing is sent about this patient")
