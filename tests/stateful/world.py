"""A clinic under stress: the real operations, a real database, a carrier at its worst, a clock that jumps.

Wakes are kept instead of queued, so that the machine decides when a job runs, or that it is lost.
"""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from psycopg import Connection
from redis import Redis
from sqlalchemy import Engine

from bot import conversation, due, outbox
from bot.lanes import Lanes
from bot.services import Services
from bot.settings import Settings
from bot.sweep import sweep
from clinic.audit import By
from nlu.client import NluClient
from rules.states import Channel
from storage.queries import inbound, status
from storage.queries import outbox as queue
from storage.queries.inbound import Inbound
from storage.transaction import Links, Store, Tx
from tests.stateful.carrier import Carrier, Taken
from tests.stateful.model import Phrasebook
from tests.stateful.promise import AT_A_CLAIM
from tests.system import MovingClock

T = TypeVar("T")

LINE, MAILBOX = "+12125550100", "visits@lakeside.example"
NEW_YORK = ZoneInfo("America/New_York")
HALF_AN_HOUR = timedelta(minutes=30)
ONE_MINUTE = timedelta(minutes=1)
MOST_JOBS = 400
"""So many jobs follow from one event at most; more, and work makes work without end."""

_NEXT_DUE = """
    SELECT min(at) AS at FROM (
        SELECT due_at AS at FROM due_work WHERE done_at IS NULL
        UNION ALL SELECT coalesce(not_before, created_at) FROM message WHERE outbox_state = 'queued'
        UNION ALL SELECT coalesce(retry_at, created_at) FROM message WHERE inbound_state = 'unread'
        UNION ALL SELECT claimed_at + interval '31 seconds' FROM message WHERE outbox_state = 'claimed'
    ) AS due
"""


_UNWELCOME = """
    WITH claimed AS (
        SELECT m.*, c.holder, n.opted_out_at, n.carrier_blocked_at, n.no_offers_at, n.wrong_number_at,
        m.claimed_at AT TIME ZONE coalesce(p.zone, 'America/New_York') AS local, m.phrase LIKE 'offer%%'
        AND m.klass = 'offer' AND m.phrase !~ '^offer_(taken|withdrawn)' AS offers
        FROM message m JOIN conversation c ON c.id = m.conversation_id
        LEFT JOIN contact_point n ON n.address = m.address LEFT JOIN patient p ON p.id = m.patient_id
        WHERE m.id = %(id)s
    )
    SELECT 'nobody_is_texted_at_night' AS name FROM claimed WHERE klass IN ('offer', 'reminder', 'campaign')
    AND (local::time < '09:00' OR local::time >= '20:00')
    UNION ALL SELECT 'stop_means_stop' FROM claimed WHERE (carrier_blocked_at IS NOT NULL OR (
        opted_out_at IS NOT NULL AND phrase !~ '(stop_done|start_hint|help|emergency)'
    )) AND klass <> 'alert'
    UNION ALL SELECT 'no_offer_while_a_person_has_it' FROM claimed WHERE offers AND holder = 'person'
    UNION ALL SELECT 'no_offer_where_none_is_wanted' FROM claimed
    WHERE offers AND (no_offers_at IS NOT NULL OR wrong_number_at IS NOT NULL)
    UNION ALL SELECT 'stale_is_dropped' FROM claimed WHERE expires_at < claimed_at
    UNION ALL SELECT 'nobody_is_reminded_of_what_is_not_to_come' FROM claimed m
    JOIN prompt p ON p.message_id = m.id AND p.kind = 'reminder' JOIN appointment a ON a.id = p.subject_id
    WHERE a.state NOT IN ('booked', 'confirmed') OR a.starts_at <= m.claimed_at OR a.cancel_due_at IS NOT NULL
"""
"""What a text must not be at the moment it is claimed, beside what the promises say (`when_claimed`)."""


@cache
def _unwelcome() -> str:
    promised = [f"SELECT '{query.__name__}' FROM ({query()}) AS found" for query in AT_A_CLAIM]
    return " UNION ALL ".join([_UNWELCOME, *promised])


class NeverAtRest(AssertionError):
    """Work made work without end."""


class EmptyQueues:
    """In the place of Redis: what is woken here is worked by the world itself."""

    def llen(self, _key: str) -> int:
        return 0


@dataclass
class Lane:
    """The calls that a worker makes beside its turns, one after the other. There is room half the time."""

    world: "World"
    worker_dies: bool = False

    def has_room(self) -> bool:
        return self.world.texts % 2 == 0

    def run(
        self, call: Callable[[Services, outbox.Claimed], None], services: Services, claimed: outbox.Claimed
    ) -> None:
        self.world.heed(claimed)
        if self.worker_dies:
            self.worker_dies = False
        else:
            call(services, claimed)


@dataclass
class World:
    """One clinic and all that goes on in it."""

    engine: Engine
    eyes: Connection[dict[str, Any]]
    clock: MovingClock
    wakes: list[tuple[str, UUID]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    texts: int = 0
    clinic_id: UUID = field(init=False)
    staff: By = field(init=False)
    senders: list[UUID] = field(init=False)
    providers: list[UUID] = field(init=False)
    types: list[UUID] = field(init=False)
    patients: list[UUID] = field(init=False)

    def __post_init__(self) -> None:
        self.carrier = Carrier(self.clock)
        self.lane = Lane(self)
        links = Links("http://127.0.0.1", "a signing key")
        self.store = Store(self.engine, clock=self.clock, waker=self._wake, links=links)
        self.services = Services(
            settings=cast(Settings, None),
            store=self.store,
            redis=cast(Redis, EmptyQueues()),
            model=cast(NluClient, Phrasebook()),
            channels=dict.fromkeys(Channel, self.carrier),
            clock=self.clock,
            lanes=cast(Lanes, self.lane),
        )
        self._logged_before = structlog.get_config()
        structlog.configure(processors=[self._heed])

    def _wake(self, kind: str, subject_id: UUID) -> None:
        if kind != "live" and (kind, subject_id) not in self.wakes:
            self.wakes.append((kind, subject_id))

    def _heed(self, _logger: Any, _level: str, event: dict[str, Any]) -> dict[str, Any]:
        """A turn that fails is tried again and parked: here it is an error to be told of."""
        if event.get("exc_info"):
            self.errors.append(f"{event.get('event')}: {traceback.format_exc()}")
        raise structlog.DropEvent

    def close(self) -> None:
        """Whoever comes after logs as whoever came before."""
        structlog.configure(**self._logged_before)

    # The database

    def run(self, work: Callable[[Tx], T]) -> T:
        return self.store.run(self.clinic_id, work)

    def rows(self, statement: str, **values: object) -> Sequence[dict[str, Any]]:
        """What stands in the tables, seen past everything that is ours."""
        return self.eyes.execute(statement, values).fetchall()  # type: ignore[arg-type]

    def ids(self, statement: str, **values: object) -> list[UUID]:
        return [row["id"] for row in self.rows(statement, **values)]

    # What happens by itself

    def work(self) -> None:
        """Every job that was asked for, and what they ask for in turn, until nothing is left."""
        for _ in range(MOST_JOBS):
            if not self.wakes:
                return
            kind, subject_id = self.wakes.pop(0)
            self._job(kind, subject_id)
        raise NeverAtRest(self.wakes[:5])

    def _job(self, kind: str, subject_id: UUID) -> None:
        if kind == "inbound":
            conversation.drain(self.services, subject_id)
        elif kind == "outbound":
            self.pump(subject_id)
        else:
            due.do(self.services, subject_id)

    def lose_jobs(self) -> None:
        """Redis was emptied."""
        self.wakes.clear()

    def sweep(self) -> int:
        return sweep(self.services)

    def pump(self, sender_id: UUID, *, most: int = 50) -> None:
        """What `outbox.pump` does, without its threads: one claim after the other."""
        for _ in range(most):
            claimed = self.claim(sender_id)
            if claimed is None:
                return
            if isinstance(claimed, outbox.Claimed):
                outbox.deliver(self.services, claimed)

    def claim(self, sender_id: UUID) -> outbox.Claimed | outbox.Skipped | outbox.Wait | None:
        def claim(tx: Tx) -> outbox.Claimed | outbox.Skipped | outbox.Wait | None:
            message_id = queue.next_due(tx.session, sender_id, tx.now)
            return outbox.claim(tx, message_id) if message_id else None

        found = self.run(claim)
        if isinstance(found, outbox.Claimed):
            self.heed(found)
        return found

    def heed(self, claimed: outbox.Claimed) -> None:
        """Look at a claim that has just been committed."""
        found = self.rows(_unwelcome(), id=claimed.outgoing.message_id)
        self.wrong += [f"{row['name']}: {claimed.at}" for row in found]

    def unwelcome(self) -> list[str]:
        """What was wrong with the claims since the last look, each as it was when it was made."""
        found, self.wrong = self.wrong, []
        return found

    # The outside

    def text(self, phone: str, body: str, sid: str | None = None) -> Inbound:
        """A patient texts; with a `sid` seen before it is the carrier that says it again."""
        self.texts += sid is None
        came = Inbound(sid or f"SMin{self.texts:06}", phone, LINE, body, 0, None)
        with self.store.one_statement() as cursor:
            stored = inbound.store_once(cursor, came, self.clock())
        if stored.conversation_id is not None:
            self._wake("inbound", stored.conversation_id)
        return came

    def report(self, taken: Taken, said: str, code: str | None) -> None:
        """The carrier calls back about a text."""
        update = status.StatusUpdate(taken.outgoing.message_id, taken.sid, status.STATES[said], code)
        with self.store.unscoped() as session:
            wakes = status.record(session, update, self.clock())
        for kind, subject_id in wakes:
            self._wake(kind, subject_id)

    # Time

    def next_due(self) -> datetime | None:
        found: datetime | None = self.rows(_NEXT_DUE)[0]["at"]
        return found

    def until(self, end: datetime, *, least: timedelta = ONE_MINUTE, most: int = 1000) -> None:
        """Go on to `end`, stopping wherever something is due, `least` apart."""
        for _ in range(most):
            self.work()
            stop, now = self.next_due(), self.clock()
            then = end if stop is None else max(stop, now + least)
            if then >= end:
                self.clock.set(max(end, now))
                return
            self.clock.set(then)
            self.sweep()
        raise NeverAtRest(f"still busy at {self.clock()}")
