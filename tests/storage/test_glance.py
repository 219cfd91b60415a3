"""What there is about a number and its patients, seen in one look."""

from datetime import timedelta
from typing import Any

import pytest

from rules.states import AppointmentState, EntryState, RecipientState
from storage.queries.glance import Glance, look
from storage.tables import Patient
from storage.transaction import Tx
from tests.storage.conftest import NOW, Town
from tests.storage.rows import one_of_each, row_of

PHONE = "+12125550001"
NOTHING = Glance(0, *[False] * 7)
EVERYTHING = Glance(1, *[True] * 7)

THERE: dict[str, dict[str, Any]] = {
    "message": {"answers_id": "message", "created_at": NOW},
    "contact_point": {"opted_out_at": NOW},
    "appointment": {"state": AppointmentState.NO_SHOW, "starts_at": NOW - timedelta(days=1)},
    "waitlist_entry": {"unanswered_in_row": 1},
    "recipient": {"state": RecipientState.CONTACTED},
}
"""What makes a row count."""


@pytest.fixture
def rows(town: Town) -> dict[str, Any]:
    """A row of every table, about one patient of Lakeside and their number, and everything counts."""
    with town.store.unscoped() as session:
        made = one_of_each(session, town.lakeside.id)
        for name in ("conversation", "contact_point", "recipient"):
            made[name].address = PHONE
        for name, values in THERE.items():
            change(made, name, **values)
    return made


def change(rows: dict[str, Any], name: str, **values: Any) -> None:
    for field, value in values.items():
        setattr(rows[name], field, rows["message"].id if value == "message" else value)


def seen(tx: Tx, rows: dict[str, Any]) -> Glance:
    return look(
        tx.session,
        rows["conversation"],
        [rows["patient"].id],
        replied_since=NOW - timedelta(minutes=10),
        missed_since=NOW - timedelta(days=7),
    )


def test_what_is_there_is_seen(town: Town, rows: dict[str, Any]) -> None:
    assert town.store.run(town.lakeside.id, lambda tx: seen(tx, rows)) == EVERYTHING


def test_what_is_another_clinics_is_not_seen(town: Town, rows: dict[str, Any]) -> None:
    assert town.store.run(town.hilltop.id, lambda tx: seen(tx, rows)) == NOTHING


@pytest.mark.parametrize(
    ("name", "values", "fact"),
    [
        ("message", {"answers_id": None}, "replies"),
        ("message", {"created_at": NOW - timedelta(hours=1)}, "replies"),
        ("contact_point", {"opted_out_at": None}, "opted_out"),
        ("appointment", {"state": AppointmentState.ARRIVED}, "missed"),
        ("appointment", {"starts_at": NOW - timedelta(days=8)}, "missed"),
        ("waitlist_entry", {"unanswered_in_row": 0}, "unanswered"),
        ("waitlist_entry", {"state": EntryState.REMOVED}, "unanswered"),
        ("recipient", {"state": RecipientState.RESPONDED}, "in_campaign"),
        ("prompt", {"answered_at": NOW}, "asked"),
    ],
    ids=str,
)
def test_what_does_not_count_is_not_seen(
    town: Town, rows: dict[str, Any], name: str, values: dict[str, Any], fact: str
) -> None:
    with town.store.unscoped() as session:
        session.add(rows[name])
        change(rows, name, **values)
    assert not getattr(town.store.run(town.lakeside.id, lambda tx: seen(tx, rows)), fact)


def test_what_the_carrier_blocks_counts_as_opted_out(town: Town, rows: dict[str, Any]) -> None:
    with town.store.unscoped() as session:
        session.add(rows["contact_point"])
        change(rows, "contact_point", opted_out_at=None, carrier_blocked_at=NOW)
    assert town.store.run(town.lakeside.id, lambda tx: seen(tx, rows)).opted_out


def test_a_number_at_which_nothing_was_done_by_text_has_nothing_to_take_back(
    town: Town, rows: dict[str, Any]
) -> None:
    with town.store.unscoped() as session:
        session.delete(rows["undoable"])
    assert not town.store.run(town.lakeside.id, lambda tx: seen(tx, rows)).done_by_text


def test_a_patient_without_a_case_has_lost_no_visit(town: Town, rows: dict[str, Any]) -> None:
    with town.store.unscoped() as session:
        other = row_of(Patient, town.lakeside.id, {})
        session.add_all([rows["recovery_case"], other])
        session.flush()
        rows["recovery_case"].patient_id = other.id
    assert not town.store.run(town.lakeside.id, lambda tx: seen(tx, rows)).lost_visit
