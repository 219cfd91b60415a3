"""What the practice system tells of a visit becomes so here, once, whatever came before."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from clinic import appointments, openings, practice_system, waitlist
from clinic.appointments import Booking
from clinic.audit import BOT, PATIENT, SYSTEM
from clinic.openings import Freed
from clinic.waitlist import Wish
from rules.facts import Span
from rules.states import (
    AppointmentState,
    CancelledBy,
    EntryState,
    FilledBy,
    FreedBy,
    OfferState,
    OpeningState,
    TaskKind,
    TaskState,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Cancellation,
    Message,
    Offer,
    Opening,
    Patient,
    Provider,
    Task,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests.feed.conftest import NOW, Practice, provider_id

THREE = datetime(2026, 12, 1, 20, tzinfo=UTC)  # Tuesday 15:00 in New York
HALF_HOUR = timedelta(minutes=30)


def test_a_visit_booked_there_is_booked_here(practice: Practice) -> None:
    practice.books()
    visit = practice.visit()
    assert (visit.starts_at, visit.ends_at - visit.starts_at) == (THREE, HALF_HOUR)
    assert visit.state is AppointmentState.BOOKED
    assert practice.events() == [("e0", "done")]


def test_a_start_with_an_offset_is_that_moment(practice: Practice) -> None:
    practice.books(start="2026-12-01T20:00:00Z")
    assert practice.visit().starts_at == THREE


def test_a_length_of_its_own_counts_before_the_types(practice: Practice) -> None:
    practice.books(minutes=45)
    assert practice.visit().ends_at - practice.visit().starts_at == timedelta(minutes=45)


def test_the_same_event_again_is_nothing_new(practice: Practice) -> None:
    for _ in range(3):
        practice.books(event_id="once")
    assert practice.events() == [("once", "done")]
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]


def test_a_visit_booked_here_by_text_gets_its_id_and_its_task_is_done(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    practice.run(lambda tx: book(tx, "maria"))
    assert practice.tasks() == ["Book: Dr Lee, Tue Dec 1, 3:00pm"]
    practice.books()
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]
    assert practice.tasks() == []


def test_a_visit_that_the_desk_entered_at_another_time_is_still_the_same(practice: Practice) -> None:
    practice.run(lambda tx: book(tx, "maria"))
    practice.books(start="2026-12-01T15:15")
    assert practice.visits() == [("v1", "Tue 15:15", "booked")]


def test_a_cancel_frees_its_time_for_the_waitlist(practice: Practice) -> None:
    practice.books()
    practice.cancels()
    (opening,) = practice.all_of(Opening)
    assert (opening.starts_at, opening.freed_by, opening.state) == (THREE, FreedBy.FEED, OpeningState.OPEN)
    (cancellation,) = practice.all_of(Cancellation)
    assert (cancellation.by, cancellation.visit["state"]) == (CancelledBy.SYSTEM, "booked")


def test_a_cancel_told_twice_makes_one_opening(practice: Practice) -> None:
    practice.books()
    practice.cancels()
    practice.cancels()
    assert len(practice.all_of(Opening)) == 1


def test_a_cancel_of_what_was_cancelled_here_only_closes_its_task(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    practice.books()
    practice.run(lambda tx: cancel(tx, "v1"))
    assert practice.tasks() == ["Cancel: Dr Lee, Tue Dec 1, 3:00pm"]
    practice.cancels()
    assert practice.tasks() == []
    assert len(practice.all_of(Opening)) == 1


def test_a_cancel_of_a_visit_nobody_heard_of_changes_nothing(practice: Practice) -> None:
    practice.cancels("v9")
    assert practice.events() == [("e0", "done")]
    assert practice.tasks() == []


def test_a_move_takes_the_new_time_and_frees_the_old(practice: Practice) -> None:
    practice.books()
    practice.say("visit.moved", external_id="v1", start="2026-12-02T09:00")
    assert practice.visits() == [("v1", "Wed 09:00", "booked")]
    assert practice.openings() == [("Tue 15:00", "Tue 15:30")]


def test_a_move_to_another_provider_frees_the_first_ones_time(practice: Practice) -> None:
    practice.books()
    practice.say("visit.moved", external_id="v1", start="2026-12-01T15:00", provider="kim")
    lee, kim = practice.run(lambda tx: (provider_id(tx, "lee"), provider_id(tx, "kim")))
    assert practice.visit().provider_id == kim
    assert [each.provider_id for each in practice.all_of(Opening)] == [lee]


def test_a_confirmed_visit_that_is_moved_stays_confirmed(practice: Practice) -> None:
    practice.books()
    practice.run(lambda tx: set_state(tx, AppointmentState.CONFIRMED))
    practice.say("visit.moved", external_id="v1", start="2026-12-02T09:00")
    assert practice.visits() == [("v1", "Wed 09:00", "confirmed")]


def test_who_arrives_has_arrived(practice: Practice) -> None:
    practice.books(start="2026-11-30T10:30")
    practice.say("visit.arrived", external_id="v1")
    assert practice.visits() == [("v1", "Mon 10:30", "arrived")]
    assert practice.openings() == []


def test_of_a_long_visit_that_was_missed_the_rest_is_on_the_board(practice: Practice) -> None:
    practice.books(type="long", start="2026-11-30T10:00")
    practice.later(timedelta(minutes=16))
    practice.say("visit.no_show", external_id="v1")
    assert practice.visit().state is AppointmentState.NO_SHOW
    (rest,) = practice.all_of(Opening)
    assert rest.freed_by is FreedBy.NO_SHOW
    assert rest.state is OpeningState.EXPIRED  # too late to text anybody about it
    assert practice.openings() == [("Mon 10:20", "Mon 11:00")]


def test_a_short_visit_that_was_missed_leaves_nothing(practice: Practice) -> None:
    practice.books(start="2026-11-30T10:00")
    practice.later(timedelta(minutes=16))
    practice.say("visit.no_show", external_id="v1")
    assert practice.openings() == []


def test_who_came_after_all_has_arrived_and_the_rest_is_taken_again(practice: Practice) -> None:
    practice.books(type="long", start="2026-11-30T10:00")
    practice.later(timedelta(minutes=16))
    practice.say("visit.no_show", external_id="v1")
    practice.say("visit.arrived", external_id="v1")
    assert practice.visits() == [("v1", "Mon 10:00", "arrived")]
    assert practice.openings() == []


def test_a_visit_in_an_opening_fills_it_and_whoever_was_asked_is_told(practice: Practice) -> None:
    practice.run(lambda tx: free_three_o_clock(tx))
    practice.run(lambda tx: waits(tx, "tom"))
    practice.work()
    practice.run(offer_went_out)
    practice.books()
    (opening,) = practice.all_of(Opening)
    assert (opening.state, opening.filled_by) == (OpeningState.FILLED, FilledBy.STAFF)
    assert [offer.state for offer in practice.all_of(Offer)] == [OfferState.WITHDRAWN]
    assert [each.phrase for each in practice.all_of(Message)][-1] == "offer_withdrawn"


def test_whoever_is_booked_there_waits_here_no_more(practice: Practice) -> None:
    practice.run(lambda tx: waits(tx, "maria"))
    practice.books()
    assert [each.state for each in practice.all_of(WaitlistEntry)] == [EntryState.BOOKED]


def test_two_visits_at_one_time_are_never_both_booked(practice: Practice) -> None:
    practice.run(lambda tx: book(tx, "tom"))
    practice.books()
    assert practice.visits() == [("", "Tue 15:00", "booked")]
    assert practice.events() == [("e0", "clashed")]
    assert practice.tasks() == [
        "Practice system: it has a visit with Dr Lee Tue Dec 1, 3:00pm, where there is another one here."
    ]


def test_what_clashed_finds_its_place_when_that_comes_free(practice: Practice) -> None:
    practice.books("v1")
    practice.books("v2", patient="tom")
    practice.cancels("v1")
    assert practice.visits() == [("v2", "Tue 15:00", "booked")]
    assert practice.tasks() == []
    assert practice.openings() == []


def test_two_visits_that_change_places_find_them(practice: Practice) -> None:
    practice.books("v1")
    practice.books("v2", patient="tom", start="2026-12-01T16:00")
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00")
    assert practice.events()[-1] == ("e2", "clashed")
    practice.say("visit.moved", external_id="v2", start="2026-12-01T15:00")
    assert practice.visits() == [("v1", "Tue 16:00", "booked"), ("v2", "Tue 15:00", "booked")]
    assert practice.tasks() == []
    assert practice.openings() == []


def test_what_is_in_nobodys_way_but_its_own_does_not_wait_for_what_is(practice: Practice) -> None:
    """A third visit clashes with one booked here, for good; the two that swap find their places all the same."""
    practice.run(lambda tx: book(tx, "ana"))
    practice.books("v3")
    swap_two_others(practice)
    assert practice.visits() == [
        ("", "Tue 15:00", "booked"),
        ("v1", "Tue 16:00", "booked"),
        ("v2", "Tue 17:00", "booked"),
    ]
    assert len(practice.tasks()) == 1


def swap_two_others(practice: Practice) -> None:
    practice.books("v1", start="2026-12-01T17:00")
    practice.books("v2", patient="tom", start="2026-12-01T16:00")
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00")
    practice.say("visit.moved", external_id="v2", start="2026-12-01T17:00")


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"provider": "px"}, 'Practice system: its provider "px" is not on file here.'),
        ({"patient": "nobody"}, 'Practice system: its patient "nobody" is not on file here.'),
        ({"type": "dance"}, 'Practice system: its visit type "dance" is not on file here.'),
    ],
)
def test_what_is_not_on_file_is_said_once_however_often_it_is_named(
    practice: Practice, named: dict[str, str], sentence: str
) -> None:
    for visit in ("v1", "v2"):
        practice.books(visit, **named)
    assert practice.tasks() == [sentence]
    assert {state for _, state in practice.events()} == {"parked"}
    assert practice.visits() == []


def test_an_event_that_was_parked_is_tried_again_when_it_is_repeated(practice: Practice) -> None:
    practice.books(provider="px", event_id="once")
    practice.run(lambda tx: rename_provider(tx, "lee", "px"))
    practice.books(provider="px", event_id="once")
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]
    assert practice.tasks() == []


def test_an_event_that_was_parked_is_tried_again_by_itself_for_a_day(practice: Practice) -> None:
    practice.books(provider="px")
    practice.run(lambda tx: rename_provider(tx, "lee", "px"))
    practice.later(timedelta(minutes=61))
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]


def test_a_task_that_staff_closed_is_not_opened_again_by_the_same(practice: Practice) -> None:
    practice.books(provider="px")
    practice.run(close_tasks)
    practice.later(timedelta(minutes=61))
    assert practice.tasks() == []


def test_events_that_come_in_the_wrong_order_come_to_the_same(practice: Practice) -> None:
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00", at=NOW - timedelta(minutes=1))
    assert practice.tasks() == ['Practice system: its visit "v1" is not on file here.']
    practice.books(at=NOW - timedelta(minutes=2))
    assert practice.visits() == [("v1", "Tue 16:00", "booked")]
    assert practice.tasks() == []
    assert practice.openings() == []


def test_an_older_event_undoes_no_newer_one(practice: Practice) -> None:
    practice.books(at=NOW - timedelta(minutes=9))
    practice.cancels(at=NOW - timedelta(minutes=1))
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00", at=NOW - timedelta(minutes=5))
    assert practice.visits() == []


def test_a_visit_cancelled_here_is_not_brought_back_by_what_was_told_before(practice: Practice) -> None:
    practice.books()
    practice.run(lambda tx: cancel(tx, "v1"))
    practice.books()  # told anew, as some systems do each night
    assert practice.visits() == []
    assert practice.tasks() == []


def test_a_visit_cancelled_here_and_moved_there_is_for_a_person(practice: Practice) -> None:
    practice.books()
    practice.run(lambda tx: cancel(tx, "v1"))
    practice.say("visit.moved", external_id="v1", start="2026-12-01T16:00")
    assert practice.visits() == []
    assert practice.tasks() == [
        "Practice system: its visit with Dr Lee Tue Dec 1, 4:00pm was cancelled here and changed there since. "
        "Which counts?"
    ]
    practice.cancels()
    assert practice.tasks() == []


def test_a_visit_cancelled_there_may_be_booked_there_again(practice: Practice) -> None:
    practice.books()
    practice.cancels()
    practice.books()
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]
    assert practice.openings() == []


def test_a_visit_given_up_for_an_earlier_one_may_be_moved_there_instead(practice: Practice) -> None:
    """Here an earlier visit took its place; over there the desk moves the old one to that time."""
    practice.run(kept_elsewhere)
    practice.books(start="2026-12-09T09:00")
    practice.run(give_up_for_three_o_clock)
    assert len(practice.tasks()) == 2
    practice.say("visit.moved", external_id="v1", start="2026-12-01T15:00")
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]
    assert practice.tasks() == []


def test_a_visit_cancelled_here_just_after_it_was_entered_there_is_for_a_person(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    visit_id = practice.run(lambda tx: book(tx, "maria"))
    practice.clock.forward(timedelta(minutes=2))
    practice.run(lambda tx: appointments.cancel(tx, visit_id, PATIENT, who=CancelledBy.PATIENT))
    practice.books(at=NOW + timedelta(minutes=1))
    assert practice.visits() == []
    assert len(practice.tasks()) == 1
    practice.cancels()
    assert practice.tasks() == []


def test_a_visit_cancelled_here_may_be_booked_there_afterwards(practice: Practice) -> None:
    visit_id = practice.run(lambda tx: book(tx, "maria"))
    practice.run(lambda tx: appointments.cancel(tx, visit_id, PATIENT, who=CancelledBy.PATIENT))
    practice.clock.forward(timedelta(minutes=2))
    practice.books(at=NOW + timedelta(minutes=1))
    assert practice.visits() == [("v1", "Tue 15:00", "booked")]


def test_what_is_taken_back_before_anybody_entered_it_needs_no_entering(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    visit_id = practice.run(lambda tx: book(tx, "maria"))
    practice.run(lambda tx: appointments.cancel(tx, visit_id, PATIENT, who=CancelledBy.PATIENT))
    assert practice.tasks() == []
    assert [each.state for each in practice.all_of(Task)] == [TaskState.DONE]


def test_a_visit_that_staff_have_yet_to_approve_needs_no_entering(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    practice.books()
    practice.run(lambda tx: set_state(tx, AppointmentState.REQUESTED))
    practice.run(lambda tx: practice_system.changed(tx, tx.session.scalars(select(Appointment)).one()))
    assert practice.tasks() == []


def test_a_request_that_is_withdrawn_needs_no_entering_either(practice: Practice) -> None:
    practice.run(kept_elsewhere)
    practice.books()
    practice.run(lambda tx: set_state(tx, AppointmentState.REQUESTED))
    practice.run(lambda tx: cancel(tx, "v1"))
    assert practice.tasks() == []


def test_a_visit_booked_there_again_may_be_cancelled_here_again(practice: Practice) -> None:
    practice.books()
    practice.cancels()
    practice.books()
    practice.run(lambda tx: cancel(tx, "v1"))
    assert practice.visits() == []
    assert [each.by for each in practice.all_of(Cancellation)] == [CancelledBy.PATIENT]


# What tests do


def book(tx: Tx, patient: str) -> UUID:
    who = tx.session.scalars(select(Patient).filter_by(external_id=patient)).one()
    kind = tx.session.scalars(select(AppointmentType).filter_by(external_id="check")).one()
    visit = appointments.book(tx, Booking(who.id, provider_id(tx, "lee"), kind.id, THREE), PATIENT)
    assert visit is not None
    return visit.id


def cancel(tx: Tx, external_id: str) -> None:
    visit = tx.session.scalars(select(Appointment).filter_by(external_id=external_id)).one()
    assert appointments.cancel(tx, visit.id, PATIENT, who=CancelledBy.PATIENT)


def give_up_for_three_o_clock(tx: Tx) -> None:
    later = tx.session.scalars(select(Appointment).filter_by(external_id="v1")).one()
    earlier = tx.session.get_one(Appointment, book(tx, "maria"))
    appointments.give_up_for(tx, later, earlier, PATIENT)


def kept_elsewhere(tx: Tx) -> None:
    tx.clinic().schedule_elsewhere = True


def set_state(tx: Tx, state: AppointmentState) -> None:
    tx.session.scalars(select(Appointment)).one().state = state


def free_three_o_clock(tx: Tx) -> None:
    freed = Freed(provider_id(tx, "lee"), Span(THREE, THREE + HALF_HOUR), FreedBy.STAFF_CANCEL)
    assert openings.open_slot(tx, freed, BOT)


def waits(tx: Tx, patient: str) -> None:
    who = tx.session.scalars(select(Patient).filter_by(external_id=patient)).one()
    kind = tx.session.scalars(select(AppointmentType).filter_by(external_id="check")).one()
    entry = waitlist.add(tx, Wish(who.id, kind.id), SYSTEM)
    entry.added_at = tx.now - timedelta(days=30)


def offer_went_out(tx: Tx) -> None:
    tx.session.scalars(select(Offer)).one().state = OfferState.OPEN


def rename_provider(tx: Tx, before: str, after: str) -> None:
    tx.session.scalars(select(Provider).filter_by(external_id=before)).one().external_id = after


def close_tasks(tx: Tx) -> None:
    for task in tx.session.scalars(select(Task).where(Task.kind == TaskKind.LOOK_AT)):
        task.state = TaskState.DONE
