"""Every night a clinic's own past teaches who drops out of care; each patient's chance stands beside their score.

It is for staff to see and changes nothing: level, order and what is done follow from the score alone, whose
reasons can be told. Without enough past, or where the rules foresee as well, nobody has a chance.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clinic.audit import SYSTEM, record
from clinic.nights import next_night
from rules import boosting
from rules.boosting import Model
from rules.dropout_learning import History, Learned, Verdict, can_be_asked, features, learn
from rules.states import DueKind
from storage.queries import care_past
from storage.queries.care import care_of
from storage.queries.due import set_due
from storage.tables import DropoutModel, RiskScore, new_id
from storage.transaction import Store, Tx

AT_NIGHT = time(4, 30)
"""Half an hour after the scores, which it stands beside."""

BATCH = 1000
MOST_PATIENTS = 3000
"""So many are learned from; more teach nothing new, and would take longer than a piece of due work may."""


def work(store: Store, clinic_id: UUID, _subject_id: UUID) -> datetime | None:
    """Learn, and write what is believed of each patient; gives when to do so again. The learning happens outside
    any transaction, so that nobody waits for it. It may run any number of times."""
    histories, today = store.run(clinic_id, _loaded)
    learned = learn(histories, today)
    model_id, patients = store.run(clinic_id, lambda tx: _keep(tx, learned))
    if learned.model is None:
        store.run(clinic_id, lambda tx: care_past.forget_chances(tx.session))
    else:
        for first in range(0, len(patients), BATCH):
            some = patients[first : first + BATCH]
            store.run(clinic_id, partial(_write, patients=some, model=learned.model, model_id=model_id))
    return store.run(clinic_id, lambda tx: next_night(tx, AT_NIGHT))


def begin(tx: Tx) -> None:
    """A new clinic is learned from from its first night on."""
    set_due(tx.session, tx.clinic_id, DueKind.DROPOUTS, tx.clinic_id, next_night(tx, AT_NIGHT))


def _loaded(tx: Tx) -> tuple[list[History], date]:
    zone = tx.clinic().timezone
    return care_past.histories(tx.session, zone, MOST_PATIENTS), tx.now.astimezone(ZoneInfo(zone)).date()


def _keep(tx: Tx, learned: Learned) -> tuple[UUID, Sequence[UUID]]:
    """What this night taught, used or not; and who has a score."""
    kept = DropoutModel(
        id=new_id(),
        trained_at=tx.now,
        looks=learned.looks,
        used=learned.model is not None,
        why_not=learned.why_not,
        verdict=_as_json(learned.verdict) if learned.verdict else None,
        parameters=boosting.SETTINGS,
    )
    tx.session.add(kept)
    tx.session.flush()
    record(tx, SYSTEM, "dropout_model.trained", kept, after={"used": kept.used, "looks": kept.looks})
    return kept.id, tx.session.scalars(select(RiskScore.patient_id).order_by(RiskScore.patient_id)).all()


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {**asdict(verdict), "split": verdict.split.isoformat()}


def _write(tx: Tx, *, patients: Sequence[UUID], model: Model, model_id: UUID) -> None:
    known = care_of(tx.session, patients, tx.now, tx.clinic().timezone)
    asked = {patient_id: each.care for patient_id, each in known.items() if can_be_asked(each.care)}
    chances: dict[UUID, float | None] = dict.fromkeys(known)
    if asked:
        chances |= zip(asked, model.chances(features(list(asked.values()))).tolist(), strict=True)
    care_past.write_chances(tx.session, chances, model_id)
