"""How likely visits are to be missed, what each night taught about it, and which patients may drop out of care."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
TIME = sa.DateTime(timezone=True)

GROWN = {("due_work", "kind", "duekind"): ("foreseeing", "risk")}
"""Table, column and constraint whose words grow, and the new ones."""


def upgrade() -> None:
    for (table, column, name), new in GROWN.items():
        _allow(table, column, name, [*_words(table, name), *new])
    _make(
        "noshow_model",
        _time("trained_at"),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        _text("why_not"),
        sa.Column("verdict", JSON, nullable=True),
        sa.Column("parameters", JSON, nullable=False),
    )
    op.create_index("ix_noshow_model_clinic_id_trained_at", "noshow_model", ["clinic_id", "trained_at"])
    _make(
        "visit_risk",
        _ref("appointment_id", "appointment"),
        sa.Column("chance", sa.Double(), nullable=False),
        _ref("model_id", "noshow_model", nullable=True),
        sa.Column("reasons", JSON, nullable=False),
        _time("foreseen_at"),
        sa.UniqueConstraint("appointment_id", name=op.f("uq_visit_risk_appointment_id")),
        sa.CheckConstraint("chance BETWEEN 0 AND 1", name=op.f("ck_visit_risk_chance_range")),
    )
    _make(
        "risk_score",
        _ref("patient_id", "patient"),
        _ref("provider_id", "provider", nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("level", _choice("risklevel", "low", "medium", "high", "critical"), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column(
            "state", _choice("riskstate", "active", "reviewed", "resolved", "dropped_out"), nullable=False
        ),
        _time("computed_at"),
        _time("reviewed_at", nullable=True),
        _ref("reviewed_by", "staff", nullable=True),
        _text("review_notes"),
        _time("checked_in_at", nullable=True),
        sa.UniqueConstraint("patient_id", name=op.f("uq_risk_score_patient_id")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_risk_score_score_range")),
    )
    op.create_index("ix_risk_score_clinic_id_level_score", "risk_score", ["clinic_id", "level", "score"])
    _make(
        "risk_intervention",
        _ref("patient_id", "patient"),
        _text("what"),
        sa.Column(
            "state",
            _choice("interventionstate", "pending", "in_progress", "successful", "unsuccessful"),
            nullable=False,
        ),
        _time("made_at"),
        _ref("made_by", "staff", nullable=True),
        _time("ended_at", nullable=True),
    )
    op.create_index("ix_risk_intervention_patient_id_made_at", "risk_intervention", ["patient_id", "made_at"])


def downgrade() -> None:
    for table in ("risk_intervention", "risk_score", "visit_risk", "noshow_model"):
        op.drop_table(table)
    for (table, column, name), new in GROWN.items():
        rows = sa.table(table, sa.column(column, sa.Text()))
        op.execute(sa.delete(rows).where(rows.c[column].in_(new)))
        _allow(table, column, name, [word for word in _words(table, name) if word not in new])


def _words(table: str, name: str) -> list[str]:
    """Those allowed now, whichever migrations came before."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
        {"name": f"ck_{table}_{name}"},
    )
    return re.findall(r"'([^']+)'", str(found))


def _allow(table: str, column: str, name: str, words: list[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    constraint = f"ck_{table}_{name}"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({column} IN ({listed}))")


def _make(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of one clinic's rows."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False, primary_key=True),
        _ref("clinic_id", "clinic"),
        *columns,
    )
    op.create_index(op.f(f"ix_{table}_clinic_id"), table, ["clinic_id"])


def _ref(name: str, table: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def _text(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, TIME, nullable=nullable)


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
