"""What the practice system tells of a visit becomes so here, once."""

from datetime import timedelta

from rules.states import (
    AppointmentState,
    CancelledBy,
    EntryState,
    FilledBy,
    FreedBy,
    OfferState,
    OpeningState,
)
from storage.tables import Cancellation, Message, Offer, Opening, WaitlistEntry
from tests.feed.conftest import Practice, provider_id
from tests.feed.here import (
    HALF_HOUR,
    THREE,
    book,
    cancel,
    free_three_o_clock,
    kept_elsewhere,
    offer_went_out,
    set_state,
    waits,
)


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
