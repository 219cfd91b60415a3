"""What nobody decides: jobs run late, twice or not at all, processes die, the carrier errs, time passes."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot import due, outbox
from tests.stateful.carrier import Mood
from tests.stateful.stage import PICK, Stage
from tests.stateful.world import NEW_YORK

REPORTS = (
    *(("delivered", None),) * 3,
    ("sent", None),
    ("undelivered", "30003"),
    ("failed", "30006"),
    ("undelivered", "21610"),
)


class Weather(Stage):
    @rule()
    def jobs_run(self) -> None:
        self._then("jobs run", True)

    @rule()
    def jobs_are_lost(self) -> None:
        self.world.lose_jobs()
        self._look("jobs lost")

    @rule(work=st.booleans())
    def the_sweep_comes(self, work: bool) -> None:
        self.world.sweep()
        self._then("sweeps", work)

    @rule(pick=PICK, twice=st.booleans())
    def due_work_is_tried(self, pick: int, twice: bool) -> None:
        """Whether or not it is due."""
        due_id = self._one(pick, "SELECT id FROM due_work WHERE done_at IS NULL ORDER BY due_at, id")
        for _ in range(1 + twice):
            if due_id is not None:
                due.do(self.world.services, due_id)
        self._look("tries due work")

    @rule(pick=PICK, minutes=st.integers(0, 90))
    def an_opening_is_looked_at(self, pick: int, minutes: int) -> None:
        """Later than it should be."""
        opening_id = self._opening(pick)
        self.world.clock.forward(timedelta(minutes=minutes))
        found = self.world.ids("SELECT id FROM due_work WHERE subject_id = %(id)s ORDER BY id", id=opening_id)
        for due_id in found:
            due.do(self.world.services, due_id)
        self._then("an opening is looked at", True)

    @rule(pick=PICK)
    def a_process_dies_before_it_sends(self, pick: int) -> None:
        self.world.claim(self.world.senders[pick % 2])
        self._look("claims and dies")

    @rule()
    def a_worker_dies_before_its_next_reply_goes(self) -> None:
        self.world.lane.worker_dies = True
        self._look("a worker will die")

    @rule(pick=PICK)
    def a_process_dies_after_it_sent(self, pick: int) -> None:
        claimed = self.world.claim(self.world.senders[pick % 2])
        if isinstance(claimed, outbox.Claimed):
            self.world.carrier.take(claimed.outgoing)
        self._look("sends and dies")

    # The carrier

    @rule(mood=st.sampled_from(list(Mood)), away=st.booleans())
    def carrier_feels(self, mood: Mood, away: bool) -> None:
        self.world.carrier.mood, self.world.carrier.away = mood, away
        self._look(f"carrier {mood}, away {away}")

    @rule(pick=PICK, said=st.sampled_from(REPORTS), work=st.booleans())
    def carrier_reports(self, pick: int, said: tuple[str, str | None], work: bool) -> None:
        taken = self.world.carrier.taken
        if taken:
            self.world.report(taken[-1 - pick % len(taken)], *said)
        self._then(f"reports {said}", work)

    # The clock

    @rule(minutes=st.sampled_from([1, 3, 5, 11, 15, 30, 45, 60, 121]))
    def minutes_pass(self, minutes: int) -> None:
        self.world.until(self.world.clock() + timedelta(minutes=minutes), least=timedelta(minutes=5))
        self._look(f"{minutes} minutes")

    @rule(hours=st.sampled_from([4, 9, 14, 24, 26, 49]))
    def nobody_works_for_hours(self, hours: int) -> None:
        """An outage: what should have happened meanwhile is all late."""
        self.world.clock.forward(timedelta(hours=hours))
        self.world.sweep()
        self._then(f"outage of {hours} hours", True)

    @rule(days=st.sampled_from([0, 1, 1, 2]), hour=st.sampled_from([8, 9, 12, 19, 20, 23]))
    def it_is_another_day(self, days: int, hour: int) -> None:
        local = self.world.clock().astimezone(NEW_YORK)
        then = datetime.combine(local.date() + timedelta(days=days), time(hour), NEW_YORK)
        self.world.until(max(then.astimezone(UTC), self.world.clock()), least=timedelta(minutes=20))
        self._look(f"{days} days on, {hour}:00")
