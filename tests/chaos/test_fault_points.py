"""A process is killed at each named point of the code. Nothing is lost, nothing happens twice, holds lapse."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bot.sweep import sweep
from clinic import by_hand
from clinic.audit import SYSTEM
from rules.states import AppointmentState, OfferState, OpeningState
from storage.fault_points import POINTS
from storage.tables import Appointment, Opening
from tests.chaos.conftest import Kill, work_queue
from tests.chaos.house import HOLD, House, fresh_house
from tests.system import System

ANA, BEN, CLEO = range(3)


@pytest.fixture
def house(system: System) -> House:
    """Ana and Ben have been asked, each about a slot of their own; Cleo is next in line for Ben's.

    The carrier never calls back, so that a lost answer has to be looked for.
    """
    house = fresh_house(system, 3)
    system.carrier.fault("callback", variant="never", count=1000)
    for patient, hours in ((ANA, 48), (BEN, 72)):
        opening_id = house.free_slot(hours)
        ask(house, opening_id, patient)
    system.work()
    for patient in (ANA, BEN):
        assert len(system.carrier.sent_to(house.phones[patient])) == 1
    return house


def ask(house: House, opening_id: UUID, patient: int) -> None:
    entry_id = house.entries[patient]
    house.store.run(house.clinic_id, lambda tx: by_hand.offer_by_hand(tx, opening_id, entry_id, SYSTEM))


def yes_is_stored(system: System, house: House) -> None:
    system.carrier.text(house.phones[ANA], "yes")


def reply_is_queued(system: System, house: House) -> None:
    yes_is_stored(system, house)
    work_queue(system, "inbound")


def answer_of_the_carrier_was_lost(system: System, house: House) -> None:
    reply_is_queued(system, house)
    system.carrier.fault("drop_after_accept")
    work_queue(system, "outbound")
    system.clock.forward(timedelta(seconds=61))
    sweep(system.services)


STAGES: dict[str, tuple[Callable[[System, House], None], str]] = {
    "turn": (yes_is_stored, "inbound"),
    "booking": (yes_is_stored, "inbound"),
    "commit": (yes_is_stored, "inbound"),
    "claim": (reply_is_queued, "outbound"),
    "send": (reply_is_queued, "outbound"),
    "due": (answer_of_the_carrier_was_lost, "due"),
    "settle": (answer_of_the_carrier_was_lost, "due"),
}
"""What happens before the point, by the first word of its name, and the queue whose worker dies at it."""

ELSEWHERE = ("campaign.", "recovery.")
"""Points that have tests of their own: test_campaigns.py, test_recovery.py."""

IN_TURNS = ("claim.marked", "send.answered", "send.recorded")
"""Points of the outbox that a worker for texts reaches too, with the reply of its turn."""

POINTS_OF_QUEUES = [
    (point, *STAGES[point.partition(".")[0]]) for point in POINTS if not point.startswith(ELSEWHERE)
] + [(point, yes_is_stored, "inbound") for point in IN_TURNS]


@pytest.mark.parametrize(("point", "prepare", "queue"), POINTS_OF_QUEUES)
def test_a_worker_killed_at_this_point_loses_nothing_and_repeats_nothing(
    point: str,
    prepare: Callable[[System, House], None],
    queue: str,
    system: System,
    house: House,
    kill_worker: Kill,
) -> None:
    prepare(system, house)
    kill_worker(point, queue)
    for _ in range(6):
        system.forward(timedelta(seconds=40))
    assert_booked_once_and_told_once(system, house)
    system.forward(HOLD)
    assert_hold_lapsed_and_next_is_asked(system, house)


def assert_booked_once_and_told_once(system: System, house: House) -> None:
    assert house.at_rest()
    with house.store.unscoped() as session:
        visits = session.scalars(select(Appointment)).all()
        filled = session.scalars(select(Opening).where(Opening.state == OpeningState.FILLED)).all()
    assert [(visit.patient_id, visit.state) for visit in visits] == [
        (house.patients[ANA], AppointmentState.BOOKED)
    ]
    assert len(filled) == 1
    _offer, *replies = system.carrier.sent_to(house.phones[ANA])
    assert len(replies) == 1
    assert replies[0].startswith("Booked, P0")


def assert_hold_lapsed_and_next_is_asked(system: System, house: House) -> None:
    assert house.at_rest()
    assert len(system.carrier.sent_to(house.phones[BEN])) == 1
    assert len(system.carrier.sent_to(house.phones[CLEO])) == 1
    with house.store.unscoped() as session:
        opening_id = session.scalars(select(Opening.id).where(Opening.state == OpeningState.OFFERING)).one()
    offers = house.offers(opening_id)
    assert offers[house.patients[BEN]].state is OfferState.LAPSED
    assert offers[house.patients[CLEO]].state is OfferState.OPEN
