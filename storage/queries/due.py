"""Due work: rows that say what is to be done and when. Queues are only the alarm clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rules.states import DueKind
from storage.tables import Clinic, DueWork, new_id

_NEW = insert(DueWork)
_AGAIN = {"done_at": None, "woken_at": None, "attempts": 0}
_SOONER = case(
    (DueWork.done_at.is_(None), func.least(DueWork.due_at, _NEW.excluded.due_at)), else_=_NEW.excluded.due_at
)
_SET, _SET_OR_SOONER = (
    _NEW.on_conflict_do_update(
        index_elements=["kind", "subject_id"], set_={"due_at": due_at, **_AGAIN}
    ).returning(DueWork.id)
    for due_at in (_NEW.excluded.due_at, _SOONER)
)
_SET_DONE = (
    update(DueWork)
    .where(
        DueWork.kind == bindparam("of_kind"),
        DueWork.subject_id == bindparam("of_subject"),
        DueWork.done_at.is_(None),
    )
    .values(done_at=bindparam("now"))
)
"""Asked by nearly every operation, so made once, and asked of the connection itself: what a session does for
objects costs more than the database's answer."""


def set_due(
    session: Session,
    clinic_id: UUID,
    kind: DueKind,
    subject_id: UUID,
    due_at: datetime,
    *,
    or_sooner: bool = False,
) -> UUID:
    """Have `kind` done for a subject at `due_at`; asked again, the newest time counts, or the soonest
    (`or_sooner`). Gives the row's id."""
    values = {
        "id": new_id(),
        "clinic_id": clinic_id,
        "kind": kind,
        "subject_id": subject_id,
        "due_at": due_at,
        "attempts": 0,
    }
    statement = _SET_OR_SOONER if or_sooner else _SET
    return session.connection().execute(statement, values).scalar_one()


def set_where_missing(session: Session, kinds: Iterable[DueKind], due_at: datetime) -> None:
    """Have work whose subject is the clinic done then for every clinic that never had it, such as one made before
    we knew that kind of work."""
    for kind in kinds:
        has_it = select(DueWork.id).where(DueWork.kind == kind, DueWork.subject_id == Clinic.id)
        for clinic_id in session.scalars(select(Clinic.id).where(~has_it.exists()).order_by(Clinic.id)).all():
            set_due(session, clinic_id, kind, clinic_id, due_at)


def look_again(session: Session, clinic_id: UUID, kind: DueKind, now: datetime) -> None:
    """Have all that waits of a kind in a clinic done now, which puts off anew what is not to be done yet."""
    session.execute(
        update(DueWork)
        .where(
            DueWork.clinic_id == clinic_id,
            DueWork.kind == kind,
            DueWork.done_at.is_(None),
            DueWork.due_at > now,
        )
        .values(due_at=now, woken_at=None)
    )


def set_done(session: Session, kind: DueKind, subject_id: UUID, now: datetime) -> None:
    session.connection().execute(_SET_DONE, {"of_kind": kind, "of_subject": subject_id, "now": now})


def due_at(session: Session, kind: DueKind, subject_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each of these subjects is due, of those that are to be done at all."""
    rows = session.execute(
        select(DueWork.subject_id, DueWork.due_at).where(
            DueWork.kind == kind, DueWork.subject_id.in_(subject_ids), DueWork.done_at.is_(None)
        )
    )
    return {subject_id: at for subject_id, at in rows}


def claim(session: Session, due_id: UUID, now: datetime) -> DueWork | None:
    """The row, locked, if it is due and nobody else has it."""
    return session.scalar(
        select(DueWork)
        .where(DueWork.id == due_id, DueWork.done_at.is_(None), DueWork.due_at <= now)
        .with_for_update(skip_locked=True, key_share=True)
    )


def clinic_of_due(session: Session, due_id: UUID) -> UUID | None:
    return session.scalar(select(DueWork.clinic_id).where(DueWork.id == due_id))


def waiting(session: Session, now: datetime, woken_before: datetime) -> list[UUID]:
    """Rows due that nobody was woken for lately; they count as woken now."""
    due = (
        select(DueWork.id)
        .where(
            DueWork.done_at.is_(None),
            DueWork.due_at <= now,
            or_(DueWork.woken_at.is_(None), DueWork.woken_at <= woken_before),
        )
        .order_by(DueWork.due_at)
        .limit(1000)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list(
        session.scalars(
            update(DueWork)
            .where(DueWork.id.in_(due.scalar_subquery()))
            .values(woken_at=now)
            .returning(DueWork.id)
            .execution_options(synchronize_session=False)
        )
    )
