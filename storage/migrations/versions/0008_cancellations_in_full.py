"""Cancellations and no-shows in full: which kind, what is owed and waived, whether it was made up for."""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)

GROWN = {
    ("due_work", "duekind"): ("no_shows",),
    ("task", "taskkind"): ("who_came",),
}
"""The column `kind` of a table, by its constraint: the new words."""

KNOWN_KINDS = """
UPDATE cancellation SET kind = CASE
    WHEN late THEN 'late_cancel'
    WHEN by = 'provider' OR reason IN ('practice_closure', 'provider_unavailable') THEN 'practice_cancel'
    ELSE 'cancelled' END
"""
NOT_NOTED = """
INSERT INTO cancellation
    (id, clinic_id, appointment_id, patient_id, kind, by, at, notice_minutes, late, details, visit)
SELECT gen_random_uuid(), clinic_id, id, patient_id,
    CASE state WHEN 'no_show' THEN 'no_show' ELSE 'cancelled' END,
    'system', starts_at, NULL, false, '', jsonb_build_object(
        'state', state, 'start', starts_at, 'end', ends_at, 'provider', provider_id, 'type', type_id)
FROM appointment
WHERE state IN ('no_show', 'cancelled')
    AND NOT EXISTS (SELECT FROM cancellation WHERE appointment_id = appointment.id)
"""
"""Visits that were missed, or imported as cancelled, had no record so far; of what is over nothing is owed."""


def upgrade() -> None:
    for (table, name), words in GROWN.items():
        _allow(table, name, (*_allowed(table, name), *words))
    op.add_column("appointment", sa.Column("said_coming_at", TIME, nullable=True))
    op.add_column("appointment", sa.Column("cancel_reason", sa.Text(), nullable=True))
    kinds = _words("cancellationkind", "cancelled", "late_cancel", "no_show", "practice_cancel")
    states = _words("recoverystate", "pending", "in_progress", "recovered", "lost", "not_needed")
    for column in (
        sa.Column("kind", kinds, nullable=False, server_default="cancelled"),
        _ref("staff_id", "staff"),
        sa.Column("fee_cents", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("fee_waived_at", TIME, nullable=True),
        _ref("fee_waived_by", "staff"),
        sa.Column("fee_waived_why", sa.Text(), nullable=True),
        sa.Column("recovery", states, nullable=False, server_default="not_needed"),
        _ref("replaced_by_id", "appointment"),
    ):
        op.add_column("cancellation", column)
    op.alter_column("cancellation", "notice_minutes", nullable=True)
    op.execute(KNOWN_KINDS)
    op.execute(NOT_NOTED)
    op.create_index("ix_cancellation_patient_id_recovery", "cancellation", ["patient_id", "recovery"])
    op.create_index("ix_cancellation_clinic_id_at", "cancellation", ["clinic_id", "at"])
    op.create_index(
        "ix_cancellation_owed",
        "cancellation",
        ["clinic_id", "at"],
        postgresql_where=sa.text("fee_cents > 0"),
    )


def downgrade() -> None:
    for index in ("owed", "clinic_id_at", "patient_id_recovery"):
        op.drop_index(f"ix_cancellation_{index}", "cancellation")
    op.execute("DELETE FROM cancellation WHERE notice_minutes IS NULL")
    op.alter_column("cancellation", "notice_minutes", nullable=False)
    for column in (
        "replaced_by_id",
        "recovery",
        "fee_waived_why",
        "fee_waived_by",
        "fee_waived_at",
        "fee_cents",
        "staff_id",
        "kind",
    ):
        op.drop_column("cancellation", column)
    op.drop_column("appointment", "cancel_reason")
    op.drop_column("appointment", "said_coming_at")
    for (table, name), words in GROWN.items():
        rows = sa.table(table, sa.column("kind", sa.Text()))
        op.execute(sa.delete(rows).where(rows.c.kind.in_(words)))
        _allow(table, name, [word for word in _allowed(table, name) if word not in words])


def _allowed(table: str, name: str) -> list[str]:
    """The words that the column may hold so far."""
    found = op.get_bind().execute(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
        {"name": f"ck_{table}_{name}"},
    )
    return re.findall(r"'([\w.]+)'", found.scalar_one())


def _allow(table: str, name: str, words: Sequence[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK (kind IN ({listed}))")


def _ref(name: str, table: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=True)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
