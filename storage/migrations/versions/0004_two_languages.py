"""The language of texts and conversations, which model read them, and corrections of what it read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


ESCALATED = (
    "emergency",
    "asked",
    "not_understood",
    "question",
    "wrong_number",
    "failed",
    "too_many",
    "counter",
    "reschedule",
    "book",
    "complaint",
    "day_of_visit",
    "financial",
)


def upgrade() -> None:
    _escalated_as((*ESCALATED, "language"))
    op.add_column("conversation", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("model", sa.Text(), nullable=True))
    op.create_table(
        "correction",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("meant", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name="fk_correction_clinic_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_correction_message_id"),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name="fk_correction_made_by"),
        sa.UniqueConstraint("message_id", name="uq_correction_message_id"),
    )
    op.create_index("ix_correction_clinic_id", "correction", ["clinic_id"])


def downgrade() -> None:
    op.drop_table("correction")
    op.drop_column("message", "model")
    op.drop_column("message", "language")
    op.drop_column("conversation", "language")
    op.execute("DELETE FROM escalation WHERE kind = 'language'")
    _escalated_as(ESCALATED)


def _escalated_as(kinds: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute("ALTER TABLE escalation DROP CONSTRAINT ck_escalation_escalationkind")
    op.execute(
        f"ALTER TABLE escalation ADD CONSTRAINT ck_escalation_escalationkind CHECK (kind IN ({listed}))"
    )
