"""The transaction: one clinic, one moment, and what to wake once it is committed.

`Store.run(clinic_id, work)` is how everything is changed. Each query of a clinic-scoped table is narrowed
to that clinic here, in one place; `Store.unscoped()` is for the callers that serve all clinics (the sweep and
the webhooks, jobs that know an id only), and for signing in, where the clinic is not known yet.
`Store.statements()` is the same without a transaction round it: for what is one statement anyway.
`Store.one_statement()` is the driver's own cursor for a single statement: for what every webhook does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import namedtuple_row
from sqlalchemy import Engine, Executable, create_engine, event
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, sessionmaker, with_loader_criteria
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random

from rules.policy import Policy
from storage.fault_points import reach
from storage.tables import Clinic, ClinicScoped, ContactPoint, Message

T = TypeVar("T")
S = TypeVar("S", bound=Executable)
Waker = Callable[[str, UUID], None]
Clock = Callable[[], datetime]

RESTED_SECONDS = 0.5

DEADLOCK_OR_SERIALIZATION = ("40P01", "40001")
"""PostgreSQL's codes for "somebody else was in the way, do the whole thing again"."""


class WrongClinic(Exception):
    """A row of one clinic was about to be written in a transaction of another."""


@dataclass(frozen=True, slots=True)
class Links:
    """How links to ourselves are made. `public_url` has no slash at its end."""

    public_url: str
    signing_key: str


@dataclass(slots=True)
class Tx:
    """What every operation of `clinic` gets.

    `now` is read once, at the start. `wake(kind, id)` asks for attention after commit: a conversation with
    unread messages (`inbound`), a sender with texts to send (`outbound`), a due row (`due`), the screens of the
    clinic (`live`), or whoever has a chat open (`chat`). `said` holds the reply being put together for each
    conversation, so that one transaction sends one text to a number. `speaking` holds the language in which a
    conversation is being answered right now, `answering` the text that is answered in it. `points` holds numbers
    and mailboxes whose patients were asked for. `policy` is the clinic's, once somebody has asked for it.
    """

    session: Session
    clinic_id: UUID
    now: datetime
    links: Links
    said: dict[UUID, Message] = field(default_factory=dict)
    speaking: dict[UUID, str] = field(default_factory=dict)
    answering: dict[UUID, UUID] = field(default_factory=dict)
    points: dict[str, ContactPoint] = field(default_factory=dict)
    wakes: list[tuple[str, UUID]] = field(default_factory=list)
    policy: Policy | None = None
    _clinic: Clinic | None = None

    def wake(self, kind: str, subject_id: UUID) -> None:
        if (kind, subject_id) not in self.wakes:
            self.wakes.append((kind, subject_id))

    def clinic(self) -> Clinic:
        if self._clinic is None:
            self._clinic = self.session.get_one(Clinic, self.clinic_id)
        return self._clinic


def make_engine(database_url: str, *, pool_size: int = 5) -> Engine:
    """An engine whose errors never show the values of a statement (they may be a patient's).

    Its times come back in UTC, whatever zone the server is set to.
    """
    engine = create_engine(
        database_url,
        pool_size=pool_size,
        max_overflow=10,
        hide_parameters=True,
        connect_args={"options": "-c timezone=UTC"},
    )
    _ask_after_a_rest(engine)
    return engine


def _ask_after_a_rest(engine: Engine) -> None:
    """A connection that was not used for a moment is asked whether it still stands before it is used, and made
    anew where it does not; while work goes on, asking each time would cost a fifth of all that is asked."""

    @event.listens_for(engine, "checkin")
    def _rests(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _stands(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("rests_since", monotonic()) < RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None


class Store:
    """The database, the clock and the waker, put together once by `bot.services`."""

    def __init__(self, engine: Engine, *, clock: Clock, waker: Waker, links: Links) -> None:
        self.engine = engine
        self.clock = clock
        self._waker = waker
        self._links = links
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._statements = sessionmaker(autocommit, expire_on_commit=False)

    def run(self, clinic_id: UUID, work: Callable[[Tx], T]) -> T:
        """Do `work` in one transaction, commit, then wake what it asked for.

        A deadlock or serialization failure repeats the whole of it, three times at most.
        """
        again = Retrying(
            retry=retry_if_exception(_again),
            stop=stop_after_attempt(3),
            wait=wait_random(0.01, 0.1),
            reraise=True,
        )
        outcome: tuple[T, list[tuple[str, UUID]]] = again(self._committed, clinic_id, work)
        result, wakes = outcome
        reach("commit.unwoken")
        for kind, subject_id in wakes:
            self._waker(kind, subject_id)
        return result

    def _committed(self, clinic_id: UUID, work: Callable[[Tx], T]) -> tuple[T, list[tuple[str, UUID]]]:
        with self._sessions.begin() as session:
            session.info |= {"clinic_id": clinic_id, "only": _rows_of(clinic_id), "kept": set()}
            tx = Tx(session, clinic_id, self.clock(), self._links)
            return work(tx), tx.wakes

    @contextmanager
    def unscoped(self) -> Iterator[Session]:
        """A transaction over all clinics."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def statements(self) -> Iterator[Session]:
        """All clinics, each statement a transaction of its own: two trips to the database less than `unscoped`."""
        with self._statements.begin() as session:
            yield session

    @contextmanager
    def one_statement(self) -> Iterator[Cursor[Any]]:
        """All clinics, for one statement, kept at once. It is asked of the driver, with its `%(name)s`, and gives
        named tuples: by way of SQLAlchemy it would cost three times as much."""
        pooled = self.engine.raw_connection()
        connection: Any = pooled.driver_connection
        try:
            connection.autocommit = True
            yield connection.cursor(row_factory=namedtuple_row)
            connection.autocommit = False
        except BaseException:
            pooled.invalidate()
            raise
        pooled.close()

    def wake(self, kind: str, subject_id: UUID) -> None:
        """Ask for attention from outside a transaction."""
        self._waker(kind, subject_id)


def _again(error: BaseException) -> bool:
    return (
        isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in DEADLOCK_OR_SERIALIZATION
    )


def made_once(statement: S) -> S:
    """A statement that a module makes once and asks with every text: it is narrowed to a clinic once, too.
    Narrowed anew, SQLAlchemy would look through all of it each time, to find that it knows it."""
    return statement.execution_options(made_once=True)


@lru_cache(2000)
def _narrowed(statement: Executable, clinic_id: UUID) -> Executable:
    return statement.options(*_rows_of(clinic_id))


@lru_cache(1000)
def _rows_of(clinic_id: UUID) -> tuple[LoaderCriteriaOption, ...]:
    """What narrows a query to one clinic."""
    return (
        with_loader_criteria(ClinicScoped, lambda table: table.clinic_id == clinic_id, include_aliases=True),
        with_loader_criteria(Clinic, lambda table: table.id == clinic_id, include_aliases=True),
    )


@event.listens_for(Session, "do_orm_execute")
def _only_this_clinic(state: ORMExecuteState) -> None:
    only = state.session.info.get("only")
    if only is None or state.is_column_load or state.is_relationship_load:
        return
    if state.execution_options.get("made_once"):
        state.statement = _narrowed(state.statement, state.session.info["clinic_id"])
    else:
        state.statement = state.statement.options(*only)


@event.listens_for(Session, "loaded_as_persistent")
@event.listens_for(Session, "pending_to_persistent")
def _keep(session: Session, row: object) -> None:
    """Keep what was loaded for as long as the transaction: a session alone forgets what nobody holds, and asks
    again for the same clinic, policy and provider with every sentence."""
    if "kept" in session.info:
        session.info["kept"].add(row)


@event.listens_for(Session, "before_flush")
def _stamp_clinic(session: Session, _context: Any, _instances: Any) -> None:
    clinic_id = session.info.get("clinic_id")
    if clinic_id is None:
        return
    for row in session.new:
        if isinstance(row, ClinicScoped) and row.clinic_id is None:
            row.clinic_id = clinic_id
    for row in (*session.new, *session.dirty):
        if isinstance(row, ClinicScoped) and row.clinic_id != clinic_id:
            raise WrongClinic(type(row).__name__)
