"""What is done for a whole clinic at once: asked for here, done after the answer, watched by its id."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from bot.api.endpoint import Call, Nothing, Shape
from bot.api.problems import not_here
from clinic import matching_runs, runs
from rules.states import RunState
from storage.tables import Run
from storage.transaction import Tx


class RunOut(Shape):
    """A run: `done` of `total` so far, and what came of it."""

    id: UUID
    kind: str = Field(description="match_all, scores or risk.")
    state: RunState
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    done: int
    total: int | None = Field(description="Openings, entries or patients; none before it starts.")
    result: dict[str, int] | None = Field(description="Counts, once it is over.")


class Watched(Shape):
    run: UUID | None = Field(default=None, description="Left out: the run that was asked for last.")


class Woken(Shape):
    woken: int = Field(description="So many pieces of work are done now.")


def match_all(tx: Tx, call: Call[Nothing, Nothing]) -> RunOut:
    """Match every opening that nobody is asked about, all of them as a whole, and offer what is found. While
    such a run is under way, it is answered with that one."""
    return _shaped(call, runs.ask(tx, runs.MATCH_ALL, call.by))


def update_scores(tx: Tx, call: Call[Nothing, Nothing]) -> RunOut:
    """Write the stored scores of everybody who waits anew. They only sort lists."""
    return _shaped(call, runs.ask(tx, runs.SCORES, call.by))


def process_now(tx: Tx, call: Call[Nothing, Nothing]) -> Woken:
    """Do now what is due, and look at every opening that is free."""
    return Woken(woken=matching_runs.process_now(tx, call.by))


def calculate_risk(tx: Tx, call: Call[Nothing, Nothing]) -> RunOut:
    """Work out every patient's risk as things stand now, as is done every night."""
    return _shaped(call, runs.ask(tx, runs.RISK, call.by))


def status(tx: Tx, call: Call[Watched, Nothing]) -> RunOut:
    """How far a run is."""
    return _found(tx, call, (runs.MATCH_ALL, runs.SCORES))


def risk_status(tx: Tx, call: Call[Watched, Nothing]) -> RunOut:
    """How far a run is."""
    return _found(tx, call, (runs.RISK,))


def _found(tx: Tx, call: Call[Watched, Nothing], kinds: Collection[str]) -> RunOut:
    run = runs.find(tx, kinds, call.query.run)
    if run is None:
        raise not_here()
    return _shaped(call, run)


def _shaped(call: Call[Any, Any], run: Run) -> RunOut:
    return RunOut(
        id=run.id,
        kind=run.kind,
        state=run.state,
        asked_at=call.local(run.asked_at),
        started_at=call.local(run.started_at) if run.started_at else None,
        ended_at=call.local(run.ended_at) if run.ended_at else None,
        done=run.done,
        total=run.total,
        result=run.result,
    )
