"""Looks for whatever goes against a promise: in the tables, and in the audit log."""

from collections.abc import Iterable
from typing import Any

from tests.stateful import (
    promises_of_campaigns,
    promises_of_offers,
    promises_of_recovery,
    promises_of_reminders,
    promises_of_slots,
    promises_of_texts,
)
from tests.stateful.promise import AT_ALL_TIMES, AT_THE_END, Query
from tests.stateful.world import World

PROMISES = (
    promises_of_campaigns,
    promises_of_slots,
    promises_of_offers,
    promises_of_recovery,
    promises_of_reminders,
    promises_of_texts,
)
"""Where they stand; each has put itself into the lists."""

_ASKED = """
    WITH asked AS (
        SELECT o.*, coalesce(o.told_with_id, o.id) AS text_id FROM offer o JOIN opening p ON p.id = o.opening_id
        WHERE o.handed_over_at IS NOT NULL AND NOT o.in_reply AND o.wave > 0 AND NOT EXISTS (
            SELECT 1 FROM opening before JOIN offer said ON said.opening_id = before.id
            WHERE before.appointment_id = p.from_appointment_id AND said.entry_id = o.entry_id
            AND said.said_yes_too_late
        )
    )
"""
"""Offers that went out of our own accord: not in answer to a patient, nor to whom the slot was promised before."""


def statement(queries: Iterable[Query]) -> str:
    """A query with a line `(name, detail)` for everything that goes against these promises."""
    parts = [
        f"(SELECT '{query.__name__}' AS name, found.detail FROM ({query()}) AS found (detail))"
        for query in queries
    ]
    return f"{_ASKED} {' UNION ALL '.join(parts)}"


_STATEMENTS = {"always": statement(AT_ALL_TIMES), "end": statement([*AT_ALL_TIMES, *AT_THE_END])}


def broken(world: World, *, at_the_end: bool = False) -> list[str]:
    """A line for everything that is not as it should be."""
    wanted = _STATEMENTS["end" if at_the_end else "always"]
    return [f"{row['name']}: {row['detail']}" for row in world.rows(wanted, now=world.clock())]


_STANDING = """
    SELECT subject.id, subject.kind, subject.state,
    (SELECT count(*) FROM audit_event e WHERE e.subject_id = subject.id) AS lines FROM (
        SELECT id, 'opening' AS kind, state FROM opening
        UNION ALL SELECT id, 'offer', state FROM offer
        UNION ALL SELECT id, 'appointment', state FROM appointment
    ) AS subject
"""

SAID_ELSEWHERE = {
    "opening": {("open", "offering"), ("offering", "open")},  # its offers say so
    "offer": {("queued", "open"), ("open", "queued")},  # its text says so
    "appointment": set[tuple[str, str]](),
}
"""Changes of state that are no line of the log of their own."""

Standing = dict[Any, tuple[str, str, int]]


def standing(world: World) -> Standing:
    """How every visit, slot and offer stands, and how many lines the audit log has of it."""
    return {row["id"]: (row["kind"], row["state"], row["lines"]) for row in world.rows(_STANDING)}


def unlogged(before: Standing, after: Standing) -> list[str]:
    """Every change of a visit, a slot or an offer is in the audit log."""
    found = []
    for subject, (kind, state, lines) in after.items():
        was = before.get(subject)
        if was is None or was[1] == state or lines > was[2]:
            continue
        if (was[1], state) not in SAID_ELSEWHERE[kind]:
            found.append(f"every_change_is_in_the_log: {kind} {subject} from {was[1]} to {state}")
    return found
