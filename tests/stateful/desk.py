"""What the desk does with visits: cancels, books, moves, marks, approves."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from clinic import (
    approvals,
    by_hand,
    desk_booking,
    moving,
    no_shows,
    reminders,
    slots,
    staff_cancels,
)
from clinic.appointments import Booking
from clinic.slots import Search
from rules.states import FilledBy
from storage.transaction import Tx
from tests.stateful.stage import PICK, Stage


class Desk(Stage):
    @rule(pick=PICK, tell=st.booleans(), work=st.booleans())
    def staff_cancel(self, pick: int, tell: bool, work: bool) -> None:
        visit_id = self._visit(pick)
        if visit_id is not None:
            self._staff(staff_cancels.cancel, visit_id, tell=tell)
        self._then("staff cancel", work)

    @rule(pick=PICK)
    def staff_undo_a_cancel(self, pick: int) -> None:
        visit_id = self._visit(pick, when="cancel_due_at IS NOT NULL AND starts_at > %(now)s")
        if visit_id is not None:
            self._staff(staff_cancels.undo, visit_id)
        self._look("undo a cancel")

    @rule(pick=PICK, tell=st.booleans(), work=st.booleans())
    def staff_cancel_and_think_better(self, pick: int, tell: bool, work: bool) -> None:
        visit_id = self._visit(pick, when="cancel_due_at IS NULL AND starts_at > %(now)s")
        if visit_id is None:
            return
        row = "SELECT * FROM appointment WHERE id = %(id)s"
        before = self.world.rows(row, id=visit_id)
        if self._staff(staff_cancels.cancel, visit_id, tell=tell) and self._staff(
            staff_cancels.undo, visit_id
        ):
            assert self.world.rows(row, id=visit_id) == before, "an undone cancel leaves the visit as it was"
        self._then("cancel and undo", work)

    @rule(opening=PICK, entry=PICK, tell=st.booleans(), work=st.booleans())
    def staff_book_an_entry(self, opening: int, entry: int, tell: bool, work: bool) -> None:
        opening_id, entry_id = self._opening(opening), self._entry(entry)
        if opening_id is not None and entry_id is not None:
            self._staff(desk_booking.book_entry, opening_id, entry_id, tell=tell)
        self._then("book entry", work)

    @rule(entry=PICK, place=PICK, work=st.booleans())
    def staff_book_free_time(self, entry: int, place: int, work: bool) -> None:
        entry_id = self._entry(entry)
        if entry_id is not None:
            self._run(self._book_free_time, entry_id, place)
        self._then("book free time", work)

    def _book_free_time(self, tx: Tx, entry_id: UUID, place: int) -> None:
        row = self.world.rows(
            "SELECT patient_id, type_id FROM waitlist_entry WHERE id = %(id)s", id=entry_id
        )[0]
        found = slots.find(tx, Search(row["patient_id"], row["type_id"]), limit=20)
        if found:
            slot = found[place % len(found)]
            desk_booking.book_entry_at(tx, slot, entry_id, self.world.staff, tell=True)

    @rule(patient=PICK, provider=PICK, hours=st.integers(1, 60), work=st.booleans())
    def staff_book_a_visit(self, patient: int, provider: int, hours: int, work: bool) -> None:
        """By phone, at any half hour: perhaps over something else."""
        start = self._half_hour(hours)
        booking = Booking(
            self.world.patients[patient % len(self.world.patients)],
            self.world.providers[provider % 2],
            self.world.types[patient % 2],
            start,
        )
        self._staff(desk_booking.book, booking, tell=True)
        self._then("book a visit", work)

    @rule(
        opening=PICK,
        patient=PICK,
        how=st.sampled_from([FilledBy.STAFF, FilledBy.WALK_IN]),
        work=st.booleans(),
    )
    def somebody_walks_in(self, opening: int, patient: int, how: FilledBy, work: bool) -> None:
        opening_id = self._opening(opening)
        if opening_id is not None:
            who = self.world.patients[patient % len(self.world.patients)]
            self._staff(by_hand.fill, opening_id, patient_id=who, type_id=self.world.types[0], how=how)
        self._then("walk-in", work)

    @rule(pick=PICK, hours=st.integers(1, 90), provider=st.sampled_from([None, 0, 1]), work=st.booleans())
    def staff_move_a_visit(self, pick: int, hours: int, provider: int | None, work: bool) -> None:
        visit_id = self._visit(pick)
        if visit_id is not None:
            to = self.world.providers[provider] if provider is not None else None
            self._staff(moving.move, visit_id, self._half_hour(hours), to, tell=True)
        self._then("move", work)

    @rule(pick=PICK, minutes=st.sampled_from([0, 1, 14]), work=st.booleans())
    def nobody_comes(self, pick: int, minutes: int, work: bool) -> None:
        visit_id = self._visit(pick % 3, when="ends_at > %(now)s - interval '1 day'")
        if visit_id is not None:
            begins = self.world.rows("SELECT starts_at FROM appointment WHERE id = %(id)s", id=visit_id)[0][
                "starts_at"
            ]
            self.world.clock.set(max(begins + timedelta(minutes=minutes), self.world.clock()))
            self._staff(no_shows.mark, visit_id)
        self._then("no-show", work)

    @rule(pick=PICK, work=st.booleans())
    def they_came_after_all(self, pick: int, work: bool) -> None:
        visit_id = self._visit(pick, "('no_show')", "true")
        if visit_id is not None:
            self._staff(no_shows.undo, visit_id)
        self._then("no no-show", work)

    @rule(pick=PICK, yes=st.booleans(), work=st.booleans())
    def staff_decide(self, pick: int, yes: bool, work: bool) -> None:
        visit_id = self._visit(pick, "('requested')")
        if visit_id is not None:
            self._staff(approvals.approve if yes else approvals.refuse, visit_id)
        self._then("approve" if yes else "refuse", work)

    @rule(pick=PICK, work=st.booleans())
    def staff_confirm_or_remind(self, pick: int, work: bool) -> None:
        visit_id = self._visit(pick)
        if visit_id is not None:
            self._staff(reminders.remind if pick % 2 else desk_booking.confirm, visit_id)
        self._then("remind or confirm", work)
