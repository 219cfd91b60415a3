"""What the carrier says twice, late or in another order ends as if it had been said once and in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg import Connection
from sqlalchemy import Engine

from clinic import openings
from clinic.openings import Freed
from rules.facts import Span
from rules.states import FreedBy
from tests.stateful.carrier import Taken
from tests.stateful.furnishing import PEOPLE, furnish
from tests.stateful.world import HALF_AN_HOUR, NEW_YORK, World
from tests.system import MovingClock

START = datetime(2026, 11, 30, 15, tzinfo=UTC)
PHONES = tuple(dict.fromkeys(person.phone for person in PEOPLE if person.phone))
BETWEEN = timedelta(minutes=3)
POLICY = {"dispatch": "batch", "threshold": 0.0}

SAID = st.sampled_from(["yes", "yes", "no", "undo", "STOP", "START"])
TEXTS = st.tuples(st.integers(0, len(PHONES) - 1), SAID)
ENDS = st.lists(
    st.sampled_from(["delivered", "delivered", "delivered", "undelivered"]), min_size=60, max_size=60
)
"""What becomes of each text of ours."""

_ENDING = """
    SELECT 'visit' AS what, p.first_name AS who, a.starts_at::text AS which, a.state FROM appointment a
    JOIN patient p ON p.id = a.patient_id
    UNION ALL SELECT 'entry', p.first_name, '', e.state FROM waitlist_entry e JOIN patient p ON p.id = e.patient_id
    UNION ALL SELECT 'offer', p.first_name, n.starts_at::text, o.state FROM offer o
    JOIN patient p ON p.id = o.patient_id JOIN opening n ON n.id = o.opening_id
    UNION ALL SELECT 'slot', '', starts_at::text || freed_by, state FROM opening
    UNION ALL SELECT 'text', address, coalesce(phrase, body),
    coalesce(outbox_state || delivery_state, inbound_state) FROM message
    ORDER BY 1, 2, 3, 4
"""


@settings(
    max_examples=2,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(texts=st.lists(TEXTS, min_size=2, max_size=5), ends=ENDS, seed=st.integers(0, 2**32))
def test_twice_late_and_out_of_order_ends_like_once_and_in_order(
    engine: Engine,
    eyes: Connection[dict[str, Any]],
    texts: Sequence[tuple[int, str]],
    ends: list[str],
    seed: int,
) -> None:
    clean = ending(World(engine, eyes, MovingClock()), texts, ends, None)
    noisy = ending(World(engine, eyes, MovingClock()), texts, ends, Random(seed))
    assert noisy == clean


@dataclass
class Played:
    """One run of the script, with a carrier that is confused as `noise` says, or not at all."""

    world: World
    ends: Sequence[str]
    noise: Random | None
    told: int = 0

    def say(self, phone: str, body: str) -> None:
        came = self.world.text(phone, body)
        for _ in range(self._more()):
            self.world.text(came.sender, came.body, came.sid)
        self.settle()
        for _ in range(self._more()):
            self.world.text(came.sender, came.body, came.sid)
        self.settle()

    def settle(self) -> None:
        """All there is to do now, and what the carrier has to say of the texts that went out."""
        self.world.work()
        while self.told < len(self.world.carrier.taken):
            number, self.told = self.told, self.told + 1
            taken = self.world.carrier.taken[number]
            for said in self._in_some_order(["sent", self.ends[number % len(self.ends)]]):
                self._report(taken, said)
            for _ in range(self._more()):
                assert self.noise is not None
                self._report(self.noise.choice(self.world.carrier.taken[: number + 1]), "queued")
            self.world.work()

    def _in_some_order(self, said: list[str]) -> list[str]:
        if self.noise is None:
            return said
        more = [*said, *said, "sending"]
        self.noise.shuffle(more)
        return more

    def _report(self, taken: Taken, said: str) -> None:
        self.world.report(taken, said, "30003" if said == "undelivered" else None)

    def _more(self) -> int:
        return self.noise.randint(0, 2) if self.noise is not None else 0


def ending(
    world: World, texts: Sequence[tuple[int, str]], ends: Sequence[str], noise: Random | None
) -> Sequence[dict[str, Any]]:
    """How everything stands when it is over."""
    world.clock.set(START)
    furnish(world, POLICY, visits=6)
    played = Played(world, ends, noise)
    for half in range(2):
        begins = datetime.combine(START.date() + timedelta(days=3), time(11), NEW_YORK) + HALF_AN_HOUR * half
        span = Span(begins.astimezone(UTC), (begins + HALF_AN_HOUR).astimezone(UTC))
        freed = Freed(world.providers[half], span, FreedBy.NEW_AVAILABILITY)
        world.run(lambda tx, freed=freed: openings.open_slot(tx, freed, world.staff))
        played.settle()
    for number, (who, body) in enumerate(texts, 1):
        world.clock.set(START + BETWEEN * number)
        played.say(PHONES[who], body)
    world.close()
    return world.rows(_ENDING)
