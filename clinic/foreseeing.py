"""Every night each coming visit is given its chance to be missed: by what the clinic's own past teaches,
where that is better than the rule of thumb.

The chances order the `backfill` profile and are for staff to see. They are never told to a patient, and no
visit is refused for them.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, time
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from clinic.audit import SYSTEM, record
from clinic.nights import next_night
from rules import boosting
from rules.no_show.foreseeing import Learned, foresee, learn
from rules.no_show.judging import Verdict
from rules.no_show.visits import Visit
from rules.states import DueKind
from storage.queries import no_shows
from storage.queries.due import set_due
from storage.tables import NoShowModel, new_id
from storage.transaction import Store, Tx

AT_NIGHT = time(3, 40)
BATCH = 1000

MOST_VISITS = 50_000
"""The latest are learned from; more teach nothing new, and would take longer than a piece of due work may."""


def work(store: Store, clinic_id: UUID, _subject_id: UUID) -> datetime | None:
    """Learn from the clinic's past visits, and write what is believed of the coming ones; gives when to do so
    again.

    The learning happens outside any transaction, so that nobody waits for it. It may run any number of times.
    """
    past, coming, today = store.run(clinic_id, _loaded)
    learned = learn(past)
    foreseen = foresee(past, list(coming.values()), today.date(), learned.model)
    model_id = store.run(clinic_id, lambda tx: _keep(tx, learned))
    rows = [
        {
            "appointment_id": visit_id,
            "chance": each.chance,
            "reasons": list(each.reasons),
            "model_id": model_id if learned.model else None,
        }
        for visit_id, each in zip(coming, foreseen, strict=True)
    ]
    for first in range(0, len(rows), BATCH):
        store.run(clinic_id, partial(_write, rows=rows[first : first + BATCH]))
    return store.run(clinic_id, lambda tx: next_night(tx, AT_NIGHT))


def begin(tx: Tx) -> None:
    """A new clinic's visits are looked at from its first night on."""
    set_due(tx.session, tx.clinic_id, DueKind.FORESEEING, tx.clinic_id, next_night(tx, AT_NIGHT))


def _loaded(tx: Tx) -> tuple[list[Visit], dict[UUID, Visit], datetime]:
    zone = tx.clinic().timezone
    past = no_shows.past_visits(tx.session, tx.now, zone, at_most=MOST_VISITS)
    return past, no_shows.coming_visits(tx.session, tx.now, zone), tx.now.astimezone(ZoneInfo(zone))


def _keep(tx: Tx, learned: Learned) -> UUID:
    """What this night taught, whether it is used or not."""
    kept = NoShowModel(
        trained_at=tx.now,
        visits=learned.visits,
        used=learned.model is not None,
        why_not=learned.why_not,
        verdict=_as_json(learned.verdict) if learned.verdict else None,
        parameters=boosting.SETTINGS,
    )
    tx.session.add(kept)
    tx.session.flush()
    record(tx, SYSTEM, "noshow_model.trained", kept, after={"used": kept.used, "visits": kept.visits})
    return kept.id


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {**asdict(verdict), "split": verdict.split.isoformat()}


def _write(tx: Tx, *, rows: Sequence[dict[str, Any]]) -> None:
    own = {"clinic_id": tx.clinic_id, "foreseen_at": tx.now}
    no_shows.write_risks(tx.session, [{**each, **own, "id": new_id()} for each in rows])
