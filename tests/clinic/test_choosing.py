"""Times shown to a patient: kept, run out, chosen, taken by somebody else, given back, approved."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, time, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from bot.due import IN_ONE_TRANSACTION
from clinic import approvals, choosing, conversations, holds, restoring, undo
from clinic.audit import SYSTEM
from clinic.choosing import Outcome
from clinic.slots import Search
from rules.states import (
    ACTIVE_APPOINTMENT,
    AppointmentState,
    ConfirmMode,
    DueKind,
    EntryState,
    FreedBy,
    HoldState,
    OfferState,
    PromptKind,
)
from rules.wanted import Stretch, Wanted
from storage.tables import (
    Appointment,
    AppointmentType,
    Availability,
    Conversation,
    DueWork,
    Hold,
    Message,
    Offer,
    Opening,
    TimeOff,
    WaitlistEntry,
)
from storage.transaction import Tx
from tests import factories
from tests.clinic.conftest import House
from tests.clinic.days import NEW_YORK, TUESDAY, at


@dataclass
class Desk:
    """Dr Lee works on Tuesday from nine to twelve; Maria and Ana have phones of their own."""

    house: House
    lee: Any
    kind: Any
    patients: dict[str, UUID]
    lines: dict[str, UUID]

    def show(self, who: str = "Maria", **changes: Any) -> list[Hold]:
        search = {
            "patient_id": self.patients[who],
            "type_id": self.kind.id,
            "wanted": Wanted((Stretch(TUESDAY, TUESDAY),)),
        }
        return self.house.run(lambda tx: list(holds.show(tx, self.line(tx, who), Search(**search | changes))))

    def choose(self, held: Hold, who: str = "Maria") -> Outcome:
        return self.house.run(lambda tx: choosing.choose(tx, self.line(tx, who), held.id))

    def choose_together(self, marias: Hold, anas: Hold) -> list[Outcome]:
        """Both choose at the same instant."""
        together = Barrier(2)

        def answer(held: Hold, who: str) -> Outcome:
            together.wait()
            return self.choose(held, who)

        with ThreadPoolExecutor(2) as both:
            said = [both.submit(answer, marias, "Maria"), both.submit(answer, anas, "Ana")]
            return [each.result() for each in said]

    def undo(self, who: str = "Maria") -> bool:
        def take_back(tx: Tx) -> bool:
            line = self.line(tx, who)
            newest = undo.newest(tx, line.id)
            return newest is not None and restoring.put_back(tx, line, newest)

        return self.house.run(take_back)

    def line(self, tx: Tx, who: str) -> Conversation:
        return tx.session.get_one(Conversation, self.lines[who])

    def booked(self) -> list[Appointment]:
        return self.rows(select(Appointment).where(Appointment.state.in_(ACTIVE_APPOINTMENT)))

    def rows(self, statement: Any) -> list[Any]:
        return self.house.run(lambda tx: list(tx.session.scalars(statement)))

    def said(self) -> str:
        return str(self.rows(select(Message.body).order_by(Message.id.desc()))[0])


@pytest.fixture
def desk(house: House) -> Desk:
    def furnish(tx: Tx) -> Desk:
        lee, kind = factories.provider(tx), factories.visit_type(tx)
        tx.session.add(Availability(provider_id=lee.id, weekday=1, from_time=time(9), until_time=time(12)))
        phones = {
            "Maria": f"+1212555{house.clinic_id.int % 1000:03}1",
            "Ana": f"+1212555{house.clinic_id.int % 1000:03}2",
        }
        return Desk(
            house,
            lee,
            kind,
            {name: factories.patient(tx, f"{name} X", phone=phone).id for name, phone in phones.items()},
            {name: factories.conversation(tx, phone).id for name, phone in phones.items()},
        )

    return house.run(furnish)


def clocks(shown: list[Hold]) -> list[str]:
    return [f"{held.starts_at.astimezone(NEW_YORK):%H:%M}" for held in shown]


def test_what_is_shown_to_one_is_not_shown_to_the_next(desk: Desk) -> None:
    assert clocks(desk.show("Maria")) == ["09:00", "10:00", "11:00"]
    assert clocks(desk.show("Ana")) == ["09:30", "10:30", "11:30"]


def test_a_new_list_stands_in_the_place_of_the_old(desk: Desk) -> None:
    first = desk.show()
    desk.show()
    old = desk.rows(select(Hold.state).where(Hold.id.in_([held.id for held in first])))
    assert set(old) == {HoldState.RELEASED}


@pytest.mark.parametrize("round_", range(5))
def test_two_who_ask_at_the_same_instant_are_shown_different_times(desk: Desk, round_: int) -> None:
    """Both searches see all of them free; the database says no to one of the two, who is shown the next best."""
    del round_
    together = Barrier(2)

    def ask(who: str) -> list[Hold]:
        together.wait()
        return desk.show(who)

    with ThreadPoolExecutor(2) as both:
        shown = [each.result() for each in (both.submit(ask, "Maria"), both.submit(ask, "Ana"))]
    assert sorted(clocks(shown[0]) + clocks(shown[1])) == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
        "11:00",
        "11:30",
    ]


def test_the_minutes_run_out_by_themselves(desk: Desk) -> None:
    desk.show()
    due = desk.rows(
        select(DueWork).where(DueWork.kind == DueKind.HOLD, DueWork.subject_id == desk.lines["Maria"])
    )
    desk.house.later(minutes=10)
    assert [each.due_at for each in due] == [desk.house.now]
    work = IN_ONE_TRANSACTION[DueKind.HOLD]
    assert desk.house.run(lambda tx: work(tx, desk.lines["Maria"])) is None
    assert set(desk.rows(select(Hold.state))) == {HoldState.RELEASED}


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
