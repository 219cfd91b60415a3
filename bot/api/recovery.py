"""Lost visits that should happen after all: how each stands, what was tried, and what staff do about it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import select

from bot.api import lists, refs
from bot.api.endpoint import Call, Day, Nothing, Shape
from bot.api.lists import Listed
from bot.api.problems import conflict, not_here, wrong
from bot.api.refs import Named, PatientRef, Ref
from clinic import recovery_attempts, recovery_by_hand, recovery_cases, recovery_list
from clinic.recovery_list import Line
from rules.recovery import Step
from rules.states import (
    OPEN_RECOVERY,
    STATE_AFTER,
    AttemptChannel,
    AttemptResult,
    CancellationKind,
    CancelReason,
    RecoveryEnd,
    RecoveryState,
)
from storage.queries import recovery as queries
from storage.queries.recovery_list import Kept, Tried
from storage.tables import Cancellation, Patient, RecoveryCase
from storage.transaction import Tx

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]

LONGEST_PAUSE = timedelta(days=366)


class AttemptOut(Shape):
    """One try: a text of the sequence, an answer that offered times, or what staff did."""

    id: UUID
    touch: int | None = Field(description="Which text of the sequence, from 1; null: staff's own.")
    channel: AttemptChannel = Field(description="`phone` with a touch is an automatic call, else staff's.")
    wording: str = Field(description="How it began: by how the visit was lost, again, last, reply, or staff.")
    words: str | None = Field(description="The clinic's own words that it began with; null: ours.")
    made_at: datetime
    sent_at: datetime | None
    result: AttemptResult
    note: str


class KeptOut(Shape):
    """A time that is kept for the patient while they think."""

    provider: Ref
    start: datetime
    until: datetime


class NextOut(Shape):
    """What is done next by itself: a text, a task for staff to call, or giving it up."""

    step: Step
    at: datetime


class RecoveryOut(Shape):
    """A lost visit, and how it stands."""

    id: UUID
    cancellation: UUID
    appointment: UUID
    patient: PatientRef
    provider: Ref
    type: Ref
    start: datetime = Field(description="When it was to be.")
    kind: CancellationKind
    reason: CancelReason | None
    state: RecoveryState
    opened_at: datetime
    paused_until: datetime | None
    answered_at: datetime | None = Field(description="They have written since they were last asked.")
    staff_asked_at: datetime | None = Field(description="Since when somebody is to call.")
    ended_at: datetime | None
    ended_because: RecoveryEnd | None
    replaced_by: UUID | None = Field(description="The visit in its place.")
    impact: str | None = Field(description="What its loss does to a treatment, in a sentence.")
    attempts: list[AttemptOut]
    kept_times: list[KeptOut]
    next: NextOut | None


class Recoveries(Shape):
    items: list[RecoveryOut]
    next: str | None


class Pending(Listed):
    patient: Named | None = None


class Wanted(Pending):
    state: RecoveryState | None = Field(default=None, description="Left out: every one.")


class Attempt(Shape):
    channel: AttemptChannel = AttemptChannel.PHONE
    result: AttemptResult = Field(
        default=AttemptResult.PENDING,
        description="declined ends it; a visit that is booked ends it by itself.",
    )
    note: Note = ""


class Wish(StrEnum):
    """What may become of a case by a program's word. Recovered it is once a visit is booked."""

    IN_PROGRESS = "in_progress"  # the next text goes now, or with the patient's allowed hours
    PAUSED = "paused"
    LOST = "lost"
    NOT_NEEDED = "not_needed"


WHY = {Wish.LOST: RecoveryEnd.GIVEN_UP, Wish.NOT_NEEDED: RecoveryEnd.NO_LONGER_WANTED}
"""The reason where none is given."""


class Status(Shape):
    status: Wish
    until: Day | None = Field(default=None, description="With paused: until the morning of that day.")
    reason: RecoveryEnd | None = Field(
        default=None, description="With lost (left out: given_up) or not_needed (no_longer_wanted)."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.status is Wish.PAUSED) != (self.until is not None):
            raise ValueError("`until` goes with paused, and paused needs it.")
        if self.reason is not None and STATE_AFTER[self.reason].value != self.status.value:
            raise ValueError("`reason` has to be one that makes it so.")
        return self


def list_(tx: Tx, call: Call[Wanted, Nothing]) -> Recoveries:
    """Lost visits, the newest first."""
    states = list(RecoveryState) if call.query.state is None else [call.query.state]
    return _listed(tx, call, states)


def pending(tx: Tx, call: Call[Pending, Nothing]) -> Recoveries:
    """Those that may yet be won back, the newest first."""
    return _listed(tx, call, OPEN_RECOVERY)


def get(tx: Tx, call: Call[Nothing, Nothing]) -> RecoveryOut:
    """One of them."""
    return _one(tx, call)


def attempt(tx: Tx, call: Call[Nothing, Attempt]) -> RecoveryOut:
    """Somebody has tried, by phone say. It stands in place of the next text."""
    _one(tx, call)
    said = call.body
    made = recovery_attempts.log_attempt(tx, call.id, said.channel, said.result, said.note, call.by)
    return _changed(tx, call, done=made is not None)


def status(tx: Tx, call: Call[Nothing, Status]) -> RecoveryOut:
    """Ask them now, wait until a day, or end it with a reason."""
    _one(tx, call)
    said = call.body
    if said.status is Wish.IN_PROGRESS:
        return _changed(tx, call, done=recovery_by_hand.text_now(tx, call.id, call.by))
    if said.until is not None:
        today = tx.now.astimezone(call.zone).date()
        if not today < said.until <= today + LONGEST_PAUSE:
            raise wrong("body.until", "It has to be a day after today, within a year.")
        return _changed(tx, call, done=recovery_by_hand.pause(tx, call.id, said.until, call.by))
    because = said.reason or WHY[said.status]
    return _changed(tx, call, done=recovery_cases.end_case(tx, call.id, because, call.by))


def _listed(tx: Tx, call: Call[Any, Any], states: Any) -> Recoveries:
    found = (
        select(RecoveryCase)
        .join(Cancellation, Cancellation.id == RecoveryCase.cancellation_id)
        .where(Cancellation.recovery.in_(states))
    )
    if call.query.patient is not None:
        patient = refs.find(tx, Patient, call.query.patient, "query.patient")
        found = found.where(RecoveryCase.patient_id == patient.id)
    keys = [RecoveryCase.opened_at, RecoveryCase.id]
    ids, following = lists.page(tx, found, keys, call.query, lambda row: row.id, descending=True)
    cases = {each.case.id: each for each in queries.those(tx.session, ids)}
    lines = recovery_list.lines(tx, [cases[case_id] for case_id in ids])
    return Recoveries(items=[_shaped(call, each) for each in lines], next=following)


def _one(tx: Tx, call: Call[Any, Any]) -> RecoveryOut:
    found = recovery_list.line(tx, call.id)
    if found is None:
        raise not_here()
    return _shaped(call, found)


def _changed(tx: Tx, call: Call[Any, Any], *, done: bool) -> RecoveryOut:
    if not done:
        raise conflict("Nobody tries any more, or a text is on its way, or none is left.")
    tx.session.flush()
    return _one(tx, call)


def _shaped(call: Call[Any, Any], line: Line) -> RecoveryOut:
    case, lost, visit = line.found.case, line.found.cancellation, line.found.visit
    known = lost.reason in set(CancelReason)
    return RecoveryOut(
        id=case.id,
        cancellation=lost.id,
        appointment=visit.id,
        patient=refs.patient(line.found.patient),
        provider=refs.ref(line.found.provider),
        type=refs.ref(line.found.type),
        start=call.local(visit.starts_at),
        kind=lost.kind,
        reason=CancelReason(lost.reason) if known and lost.reason else None,
        state=lost.recovery,
        opened_at=call.local(case.opened_at),
        paused_until=call.local(case.not_before) if case.paused and line.is_open else None,
        answered_at=_local(call, case.answered_at),
        staff_asked_at=_local(call, case.asked_staff_at),
        ended_at=_local(call, case.ended_at),
        ended_because=case.ended_because,
        replaced_by=lost.replaced_by_id,
        impact=line.impact,
        attempts=[_attempt(call, each) for each in line.tried],
        kept_times=[_kept(call, each) for each in line.kept],
        next=NextOut(step=line.following.step, at=call.local(line.waits_until or line.following.at))
        if line.following
        else None,
    )


def _attempt(call: Call[Any, Any], tried: Tried) -> AttemptOut:
    made = tried.attempt
    return AttemptOut(
        id=made.id,
        touch=None if made.touch is None else made.touch + 1,
        channel=made.channel,
        wording=made.wording,
        words=made.words,
        made_at=call.local(made.made_at),
        sent_at=_local(call, made.sent_at),
        result=made.result,
        note=made.note,
    )


def _kept(call: Call[Any, Any], kept: Kept) -> KeptOut:
    return KeptOut(
        provider=refs.ref(kept.provider),
        start=call.local(kept.hold.starts_at),
        until=call.local(kept.hold.until),
    )


def _local(call: Call[Any, Any], moment: datetime | None) -> datetime | None:
    return call.local(moment) if moment is not None else None
