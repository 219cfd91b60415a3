"""Schedule feeds, webhooks, treatment plans, and a place for every column of the import files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("webhook_delivery", "webhook", "feed_event", "feed", "treatment_plan", "type_room")
PATIENT = ("email", "stage", "tags", "payment_status", "travel_minutes")


def upgrade() -> None:
    _feeds()
    _webhooks()
    _imports()


def _feeds() -> None:
    op.create_table(
        "feed",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        _moment("made_at"),
        _moment("ended_at", nullable=True),
        *_scoped("feed"),
        sa.UniqueConstraint("slug", name="uq_feed_slug"),
    )
    op.create_table(
        "feed_event",
        sa.Column("feed_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        _words(
            "type",
            "feedeventtype",
            "visit.booked",
            "visit.moved",
            "visit.arrived",
            "visit.no_show",
            "visit.cancelled",
            "availability.changed",
        ),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", _json(), nullable=False),
        _moment("at"),
        _moment("received_at"),
        _words("state", "feedeventstate", "waiting", "done", "parked", "clashed"),
        sa.Column("problem", sa.Text(), nullable=False),
        _moment("done_at", nullable=True),
        *_scoped("feed_event"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_feed_event_feed_id"),
        sa.UniqueConstraint("feed_id", "event_id", name="uq_feed_event_feed_id_event_id"),
    )
    op.create_index("ix_feed_event_feed_id_subject", "feed_event", ["feed_id", "subject"])
    op.create_index("ix_feed_event_feed_id_state", "feed_event", ["feed_id", "state"])
    for table in ("feed", "feed_event"):
        op.create_index(f"ix_{table}_clinic_id", table, ["clinic_id"])


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        _moment("made_at"),
        _moment("ended_at", nullable=True),
        *_scoped("webhook"),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        _words("kind", "newskind", "visit.requested", "visit.booked", "visit.confirmed", "visit.cancelled"),
        sa.Column("payload", _json(), nullable=False),
        _words("state", "newsstate", "waiting", "delivered", "failed"),
        _moment("made_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("answered_at", nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        *_scoped("webhook_delivery"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name="fk_webhook_delivery_webhook_id"),
        sa.UniqueConstraint("webhook_id", "event_id", name="uq_webhook_delivery_webhook_id_event_id"),
    )
    op.create_index("ix_webhook_delivery_webhook_id_state", "webhook_delivery", ["webhook_id", "state"])
    for table in ("webhook", "webhook_delivery"):
        op.create_index(f"ix_{table}_clinic_id", table, ["clinic_id"])


def _imports() -> None:
    op.create_table(
        "treatment_plan",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("visits_planned", sa.Integer(), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("milestones", _json(), nullable=False),
        *_scoped("treatment_plan"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_treatment_plan_patient_id"),
        sa.ForeignKeyConstraint(["type_id"], ["appointment_type.id"], name="fk_treatment_plan_type_id"),
        sa.UniqueConstraint("clinic_id", "external_id", name="uq_treatment_plan_clinic_id_external_id"),
        sa.CheckConstraint("visits_planned > 0", name=op.f("ck_treatment_plan_visits_positive")),
        sa.CheckConstraint("interval_days > 0", name=op.f("ck_treatment_plan_interval_positive")),
    )
    op.create_index("ix_treatment_plan_patient_id", "treatment_plan", ["patient_id"])
    op.create_table(
        "type_room",
        sa.Column("type_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        *_scoped("type_room"),
        sa.ForeignKeyConstraint(["type_id"], ["appointment_type.id"], name="fk_type_room_type_id"),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_type_room_room_id"),
        sa.UniqueConstraint("type_id", "room_id", name="uq_type_room_type_id_room_id"),
    )
    for table in ("treatment_plan", "type_room"):
        op.create_index(f"ix_{table}_clinic_id", table, ["clinic_id"])
    for column in ("email", "stage"):
        op.add_column("patient", sa.Column(column, sa.Text(), nullable=True))
    op.add_column("patient", sa.Column("tags", _json(), nullable=False, server_default="[]"))
    op.add_column(
        "patient", _words("payment_status", "paymentstatus", "ok", "late", "collections", nullable=True)
    )
    op.add_column("patient", sa.Column("travel_minutes", sa.Integer(), nullable=True))
    op.add_column("appointment", sa.Column("reason", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("appointment", "reason")
    for column in PATIENT:
        op.drop_column("patient", column)
    for table in TABLES:
        op.drop_table(table)


def _scoped(table: str) -> "list[sa.schema.SchemaItem]":
    """What a row of every table has that belongs to a clinic."""
    return [
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=f"fk_{table}_clinic_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _moment(column: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(column, sa.DateTime(timezone=True), nullable=nullable)


def _json() -> "postgresql.JSONB":
    return postgresql.JSONB(astext_type=sa.Text())


def _words(column: str, name: str, *words: str, nullable: bool = False) -> "sa.Column[object]":
    """A column that holds one of some words and nothing else."""
    return sa.Column(
        column,
        sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40),
        nullable=nullable,
    )
