"""What the steps of the machine stand on: a clinic that opens, a look after every step, and an end at which all is
at rest."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize
from psycopg import Connection
from sqlalchemy import Engine

from clinic import (
    approvals,
    campaigns,
    handoff,
    pausing,
)
from tests.stateful import invariants
from tests.stateful.carrier import Mood
from tests.stateful.furnishing import furnish
from tests.stateful.world import HALF_AN_HOUR, World
from tests.system import MovingClock

STARTS = (
    datetime(2026, 10, 29, 14, tzinfo=UTC),  # three days before the clocks go back
    datetime(2027, 3, 12, 15, tzinfo=UTC),  # two days before they go forward
    datetime(2026, 11, 30, 15, tzinfo=UTC),  # a Monday
)
PICK = st.integers(0, 255)
"""Which of those there are: counted round."""

OUTSTANDING = "('queued', 'open')"
UPCOMING = "('requested', 'booked', 'confirmed')"
LIVE = "('open', 'offering', 'expired')"
POLICIES = st.fixed_dictionaries(
    {
        "dispatch": st.sampled_from(["adaptive", "sequential", "batch"]),
        "hard_holds": st.booleans(),
        "undo_minutes": st.sampled_from([10, 0]),
        "staff_undo_minutes": st.sampled_from([2, 0]),
        "give_up_minutes": st.sampled_from([120, 0]),
        "first_come": st.booleans(),
        "threshold": st.sampled_from([0.0, 0.0, 0.7]),
    }
)


class Stage(RuleBasedStateMachine):
    """`engine`, `eyes` and `count` are set by whoever runs it (test_stress.py)."""

    engine: Engine
    eyes: Connection[dict[str, Any]]
    count: Callable[[str], None] = staticmethod(lambda _rule: None)

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.engine, self.eyes, MovingClock())
        self.stands: invariants.Standing = {}
        self.inbound: list[Any] = []
        self.over = True  # until it has begun

    @initialize(start=st.sampled_from(STARTS), policy=POLICIES, visits=st.integers(6, 14))
    def opens(self, start: datetime, policy: dict[str, Any], visits: int) -> None:
        self.world.clock.set(start)
        furnish(self.world, policy, visits=visits)
        self.stands = invariants.standing(self.world)
        self.over = False
        self._look("opens")

    def teardown(self) -> None:
        """The clinic goes on for days, with nobody doing anything: then all is at rest."""
        if not self.over:
            self._drain()
        self.world.close()

    def _drain(self) -> None:
        world = self.world
        world.carrier.mood, world.carrier.away = Mood.TAKES, False
        world.run(lambda tx: pausing.resume_clinic(tx, world.staff))
        for provider_id in world.providers:
            world.run(lambda tx, each=provider_id: pausing.resume_provider(tx, each, world.staff))
        for campaign_id in world.ids("SELECT id FROM campaign WHERE state = 'paused'"):
            self._staff(campaigns.resume, campaign_id)
        world.sweep()
        for _ in range(
            8
        ):  # a slot that is filled may free another, a text have one behind it, on a later day
            self._everything_seen()
            world.until(self._last_start() + timedelta(hours=13), least=timedelta(hours=4))
        self._look("drained", at_the_end=True)

    def _last_start(self) -> datetime:
        """Until then somebody is asked about a slot, reminded of a visit, or written to by a campaign."""
        found = self.world.rows(f"""
            SELECT max(starts_at) AS at FROM (
                SELECT starts_at FROM opening WHERE state IN ('open', 'offering')
                UNION ALL SELECT starts_at FROM appointment WHERE state IN {UPCOMING}
                UNION ALL SELECT expires_at FROM message WHERE outbox_state = 'queued' AND klass = 'campaign'
                UNION ALL SELECT due_at FROM due_work WHERE kind = 'campaign' AND done_at IS NULL
            ) AS begins
        """)
        return max(filter(None, (found[0]["at"], self.world.clock())))

    def _everything_seen(self) -> None:
        """Somebody looks at what needs a person: else it alerts for ever."""
        for each in self.world.ids("SELECT id FROM conversation WHERE holder = 'person' ORDER BY id"):
            self._staff(handoff.opened_by_staff, each)
        for each in self.world.ids("SELECT id FROM appointment WHERE state = 'requested' ORDER BY id"):
            self._staff(approvals.approve, each)

    # How a step is made

    def _look(self, rule_name: str, *, at_the_end: bool = False) -> None:
        """After a step: what was sent, what stands, what is in the log."""
        self.count(rule_name)
        world, wrong = self.world, []
        wrong += world.errors + world.unwelcome()
        wrong += [f"nothing_is_sent_twice: {each}" for each in world.carrier.sent_twice()]
        wrong += invariants.broken(world, at_the_end=at_the_end)
        stands = invariants.standing(world)
        wrong += invariants.unlogged(self.stands, stands)
        self.stands = stands
        if wrong:
            self.over = True
        assert not wrong, "\n".join([f"after {rule_name} at {world.clock()}", *wrong])

    def _then(self, rule_name: str, work: bool) -> None:
        if work:
            self.world.work()
        self._look(rule_name)

    def _run(self, operation: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return self.world.run(lambda tx: operation(tx, *given, **more))

    def _staff(self, operation: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return self._run(operation, *given, self.world.staff, **more)

    def _one(self, pick: int, statement: str, **values: object) -> UUID | None:
        found = self.world.ids(statement, **values)
        return found[pick % len(found)] if found else None

    def _visit(self, pick: int, states: str = UPCOMING, when: str = "starts_at > %(now)s") -> UUID | None:
        wanted = f"SELECT id FROM appointment WHERE state IN {states} AND {when} ORDER BY starts_at, id"
        return self._one(pick, wanted, now=self.world.clock())

    def _opening(self, pick: int) -> UUID | None:
        wanted = (
            f"SELECT id FROM opening WHERE state IN {LIVE} AND starts_at > %(now)s ORDER BY starts_at, id"
        )
        return self._one(pick, wanted, now=self.world.clock())

    def _offer(self, pick: int, states: str = OUTSTANDING) -> UUID | None:
        """One that was made: nobody has a link of what they were skipped for."""
        return self._one(pick, f"SELECT id FROM offer WHERE state IN {states} AND wave > 0 ORDER BY id")

    def _entry(self, pick: int) -> UUID | None:
        return self._one(
            pick, "SELECT id FROM waitlist_entry WHERE state IN ('active', 'offered') ORDER BY id"
        )

    def _conversation(self, pick: int) -> UUID | None:
        return self._one(pick, "SELECT id FROM conversation ORDER BY id")

    def _half_hour(self, hours: int) -> datetime:
        now = self.world.clock().replace(minute=0, second=0, microsecond=0)
        return now + timedelta(hours=hours // 2 + 1) + HALF_AN_HOUR * (hours % 2)
