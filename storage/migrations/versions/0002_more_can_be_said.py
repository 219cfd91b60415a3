"""Wishes kept on entries, undo, the clinic's own answers, bookings that staff approve, cancels that wait."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = {
    ("appointment", "state"): ("appointmentstate", ("requested",)),
    ("prompt", "kind"): ("promptkind", ("join",)),
    ("escalation", "kind"): (
        "escalationkind",
        ("reschedule", "book", "complaint", "day_of_visit", "financial"),
    ),
    ("task", "kind"): ("taskkind", ("approve", "new_time")),
    ("due_work", "kind"): ("duekind", ("staff_cancel", "approval", "feed_event", "webhook", "resume")),
}
"""Columns whose words grow: the constraint's name, and the words that are new."""

BEFORE = {
    "appointmentstate": ("booked", "confirmed", "arrived", "completed", "no_show", "cancelled"),
    "promptkind": ("offer", "list", "confirm", "cancel_confirm", "reason", "reminder", "code"),
    "escalationkind": (
        "emergency",
        "asked",
        "not_understood",
        "question",
        "wrong_number",
        "failed",
        "too_many",
        "counter",
    ),
    "taskkind": ("maybe_cancel", "wrong_number", "enter_in_system", "call_patient", "look_at"),
    "duekind": ("opening", "hand_back", "alert", "settle", "unread"),
}

OCCUPIES = ("booked", "confirmed", "arrived", "completed")


def upgrade() -> None:
    for (table, column), (name, new) in KINDS.items():
        _allow(table, column, name, (*BEFORE[name], *new))
    _one_at_a_time(("requested", *OCCUPIES))
    op.create_table(
        "answer",
        sa.Column(
            "topic",
            sa.Enum(
                "hours",
                "address",
                "parking",
                "bring",
                "insurance",
                "fees",
                name="answertopic",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_answer_changed_by")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_answer_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "clinic_id", "topic", "language", name=op.f("uq_answer_clinic_id_topic_language")
        ),
    )
    op.create_index(op.f("ix_answer_clinic_id"), "answer", ["clinic_id"], unique=False)
    op.create_table(
        "undoable",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "booking",
                "cancel",
                "decline",
                "wishes",
                "joined",
                "left",
                "paused",
                "fewer_texts",
                "no_offers",
                name="undokind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_undoable_clinic_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_undoable_conversation_id")
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_undoable_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undoable")),
    )
    op.create_index(op.f("ix_undoable_clinic_id"), "undoable", ["clinic_id"], unique=False)
    op.create_index(
        "ix_undoable_conversation_id_made_at", "undoable", ["conversation_id", "made_at"], unique=False
    )
    op.add_column("appointment", sa.Column("approve_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("appointment", sa.Column("cancel_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("appointment", sa.Column("cancel_asked_by", sa.Uuid(), nullable=True))
    op.add_column(
        "appointment", sa.Column("cancel_tell", sa.Boolean(), nullable=False, server_default="false")
    )
    op.create_foreign_key(
        op.f("fk_appointment_cancel_asked_by"), "appointment", "staff", ["cancel_asked_by"], ["id"]
    )
    op.add_column("cancellation", sa.Column("late", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column(
        "appointment_type",
        sa.Column(
            "confirm_mode",
            sa.Enum(
                "auto", "staff", name="confirmmode", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
            server_default="auto",
        ),
    )
    op.add_column("contact_point", sa.Column("no_offers_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("patient", sa.Column("offers_per_week", sa.Integer(), nullable=True))
    for column in ("excluded_dates", "excluded_provider_ids"):
        op.add_column("waitlist_entry", _list(column))
    op.add_column(
        "waitlist_entry", sa.Column("displaced", sa.Boolean(), nullable=False, server_default="false")
    )
    op.add_column("waitlist_entry", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for column in ("ended_at", "displaced", "excluded_provider_ids", "excluded_dates"):
        op.drop_column("waitlist_entry", column)
    op.drop_column("patient", "offers_per_week")
    op.drop_column("contact_point", "no_offers_at")
    op.drop_column("appointment_type", "confirm_mode")
    op.drop_column("cancellation", "late")
    op.drop_constraint(op.f("fk_appointment_cancel_asked_by"), "appointment", type_="foreignkey")
    for column in ("cancel_tell", "cancel_asked_by", "cancel_due_at", "approve_by"):
        op.drop_column("appointment", column)
    op.drop_index("ix_undoable_conversation_id_made_at", table_name="undoable")
    op.drop_index(op.f("ix_undoable_clinic_id"), table_name="undoable")
    op.drop_table("undoable")
    op.drop_index(op.f("ix_answer_clinic_id"), table_name="answer")
    op.drop_table("answer")
    _one_at_a_time(OCCUPIES)
    for (table, column), (name, _) in KINDS.items():
        _allow(table, column, name, BEFORE[name])


def _list(column: str) -> "sa.Column[object]":
    return sa.Column(column, postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]")


def _allow(table: str, column: str, name: str, words: tuple[str, ...]) -> None:
    """Let `column` hold `words` and nothing else."""
    constraint = f"ck_{table}_{name}"
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({column} IN ({listed}))")


def _one_at_a_time(states: tuple[str, ...]) -> None:
    """A provider and a room have one visit at a time, in any of `states`."""
    listed = ", ".join(f"'{state}'" for state in states)
    for column, name in (("provider_id", "ex_appointment_provider"), ("room_id", "ex_appointment_room")):
        op.execute(f"ALTER TABLE appointment DROP CONSTRAINT {name}")
        op.execute(
            f"ALTER TABLE appointment ADD CONSTRAINT {name} EXCLUDE USING gist "
            f"(uuidrange({column}, {column}, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&) "
            f"WHERE (state IN ({listed}) AND {column} IS NOT NULL)"
        )
