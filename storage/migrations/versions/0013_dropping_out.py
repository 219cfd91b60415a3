"""What is learned about patients who drop out of care, and each patient's chance beside their score."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
NEW = "dropouts"


def upgrade() -> None:
    _allow([*_allowed(), NEW])
    op.create_table(
        "dropout_model",
        sa.Column("id", sa.Uuid(), nullable=False, primary_key=True),
        sa.Column("clinic_id", sa.Uuid(), sa.ForeignKey("clinic.id"), nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=False),
        sa.Column("verdict", JSON, nullable=True),
        sa.Column("parameters", JSON, nullable=False),
    )
    op.create_index(op.f("ix_dropout_model_clinic_id"), "dropout_model", ["clinic_id"])
    op.create_index("ix_dropout_model_clinic_id_trained_at", "dropout_model", ["clinic_id", "trained_at"])
    op.add_column("risk_score", sa.Column("chance", sa.Double(), nullable=True))
    op.add_column(
        "risk_score", sa.Column("model_id", sa.Uuid(), sa.ForeignKey("dropout_model.id"), nullable=True)
    )
    op.create_check_constraint(op.f("ck_risk_score_chance_range"), "risk_score", "chance BETWEEN 0 AND 1")


def downgrade() -> None:
    op.drop_column("risk_score", "model_id")
    op.drop_column("risk_score", "chance")
    op.drop_table("dropout_model")
    rows = sa.table("due_work", sa.column("kind", sa.Text()))
    op.execute(sa.delete(rows).where(rows.c.kind == NEW))
    _allow([word for word in _allowed() if word != NEW])


def _allowed() -> list[str]:
    """Those allowed now, whichever migrations came before."""
    found = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_due_work_duekind'")
    )
    return re.findall(r"'([^']+)'", str(found))


def _allow(words: list[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute("ALTER TABLE due_work DROP CONSTRAINT ck_due_work_duekind")
    op.execute(f"ALTER TABLE due_work ADD CONSTRAINT ck_due_work_duekind CHECK (kind IN ({listed}))")
