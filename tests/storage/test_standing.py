"""Who waits for the same thing: of those who would see a provider only the ones who really would."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from rules.facts import EntryFacts
from rules.priority import priority_score
from rules.states import EntryPriority, EntryState, Referral
from storage.queries.standing import place_of
from storage.tables import Provider, WaitlistEntry
from storage.transaction import Tx
from tests import factories
from tests.rules import make
from tests.storage.conftest import Town


@pytest.mark.parametrize(
    ("wish", "would"),
    [
        ({}, True),
        ({"only_provider": True}, True),
        ({"preferred_provider_id": "kim"}, True),
        ({"preferred_provider_id": "kim", "only_provider": True}, False),
        ({"preferred_provider_id": "lee", "only_provider": True}, True),
        ({"requested_provider_id": "lee", "only_provider": True}, True),
        ({"preferred_provider_id": "kim", "requested_provider_id": "lee", "only_provider": True}, True),
        ({"excluded_provider_ids": ["lee"]}, False),
        ({"excluded_provider_ids": ["kim"]}, True),
    ],
    ids=str,
)
def test_whoever_would_see_a_provider_is_in_line_for_that_one(
    town: Town, wish: dict[str, object], would: bool
) -> None:
    def work(tx: Tx) -> None:
        lee, kim = factories.provider(tx), factories.provider(tx, "Dr Kim")
        kind = factories.visit_type(tx)
        factories.entry(tx, factories.patient(tx), kind, **_meant(wish, {"lee": lee, "kim": kim}))
        later = factories.entry(tx, factories.patient(tx), kind, added_at=tx.now + timedelta(minutes=1))
        assert place(tx, later, lee.id) == 1 + would
        assert place(tx, later) == 2

    town.store.run(town.lakeside.id, work)


@pytest.mark.parametrize("first_come", [False, True])
def test_the_places_are_those_of_the_rule(town: Town, first_come: bool) -> None:
    def work(tx: Tx) -> None:
        kind, chance = factories.visit_type(tx), Random(1)
        entries = [
            factories.entry(
                tx,
                factories.patient(tx),
                kind,
                added_at=tx.now - timedelta(hours=chance.randrange(-2, 1000)),
                priority=chance.choice(list(EntryPriority)),
                referral=chance.choice([None, *Referral]),
                offers_declined=chance.randrange(14),
                displaced=chance.random() < 0.2,
            )
            for _ in range(60)
        ]
        line = in_line([_facts(each) for each in entries], tx.now, first_come=first_come)
        for each in entries:
            assert place(tx, each, first_come=first_come) == line.index(each.id) + 1

    town.store.run(town.lakeside.id, work)


def in_line(entries: Iterable[EntryFacts], now: datetime, *, first_come: bool) -> list[UUID]:
    """The rule in plain words, over what a query would have to load: who is first in line first."""

    def place(entry: EntryFacts) -> tuple[bool, bool, float, datetime, UUID]:
        score = 0.0 if first_come else priority_score(entry, now).total
        waits_longer = entry.priority is not EntryPriority.URGENT, not entry.displaced
        return (*waits_longer, -score, entry.added_at, entry.id)

    return [entry.id for entry in sorted(entries, key=place)]


def _facts(entry: WaitlistEntry) -> EntryFacts:
    """What a place depends on."""
    return make.entry(
        id=entry.id,
        added_at=entry.added_at,
        priority=entry.priority,
        referral=entry.referral,
        declines=entry.offers_declined,
        displaced=entry.displaced,
    )


def test_only_those_who_wait_for_the_type_in_this_clinic_are_in_line(town: Town) -> None:
    def elsewhere(tx: Tx) -> None:
        factories.entry(tx, factories.patient(tx), factories.visit_type(tx))

    def work(tx: Tx) -> None:
        kind, other = factories.visit_type(tx), factories.visit_type(tx, "Cleaning")
        factories.entry(tx, factories.patient(tx), other)
        factories.entry(tx, factories.patient(tx), kind, state=EntryState.REMOVED)
        assert place(tx, factories.entry(tx, factories.patient(tx), kind)) == 1

    town.store.run(town.hilltop.id, elsewhere)
    town.store.run(town.lakeside.id, work)


def place(tx: Tx, entry: WaitlistEntry, provider_id: UUID | None = None, *, first_come: bool = False) -> int:
    return place_of(tx.session, entry, provider_id, tx.now, first_come=first_come)


def _meant(wish: dict[str, object], providers: dict[str, Provider]) -> dict[str, object]:
    """The wish with ids in place of names."""
    ids = {name: provider.id for name, provider in providers.items()}
    meant = dict(wish)
    for field in ("preferred_provider_id", "requested_provider_id"):
        if field in wish:
            meant[field] = ids[str(wish[field])]
    if excluded := wish.get("excluded_provider_ids"):
        meant["excluded_provider_ids"] = [str(ids[name]) for name in excluded]  # type: ignore[attr-defined]
    return meant
