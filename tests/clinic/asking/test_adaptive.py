"""Asking faster the less time is left, on a real database."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import chances, learning, openings
from clinic.audit import SYSTEM
from rules.facts import Ranked, Span
from rules.response import PUBLISHED, published_chance
from rules.states import FreedBy, OfferState
from storage.tables import Offer, Opening, ResponseModel
from storage.transaction import Tx
from tests.clinic.second_thoughts.conftest import Office

NAMES = ("Maria Lopez", "Ana Ruiz", "Ben Cole", "Cleo Park", "Dan Reed", "Eva Stone")


@pytest.fixture
def waiting(office: Office) -> list[UUID]:
    """Six patients who take anything, the one who has waited longest first."""
    people = [office.patient(name) for name in NAMES]
    for place, who in enumerate(people):
        office.waits(who, added_at=office.ahead(0) - timedelta(days=25 - place))
    return people


def freed(office: Office, hours: float) -> UUID:
    span = Span(office.ahead(hours), office.ahead(hours + 0.5))
    slot = openings.Freed(office.lee, span, FreedBy.STAFF_CANCEL, type_id=office.kind)
    opening = office.do(lambda tx: openings.open_slot(tx, slot, SYSTEM))
    assert opening is not None
    office.settle()
    return opening.id


def asked(office: Office) -> list[tuple[UUID, int]]:
    """Who was asked, and in which wave."""
    return [(offer.patient_id, offer.wave) for offer in office.all(Offer)]


def test_half_an_hour_before_give_up_two_are_asked_at_once(office: Office, waiting: list[UUID]) -> None:
    freed(office, 2.5)
    assert asked(office) == [(waiting[0], 1), (waiting[1], 1)]


def test_the_next_wave_goes_out_while_the_first_may_still_answer(office: Office, waiting: list[UUID]) -> None:
    opening_id = freed(office, 2.5)
    for _ in range(20):
        office.later(minutes=1)
    offers = office.all(Offer)
    assert [offer.patient_id for offer in offers[:3]] == waiting[:3]
    assert offers[2].wave == 2
    assert {offer.state for offer in offers} == {OfferState.OPEN}
    assert all(offer.held_until == office.get(Opening, opening_id).give_up_at for offer in offers)


def test_days_ahead_one_is_asked_at_a_time(office: Office, waiting: list[UUID]) -> None:
    freed(office, 24 * 7)
    assert asked(office) == [(waiting[0], 1)]
    office.later(minutes=119)
    assert len(asked(office)) == 1
    office.later(minutes=2)
    assert asked(office) == [(waiting[0], 1), (waiting[1], 2)]


def test_the_first_yes_wins_and_the_others_are_told(office: Office, waiting: list[UUID]) -> None:
    freed(office, 2.5)
    office.accepts(waiting[1])
    assert office.visits_of(waiting[1])
    assert "has been taken" in office.texts(waiting[0])[-1]
    assert "First YES gets it" in office.texts(waiting[0])[0]


def test_a_type_is_offered_in_its_own_way(office: Office, waiting: list[UUID]) -> None:
    office.decide(by_type={str(office.kind): {"dispatch": "batch", "batch_size": 4, "give_up_minutes": 30}})
    opening_id = freed(office, 2.5)
    opening = office.get(Opening, opening_id)
    assert [who for who, _ in asked(office)] == waiting[:4]
    assert opening.starts_at - opening.give_up_at == timedelta(minutes=30)


def test_who_said_yes_before_is_likelier_to(office: Office, waiting: list[UUID]) -> None:
    freed(office, 2.5)
    keen = office.offer_to(waiting[0])
    office.accepts(waiting[0])
    again = office.waits(waiting[0])
    later = freed(office, 50)

    def chance_of(entry_id: UUID, score: float) -> float:
        def look(tx: Tx) -> float:
            opening = tx.session.get_one(Opening, later)
            line = [Ranked(entry_id, score)]
            return chances.of_line(tx, opening, line, PUBLISHED)[0].chance

        return office.do(look)

    assert keen.score > 0.7
    assert chance_of(again, 0.85) == pytest.approx((10 * published_chance(0.85) + 1) / 11)


def test_until_anything_was_learned_the_published_figures_are_believed(office: Office) -> None:
    assert office.do(learning.current) == PUBLISHED


def test_at_night_the_clinic_learns_from_its_own_offers(office: Office, waiting: list[UUID]) -> None:
    freed(office, 2.5)
    office.later(minutes=10)
    office.accepts(waiting[0])
    office.later(hours=16)
    again_at = office.do(lambda tx: learning.work(tx, tx.clinic_id))
    learned = office.do(learning.current)
    assert again_at.isoformat() == "2026-12-02T08:20:00+00:00"  # 3:20 in New York
    assert (learned.offers, learned.overall.yes) == (2, 1)
    assert learned.overall.times > 1


def test_nothing_new_is_kept_once(office: Office, waiting: list[UUID]) -> None:
    freed(office, 2.5)
    office.accepts(waiting[0])
    for _ in range(2):
        office.do(lambda tx: learning.work(tx, tx.clinic_id))
    rows = office.do(lambda tx: tx.session.scalars(select(ResponseModel)).all())
    assert len(rows) == 1
