"""Who waits for the same thing: of those who would see a provider only the ones who really would."""

import pytest

from rules.states import EntryPriority, EntryState, Referral
from storage.queries.standing import waiting_for
from storage.tables import Provider
from storage.transaction import Tx
from tests import factories
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
        assert len(waiting_for(tx.session, kind.id, lee.id)) == would
        assert len(waiting_for(tx.session, kind.id, None)) == 1

    town.store.run(town.lakeside.id, work)


def test_what_a_place_depends_on_is_loaded(town: Town) -> None:
    def work(tx: Tx) -> None:
        kind = factories.visit_type(tx)
        said = {"priority": EntryPriority.HIGH, "referral": Referral.URGENT, "displaced": True}
        entry = factories.entry(tx, factories.patient(tx), kind, offers_declined=2, **said)
        [found] = waiting_for(tx.session, kind.id, None)
        assert (found.id, found.patient_id, found.added_at) == (entry.id, entry.patient_id, entry.added_at)
        assert (found.priority, found.referral, found.displaced) == tuple(said.values())
        assert found.declines == 2

    town.store.run(town.lakeside.id, work)


def test_only_those_who_wait_for_the_type_in_this_clinic_are_in_line(town: Town) -> None:
    def elsewhere(tx: Tx) -> None:
        factories.entry(tx, factories.patient(tx), factories.visit_type(tx))

    def work(tx: Tx) -> None:
        kind, other = factories.visit_type(tx), factories.visit_type(tx, "Cleaning")
        factories.entry(tx, factories.patient(tx), other)
        factories.entry(tx, factories.patient(tx), kind, state=EntryState.REMOVED)
        assert waiting_for(tx.session, kind.id, None) == []

    town.store.run(town.hilltop.id, elsewhere)
    town.store.run(town.lakeside.id, work)


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
