"""A time shown to a patient is chosen, taken by somebody else, given back, approved."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clinic import approvals, conversations, holds
from clinic.audit import SYSTEM
from clinic.choosing import Outcome
from rules.states import (
    AppointmentState,
    ConfirmMode,
    EntryState,
    FreedBy,
    OfferState,
    PromptKind,
)
from storage.tables import (
    Appointment,
    AppointmentType,
    Hold,
    Offer,
    Opening,
    TimeOff,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.choosing.conftest import Desk, clocks
from tests.clinic.days import at


def test_a_time_that_is_chosen_is_booked_and_the_others_are_released(desk: Desk) -> None:
    _, second, _ = desk.show()
    assert desk.choose(second) is Outcome.BOOKED
    assert [visit.starts_at for visit in desk.booked()] == [at(10)]
    assert sorted(desk.rows(select(Hold.state))) == ["booked", "released", "released"]


def test_chosen_twice_it_is_booked_once(desk: Desk) -> None:
    first = desk.show()[0]
    desk.choose(first)
    assert desk.choose(first) is Outcome.ALREADY
    assert len(desk.booked()) == 1


def test_after_its_minutes_it_counts_while_it_is_free(desk: Desk) -> None:
    first = desk.show()[0]
    desk.house.later(minutes=30)
    desk.house.run(lambda tx: holds.release_due(tx, desk.lines["Maria"]))
    assert desk.choose(first) is Outcome.BOOKED


def test_after_its_minutes_it_is_gone_once_somebody_else_is_shown_it(desk: Desk) -> None:
    first = desk.show()[0]
    desk.house.later(minutes=30)
    assert clocks(desk.show("Ana"))[0] == "09:00"
    assert desk.choose(first) is Outcome.GONE
    assert desk.said() == "Sorry Maria, Tue Dec 1, 9:00am with Dr Lee has just been taken."


def test_a_provider_who_has_gone_away_has_no_time(desk: Desk) -> None:
    first = desk.show()[0]
    away = TimeOff(provider_id=desk.lee.id, starts_at=at(8), ends_at=at(10))
    desk.house.run(lambda tx: tx.session.add(away))
    assert desk.choose(first) is Outcome.GONE


def test_what_was_kept_comes_before_an_opening_made_meanwhile(desk: Desk) -> None:
    first = desk.show()[0]
    desk.house.run(lambda tx: factories.opening(tx, desk.lee, start=at(9)))
    assert desk.choose(first) is Outcome.BOOKED
    assert desk.rows(select(Opening.state)) == ["withdrawn"]


def test_after_its_minutes_an_opening_comes_first(desk: Desk) -> None:
    first = desk.show()[0]
    desk.house.later(minutes=30)
    desk.house.run(lambda tx: factories.opening(tx, desk.lee, start=at(9)))
    assert desk.choose(first) is Outcome.GONE


def later_visit(desk: Desk) -> Appointment:
    def book(tx: Tx) -> Appointment:
        who = tx.session.get_one(factories.Patient, desk.patients["Maria"])
        return factories.visit(tx, who, desk.lee, desk.kind, start=at(9, day=date(2026, 12, 8)))

    return desk.house.run(book)


def test_the_visit_it_replaces_is_released_and_offered_on(desk: Desk) -> None:
    later = later_visit(desk)
    desk.choose(desk.show(replaces_id=later.id)[0])
    assert [visit.starts_at for visit in desk.booked()] == [at(9)]
    assert desk.rows(select(Opening.freed_by)) == [FreedBy.CASCADE]


def test_a_visit_can_be_moved_to_a_later_day(desk: Desk) -> None:
    def book(tx: Tx) -> Appointment:
        who = tx.session.get_one(factories.Patient, desk.patients["Maria"])
        return factories.visit(tx, who, desk.lee, desk.kind, start=at(16, day=date(2026, 11, 30)))

    today = desk.house.run(book)
    desk.choose(desk.show(replaces_id=today.id)[0])
    assert [visit.starts_at for visit in desk.booked()] == [at(9)]
    assert desk.rows(select(Opening.freed_by)) == [FreedBy.RESCHEDULE]


def test_undone_the_visit_it_replaced_stands_again(desk: Desk) -> None:
    later = later_visit(desk)
    desk.choose(desk.show(replaces_id=later.id)[0])
    assert desk.undo()
    assert [visit.id for visit in desk.booked()] == [later.id]
    assert desk.rows(select(Opening.state)) == ["withdrawn"]


def waiting(desk: Desk) -> WaitlistEntry:
    def join(tx: Tx) -> WaitlistEntry:
        who = tx.session.get_one(factories.Patient, desk.patients["Maria"])
        return factories.entry(tx, who, tx.session.get_one(AppointmentType, desk.kind.id))

    return desk.house.run(join)


def test_who_waited_is_booked_and_waits_again_once_it_is_undone(desk: Desk) -> None:
    waiting(desk)
    desk.choose(desk.show()[0])
    assert desk.rows(select(WaitlistEntry.state)) == [EntryState.BOOKED]
    desk.undo()
    assert desk.rows(select(WaitlistEntry.state)) == [EntryState.ACTIVE]
    assert desk.booked() == []


def test_where_staff_have_the_last_word_a_refusal_puts_them_back_on_the_list(desk: Desk) -> None:
    waiting(desk)
    desk.house.run(
        lambda tx: setattr(
            tx.session.get_one(AppointmentType, desk.kind.id), "confirm_mode", ConfirmMode.STAFF
        )
    )
    desk.choose(desk.show()[0])
    (visit,) = desk.booked()
    assert visit.state is AppointmentState.REQUESTED
    assert desk.house.run(lambda tx: approvals.refuse(tx, visit.id, SYSTEM))
    assert desk.rows(select(WaitlistEntry.state)) == [EntryState.ACTIVE]


def test_once_approved_the_visit_it_replaces_is_released(desk: Desk) -> None:
    later = later_visit(desk)
    desk.house.run(
        lambda tx: setattr(
            tx.session.get_one(AppointmentType, desk.kind.id), "confirm_mode", ConfirmMode.STAFF
        )
    )
    desk.choose(desk.show(replaces_id=later.id)[0])
    assert len(desk.booked()) == 2
    requested = desk.rows(select(Appointment.id).where(Appointment.state == AppointmentState.REQUESTED))
    assert desk.house.run(lambda tx: approvals.approve(tx, requested[0], SYSTEM))
    assert [visit.starts_at for visit in desk.booked()] == [at(9)]


def test_what_they_were_offered_before_is_asked_no_more(desk: Desk) -> None:
    entry = waiting(desk)

    def offer(tx: Tx) -> None:
        opening = factories.opening(tx, desk.lee, start=at(9, day=date(2026, 12, 8)))
        own = {"opening_id": opening.id, "entry_id": entry.id, "patient_id": entry.patient_id}
        made = Offer(conversation_id=desk.lines["Maria"], state=OfferState.LAPSED, made_at=tx.now, **own)
        tx.session.add(made)
        tx.session.flush()
        conversations.ask(tx, desk.line(tx, "Maria"), PromptKind.OFFER, made.id)

    desk.house.run(offer)
    desk.choose(desk.show()[0])
    assert desk.house.run(lambda tx: conversations.open_prompts(tx, desk.lines["Maria"])) == []


@pytest.mark.parametrize("round_", range(10))
def test_two_who_choose_one_time_at_the_same_instant_get_one_visit(desk: Desk, round_: int) -> None:
    """Maria's minutes are over, so Ana is shown it too; then both answer at once."""
    del round_
    old = desk.show("Maria")[0]
    desk.house.later(minutes=30)
    new = desk.show("Ana")[0]
    assert old.starts_at == new.starts_at
    assert sorted(desk.choose_together(old, new)) == [Outcome.BOOKED, Outcome.GONE]
    assert len(desk.booked()) == 1


@pytest.mark.parametrize("round_", range(5))
def test_two_whose_minutes_are_both_over_get_one_visit(desk: Desk, round_: int) -> None:
    del round_
    old = desk.show("Maria")[0]
    desk.house.later(minutes=30)
    new = desk.show("Ana")[0]
    desk.house.later(minutes=30)
    desk.house.run(lambda tx: holds.release_due(tx, desk.lines["Ana"]))
    assert sorted(desk.choose_together(old, new)) == [Outcome.BOOKED, Outcome.GONE]
    assert len(desk.booked()) == 1


def test_a_time_ends_with_its_buffer(desk: Desk) -> None:
    desk.house.run(
        lambda tx: setattr(tx.session.get_one(AppointmentType, desk.kind.id), "buffer_minutes", 15)
    )
    held = desk.show()[0]
    assert held.ends_at - held.starts_at == timedelta(minutes=45)
