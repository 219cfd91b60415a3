"""Somebody joins while others are being asked already: where time presses they are asked too, in time."""

from datetime import timedelta

from clinic import filling, policies, waitlist
from clinic.audit import SYSTEM
from clinic.wish import Wish
from rules.offer_policy import Dispatch
from rules.policy import Policy
from rules.states import DueKind
from storage.queries.due import set_due
from storage.tables import AppointmentType, Opening
from storage.transaction import Tx
from tests.waitlist.desk import NOW, Desk

BEN = "+12125550302"


def pressing(desk: Desk, kind: AppointmentType) -> Opening:
    """A slot in three hours, about which nobody is asked after one; Maria is being asked, with all that time."""
    opening = desk.opening(desk.provider(), NOW + timedelta(hours=3))
    desk.waits(kind)
    (offer,) = desk.ask(opening)
    desk.hand_over(offer)

    def worked(tx: Tx) -> None:
        again_at = filling.work(tx, opening.id)
        assert again_at is not None
        set_due(tx.session, tx.clinic_id, DueKind.OPENING, opening.id, again_at)

    desk.run(worked)
    return opening


def joins(desk: Desk, kind: AppointmentType) -> None:
    ben = desk.on_file("Ben Ott", BEN)
    desk.run(lambda tx: waitlist.add(tx, Wish(ben.id, kind.id, preferred_provider_id=None), SYSTEM))


def test_where_time_presses_they_are_asked_in_time(desk: Desk, kind: AppointmentType) -> None:
    opening = pressing(desk, kind)
    joins(desk, kind)
    assert desk.due(DueKind.OPENING, opening.id) == desk.clock.now
    again_at = desk.run(lambda tx: filling.work(tx, opening.id))
    assert again_at is not None
    desk.later(again_at - desk.clock.now)
    assert desk.clock.now < opening.give_up_at
    assert len(desk.ask(opening)) == 2


def test_one_by_one_they_wait_for_their_turn(desk: Desk, kind: AppointmentType) -> None:
    desk.run(lambda tx: policies.change(tx, Policy(dispatch=Dispatch.SEQUENTIAL), SYSTEM))
    opening = pressing(desk, kind)
    joins(desk, kind)
    assert desk.due(DueKind.OPENING, opening.id) != desk.clock.now
    assert len(desk.ask(opening)) == 1
