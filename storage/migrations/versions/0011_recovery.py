"""Recovery: a case for each lost visit that should happen after all, and every attempt to make up for it."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

GROWN = {"prompt": "promptkind", "due_work": "duekind", "task": "taskkind"}
"""Tables whose `kind` may say `recovery` from now on, and the name of what checks it."""

NEW = "recovery"
CHANNELS = ("sms", "whatsapp", "email", "phone", "in_person")
RESULTS = ("pending", "rescheduled", "no_response", "declined")
ENDS = (
    "rebooked",
    "declined",
    "opted_out",
    "time_up",
    "given_up",
    "changed_provider",
    "replaced",
    "no_longer_wanted",
    "deceased",
)


def upgrade() -> None:
    for table, name in GROWN.items():
        _allow(table, name, [*_allowed(table, name), NEW])
    _make(
        "recovery_case",
        _ref("cancellation_id", "cancellation", ondelete="CASCADE"),
        _ref("patient_id", "patient"),
        _time("opened_at"),
        _time("not_before"),
        sa.Column("paused", sa.Boolean(), nullable=False),
        _time("answered_at", nullable=True),
        _time("asked_staff_at", nullable=True),
        _time("ended_at", nullable=True),
        sa.Column("ended_because", _words("recoveryend", *ENDS), nullable=True),
        sa.UniqueConstraint("cancellation_id", name=op.f("uq_recovery_case_cancellation_id")),
    )
    op.create_index("ix_recovery_case_patient_id", "recovery_case", ["patient_id"])
    op.create_index("ix_recovery_case_clinic_id_opened_at", "recovery_case", ["clinic_id", "opened_at"])
    _make(
        "recovery_attempt",
        _ref("case_id", "recovery_case", ondelete="CASCADE"),
        sa.Column("touch", sa.Integer(), nullable=True),
        sa.Column("channel", _words("attemptchannel", *CHANNELS), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        _time("made_at"),
        _time("sent_at", nullable=True),
        sa.Column("result", _words("attemptresult", *RESULTS), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _ref("message_id", "message", nullable=True),
        _ref("staff_id", "staff", nullable=True),
        sa.UniqueConstraint("case_id", "touch", name=op.f("uq_recovery_attempt_case_id_touch")),
    )
    op.create_index("ix_recovery_attempt_message_id", "recovery_attempt", ["message_id"])


def downgrade() -> None:
    op.drop_table("recovery_attempt")
    op.drop_table("recovery_case")
    for table, name in GROWN.items():
        rows = sa.table(table, sa.column("kind", sa.Text()))
        op.execute(sa.delete(rows).where(rows.c.kind == NEW))
        _allow(table, name, [word for word in _allowed(table, name) if word != NEW])


def _allowed(table: str, name: str) -> list[str]:
    """What the column may say so far, as the database has it: other changes may have added words too."""
    found = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    definition = op.get_bind().execute(found, {"name": f"ck_{table}_{name}"}).scalar_one()
    return re.findall(r"'([^']+)'", definition)


def _allow(table: str, name: str, words: list[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    constraint = f"ck_{table}_{name}"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK (kind IN ({listed}))")


def _make(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of one clinic's rows."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False, primary_key=True),
        _ref("clinic_id", "clinic"),
        *columns,
    )
    op.create_index(op.f(f"ix_{table}_clinic_id"), table, ["clinic_id"])


def _ref(name: str, table: str, *, nullable: bool = False, ondelete: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{table}.id", ondelete=ondelete), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
