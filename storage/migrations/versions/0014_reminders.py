"""Reminders at the clinic's own times: which visit has been reminded of, at which of them, in which text."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = "ck_due_work_duekind"
NEW = "reminders"


def upgrade() -> None:
    _allow([*_allowed(), NEW])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False, primary_key=True),
        sa.Column("clinic_id", sa.Uuid(), sa.ForeignKey("clinic.id"), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), sa.ForeignKey("appointment.id"), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Uuid(), sa.ForeignKey("message.id"), nullable=False),
        sa.UniqueConstraint(
            "appointment_id", "starts_at", "hours", name=op.f("uq_reminder_appointment_id_starts_at_hours")
        ),
    )
    op.create_index(op.f("ix_reminder_clinic_id"), "reminder", ["clinic_id"])
    op.create_index(op.f("ix_reminder_message_id"), "reminder", ["message_id"])
    op.create_index(
        "ix_message_about_appointment_id",
        "message",
        ["about_appointment_id"],
        postgresql_where=sa.text("about_appointment_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_message_about_appointment_id", "message")
    op.drop_table("reminder")
    op.execute(sa.text("DELETE FROM due_work WHERE kind = :new").bindparams(new=NEW))
    _allow([word for word in _allowed() if word != NEW])


def _allowed() -> list[str]:
    """The kinds of due work so far, as the database has them: other changes may have added some too."""
    found = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    definition = op.get_bind().execute(found, {"name": KINDS}).scalar_one()
    return re.findall(r"'([^']+)'", definition)


def _allow(words: list[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE due_work DROP CONSTRAINT {KINDS}")
    op.execute(f"ALTER TABLE due_work ADD CONSTRAINT {KINDS} CHECK (kind IN ({listed}))")
