"""Loading who waits: columns say what the rows say, and nobody is left out whom the rules would let through."""

from collections.abc import Callable
from datetime import date, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from rules.facts import EntryFacts, OpeningFacts, Span, TimeWindow, TypeFacts
from rules.matching import explain, rank
from rules.policy import Policy
from rules.scoring import Score
from rules.states import AppointmentState, EntryPriority, OfferState, Referral
from storage.queries.matching import asked_about, candidate, candidates, candidates_of_all, opening_facts
from storage.queries.new_patients import is_new
from storage.tables import (
    AppointmentType,
    Offer,
    Opening,
    Patient,
    Provider,
    TypeProvider,
    VisitRisk,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests import factories
from tests.storage.conftest import NOW, Town

START = NOW + timedelta(days=3)


def facts_of(tx: Tx, opening: Opening) -> OpeningFacts:
    return opening_facts(tx.session, opening, "America/New_York")


def test_the_risk_of_missing_the_visit_to_be_given_up_is_loaded(town: Town) -> None:
    def work(tx: Tx) -> list[float | None]:
        lee, kind, who = factories.provider(tx), factories.visit_type(tx), factories.patient(tx)
        later = factories.visit(tx, who, lee, kind, start=START + timedelta(days=9))
        tx.session.add(VisitRisk(appointment_id=later.id, chance=0.7, foreseen_at=tx.now))
        moving = factories.entry(tx, who, kind, replaces_id=later.id)
        waiting = factories.entry(tx, factories.patient(tx, "Ann Lee"), kind)
        slot = facts_of(tx, factories.opening(tx, lee, start=START))
        return [candidate(tx.session, slot, each.id, NOW)[0].no_show_risk for each in (moving, waiting)]

    assert town.store.run(town.lakeside.id, work) == [0.7, None]


def test_every_wish_of_an_entry_is_loaded(town: Town) -> None:
    def work(tx: Tx) -> tuple[EntryFacts, EntryFacts]:
        lee, kim = factories.provider(tx), factories.provider(tx, "Dr Kim")
        kind = factories.visit_type(
            tx, specialty="neurology", buffer_minutes=5, lead_time_hours=2, new_patients_only=True
        )
        tx.session.add(TypeProvider(type_id=kind.id, provider_id=lee.id))
        who = factories.patient(tx, phone="+12125550101", insurance="Aetna", offers_per_week=2)
        later = factories.visit(tx, who, lee, kind, start=START + timedelta(days=9))
        another = factories.visit(tx, who, kim, kind, start=START)
        entry = factories.entry(
            tx,
            who,
            kind,
            priority=EntryPriority.HIGH,
            referral=Referral.URGENT,
            earliest=date(2026, 12, 1),
            latest=date(2026, 12, 24),
            preferred_date=date(2026, 12, 4),
            weekdays=[0, 3],
            times=[["12:00", "17:00"]],
            excluded_weekdays=[4],
            excluded_times=[["00:00", "09:30"]],
            excluded_dates=[["2026-12-05", "2026-12-07"]],
            excluded_provider_ids=[str(kim.id)],
            preferred_provider_id=lee.id,
            requested_provider_id=lee.id,
            alternate_provider_ids=[str(lee.id)],
            only_provider=True,
            notice_hours=12,
            boost_points=10,
            offers_declined=1,
            unanswered_in_row=2,
            auto_match=False,
            displaced=True,
            paused_until=date(2026, 11, 30),
            replaces_id=later.id,
        )
        slot = factories.opening(tx, lee, start=START, minutes=45)
        expected = EntryFacts(
            id=entry.id,
            patient_id=who.id,
            type=TypeFacts(
                kind.id,
                minutes=30,
                buffer_minutes=5,
                specialty="neurology",
                lead_time_hours=2,
                new_patients_only=True,
                provider_ids=frozenset({lee.id}),
            ),
            added_at=entry.added_at,
            priority=EntryPriority.HIGH,
            referral=Referral.URGENT,
            earliest=date(2026, 12, 1),
            latest=date(2026, 12, 24),
            preferred_date=date(2026, 12, 4),
            weekdays=frozenset({0, 3}),
            times=(TimeWindow(time(12), time(17)),),
            excluded_weekdays=frozenset({4}),
            excluded_times=(TimeWindow(time(0), time(9, 30)),),
            excluded_dates=((date(2026, 12, 5), date(2026, 12, 7)),),
            excluded_provider_ids=frozenset({kim.id}),
            preferred_provider_id=lee.id,
            requested_provider_id=lee.id,
            alternate_provider_ids=frozenset({lee.id}),
            only_provider=True,
            insurance="Aetna",
            notice_hours=12,
            boost_points=10,
            declines=1,
            offers=2,
            auto_match=False,
            offers_per_week=2,
            displaced=True,
            paused_until=date(2026, 11, 30),
            new_patient=True,
            busy=(Span(another.starts_at, another.ends_at),),
            replaces_start=later.starts_at,
        )
        (found,) = candidates(tx.session, facts_of(tx, slot), tx.now)
        assert found == candidate(tx.session, facts_of(tx, slot), entry.id, tx.now)[0]
        return found, expected

    found, expected = town.store.run(town.lakeside.id, work)
    assert found == expected


def test_offers_of_the_patient_are_loaded(town: Town) -> None:
    def work(tx: Tx) -> EntryFacts:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        who = factories.patient(tx, phone="+12125550101")
        entry = factories.entry(tx, who, kind)
        kim = factories.provider(tx, "Dr Kim")
        slot, other = factories.opening(tx, lee, start=START), factories.opening(tx, kim, start=START)
        talk = factories.conversation(tx, "+12125550101")
        tx.session.add(
            Offer(
                opening_id=other.id,
                entry_id=entry.id,
                patient_id=who.id,
                conversation_id=talk.id,
                made_at=NOW - timedelta(hours=1),
                state=OfferState.OPEN,
            )
        )
        tx.session.flush()
        assert asked_about(tx.session, [facts_of(tx, slot), facts_of(tx, other)]) == {
            slot.id: set(),
            other.id: {entry.id},
        }
        assert not candidates(tx.session, facts_of(tx, other), tx.now)
        assert candidate(tx.session, facts_of(tx, other), entry.id, tx.now)[0].already_asked
        return candidates(tx.session, facts_of(tx, slot), tx.now)[0]

    found = town.store.run(town.lakeside.id, work)
    assert found.holding == (Span(START, START + timedelta(minutes=30)),)
    assert found.offered_at == (NOW - timedelta(hours=1),)


@pytest.mark.parametrize("seed", range(3))
def test_the_database_leaves_out_nobody_who_may_be_offered_it(town: Town, seed: int) -> None:
    """Each is also loaded alone, where nothing is left out, and looked at by the rules for one entry."""
    chance = Random(seed)

    def work(tx: Tx) -> tuple[set[UUID], set[UUID]]:
        providers = [factories.provider(tx, name) for name in ("Dr Lee", "Dr Kim")]
        kinds = [factories.visit_type(tx, minutes=minutes) for minutes in (20, 30, 60)]
        tx.session.add(TypeProvider(type_id=kinds[0].id, provider_id=providers[1].id))
        entries = [_somebody(tx, chance, number, providers, kinds) for number in range(60)]
        slot = facts_of(tx, factories.opening(tx, providers[0], start=START))
        found = rank(candidates(tx.session, slot, tx.now), slot, Policy(), tx.now, automatic=False)
        alone = [candidate(tx.session, slot, entry.id, tx.now)[0] for entry in entries]
        may = {each.id for each in alone if isinstance(_by_staff(each, slot), Score)}
        together = candidates_of_all(tx.session, [slot], tx.now)
        assert set(together) == {each for each in alone if each.can_text}
        return {each.entry_id for each in found}, may

    found, may = town.store.run(town.lakeside.id, work)
    assert found == may
    assert 3 < len(may) < 50


def _by_staff(facts: EntryFacts, slot: OpeningFacts) -> object:
    return explain(facts, slot, Policy(), NOW, automatic=False)


def _somebody(
    tx: Tx, chance: Random, number: int, providers: list[Provider], kinds: list[AppointmentType]
) -> WaitlistEntry:
    def perhaps(make: Callable[[], Any], otherwise: Any = None) -> Any:
        return make() if chance.random() < 0.15 else otherwise

    who = factories.patient(
        tx,
        phone=f"+1212555{number:04}",
        agreed=chance.random() < 0.9,
        no_text=chance.random() < 0.1,
    )
    kind, day = chance.choice(kinds), START.date()
    return factories.entry(
        tx,
        who,
        kind,
        earliest=perhaps(lambda: day + timedelta(days=chance.randrange(-1, 2))),
        latest=perhaps(lambda: day + timedelta(days=chance.randrange(-1, 2))),
        paused_until=perhaps(lambda: NOW.date() + timedelta(days=chance.randrange(-1, 2))),
        notice_hours=perhaps(lambda: chance.choice([71, 72, 73]), 0),
        only_provider=chance.random() < 0.5,
        preferred_provider_id=perhaps(lambda: chance.choice(providers).id),
        requested_provider_id=perhaps(lambda: chance.choice(providers).id),
        replaces_id=perhaps(lambda: _later_visit(tx, chance, who, kind).id),
    )


def _later_visit(tx: Tx, chance: Random, who: Patient, kind: AppointmentType) -> Any:
    start = START + timedelta(minutes=30 * chance.randrange(-1, 3))
    return factories.visit(tx, who, factories.provider(tx, "Dr Roy"), kind, start=start)


def test_a_clinic_sees_its_own_list_only(town: Town) -> None:
    def lakeside(tx: Tx) -> None:
        factories.entry(tx, factories.patient(tx, phone="+12125550101"), factories.visit_type(tx))

    def hilltop(tx: Tx) -> int:
        slot = facts_of(tx, factories.opening(tx, factories.provider(tx), start=START))
        return len(candidates(tx.session, slot, tx.now))

    town.store.run(town.lakeside.id, lakeside)
    assert town.store.run(town.hilltop.id, hilltop) == 0


@pytest.mark.parametrize(
    ("days_ago", "state", "new"),
    [
        (30, AppointmentState.COMPLETED, False),
        (30, AppointmentState.BOOKED, False),  # nobody wrote down that they came
        (30, AppointmentState.NO_SHOW, True),
        (30, AppointmentState.CANCELLED, True),
        (4 * 365, AppointmentState.COMPLETED, True),
        (-9, AppointmentState.BOOKED, True),
    ],
    ids=["seen", "came and went", "missed", "cancelled", "long ago", "to come"],
)
def test_who_has_not_been_seen_for_three_years_is_a_new_patient(
    town: Town, days_ago: int, state: AppointmentState, new: bool
) -> None:
    def work(tx: Tx) -> tuple[bool, bool]:
        lee, kind = factories.provider(tx), factories.visit_type(tx, new_patients_only=True)
        who = factories.patient(tx, phone="+12125550101")
        factories.visit(tx, who, lee, kind, start=NOW - timedelta(days=days_ago), state=state)
        entry = factories.entry(tx, who, kind)
        slot = facts_of(tx, factories.opening(tx, lee, start=START))
        return candidate(tx.session, slot, entry.id, NOW)[0].new_patient, is_new(tx.session, who.id, NOW)

    assert town.store.run(town.lakeside.id, work) == (new, new)
