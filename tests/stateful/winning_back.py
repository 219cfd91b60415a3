"""What staff do about lost visits: text now, wait, write a call down, give up, book."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.admin.recovery_words import BY_STAFF
from clinic import recovery_attempts, recovery_by_hand, recovery_cases
from rules.states import AttemptChannel, AttemptResult, RecoveryEnd
from storage.tables import Appointment
from storage.transaction import Tx
from tests.stateful.stage import PICK, Stage


class WinningBack(Stage):
    @rule(pick=PICK, work=st.booleans())
    def staff_text_about_a_lost_visit(self, pick: int, work: bool) -> None:
        case_id = self._case(pick)
        if case_id is not None:
            self._staff(recovery_by_hand.text_now, case_id)
        self._then("text about a lost visit", work)

    @rule(pick=PICK, days=st.integers(1, 9), work=st.booleans())
    def staff_leave_them_alone(self, pick: int, days: int, work: bool) -> None:
        case_id = self._case(pick)
        if case_id is not None:
            until = (self.world.clock() + timedelta(days=days)).date()
            self._staff(recovery_by_hand.pause, case_id, until)
        self._then("pause a lost visit", work)

    @rule(pick=PICK, result=st.sampled_from(AttemptResult), work=st.booleans())
    def staff_call_about_a_lost_visit(self, pick: int, result: AttemptResult, work: bool) -> None:
        case_id = self._case(pick)
        if case_id is not None:
            self._staff(recovery_attempts.log_attempt, case_id, AttemptChannel.PHONE, result, "called")
        self._then("call about a lost visit", work)

    @rule(pick=PICK, because=st.sampled_from(list(BY_STAFF)), work=st.booleans())
    def staff_give_a_lost_visit_up(self, pick: int, because: RecoveryEnd, work: bool) -> None:
        case_id = self._case(pick)
        if case_id is not None:
            self._staff(recovery_cases.end_case, case_id, because)
        self._then("give a lost visit up", work)

    @rule(pick=PICK, place=PICK, work=st.booleans())
    def staff_book_in_its_place(self, pick: int, place: int, work: bool) -> None:
        visit_id = self._one(pick, "SELECT appointment_id AS id FROM cancellation ORDER BY id")
        if visit_id is not None:
            self._run(self._book, visit_id, place)
        self._then("book in place of a lost visit", work)

    def _book(self, tx: Tx, visit_id: UUID, place: int) -> None:
        visit = tx.session.get_one(Appointment, visit_id)
        found = recovery_by_hand.free_times(tx, visit)
        if found:
            slot = found[place % len(found)]
            recovery_by_hand.book(tx, visit, slot.provider_id, slot.span.start, self.world.staff, tell=True)

    def _case(self, pick: int) -> UUID | None:
        return self._one(pick, "SELECT id FROM recovery_case ORDER BY id")
