"""Whose yes came too late, or who asks for something sooner, is offered what else is free, in answer."""

from datetime import datetime, timedelta

import pytest

from clinic import direct_answers, filling, openings
from clinic.audit import SYSTEM
from clinic.openings import Freed
from nlu.understanding import Intent
from rules.facts import Span
from rules.states import AnsweredBy, EntryPriority, FilledBy, FreedBy, OfferState, OpeningState
from storage.tables import Appointment, AppointmentType, Offer, Opening, Provider, WaitlistEntry
from storage.transaction import Tx
from tests.waitlist.desk import TUESDAY_AT_THREE, Desk

ANA, BEN = "+12125550302", "+12125550303"
WEDNESDAY = TUESDAY_AT_THREE + timedelta(days=1)


def freed(desk: Desk, lee: Provider, start: datetime) -> Opening:
    """A slot comes free, and is worked."""
    slot = Freed(lee.id, Span(start, start + timedelta(minutes=30)), FreedBy.PATIENT_CANCEL)
    opening = desk.run(lambda tx: openings.open_slot(tx, slot, SYSTEM))
    assert opening is not None
    return opening


def asked(desk: Desk, lee: Provider, kind: AppointmentType) -> Offer:
    """Maria is asked about Tuesday at three, which somebody then gets on the phone."""
    (offer,) = desk.ask(freed(desk, lee, TUESDAY_AT_THREE))
    desk.hand_over(offer)
    ana = desk.on_file("Ana Ruiz", ANA)
    visit = desk.visit(ana, TUESDAY_AT_THREE, with_whom=lee, kind=kind)

    def taken(tx: Tx) -> None:
        opening = openings.lock(tx, offer.opening_id)
        here = tx.session.get_one(Appointment, visit.id)
        filling.filled(tx, opening, here, FilledBy.STAFF, SYSTEM)

    desk.run(taken)
    return offer


@pytest.fixture
def maria(desk: Desk, lee: Provider, kind: AppointmentType) -> WaitlistEntry:
    return desk.waits(kind)


@pytest.fixture
def wednesday(desk: Desk, lee: Provider, kind: AppointmentType, maria: WaitlistEntry) -> Opening:
    """Another slot, about which nobody can be asked: Maria was asked about one today already."""
    asked(desk, lee, kind)
    opening = freed(desk, lee, WEDNESDAY)
    desk.ask(opening)
    assert desk.run(lambda tx: tx.session.get_one(Opening, opening.id).state) is OpeningState.OPEN
    return opening


def standing(desk: Desk, opening: Opening) -> list[tuple[OfferState, bool]]:
    return [(each.state, each.in_reply) for each in desk.all_of(Offer) if each.opening_id == opening.id]


def test_a_yes_that_comes_too_late_is_offered_what_else_is_free(desk: Desk, wednesday: Opening) -> None:
    said = desk.hears("yes", Intent.ACCEPT)
    assert (
        said
        == "Sorry Maria, Tue Dec 1, 3:00pm with Dr Lee is no longer free. You keep your place on the list."
    )
    assert standing(desk, wednesday) == [(OfferState.QUEUED, True)]


def test_so_is_one_by_the_link(desk: Desk, wednesday: Opening) -> None:
    first = desk.all_of(Offer)[0]
    desk.run(lambda tx: direct_answers.accept(tx, first.id, AnsweredBy.LINK))
    assert standing(desk, wednesday) == [(OfferState.QUEUED, True)]


def test_who_asks_for_something_sooner_is_offered_it(desk: Desk, wednesday: Opening) -> None:
    assert desk.hears("anything sooner?", Intent.EARLIER) == ""
    assert standing(desk, wednesday) == [(OfferState.QUEUED, True)]


def test_nobody_more_pressing_is_passed_over(
    desk: Desk, wednesday: Opening, kind: AppointmentType, maria: WaitlistEntry
) -> None:
    desk.waits(kind, "Ben Ott", BEN, priority=EntryPriority.URGENT)
    desk.hears("yes", Intent.ACCEPT)
    assert standing(desk, wednesday) == []


def test_a_slot_for_which_staff_stopped_the_bot_is_left_alone(desk: Desk, wednesday: Opening) -> None:
    desk.run(lambda tx: setattr(tx.session.get_one(Opening, wednesday.id), "automatic", False))
    desk.hears("yes", Intent.ACCEPT)
    assert standing(desk, wednesday) == []


def test_a_slot_that_they_ruled_out_is_not_offered(
    desk: Desk, wednesday: Opening, maria: WaitlistEntry
) -> None:
    desk.run(lambda tx: setattr(tx.session.get_one(WaitlistEntry, maria.id), "excluded_weekdays", [2]))
    desk.hears("yes", Intent.ACCEPT)
    assert standing(desk, wednesday) == []


def test_with_nothing_else_free_the_honest_word_is_all(
    desk: Desk, lee: Provider, kind: AppointmentType
) -> None:
    desk.waits(kind)
    asked(desk, lee, kind)
    desk.hears("yes", Intent.ACCEPT)
    assert [each.state for each in desk.all_of(Offer)] == [OfferState.WITHDRAWN]
