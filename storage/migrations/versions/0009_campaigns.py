"""Campaigns: what they say, to whom, and which text of ours belongs to which recipient and step."""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
TIME = sa.DateTime(timezone=True)

GROWN = {("prompt", "kind"): "promptkind", ("due_work", "kind"): "duekind"}
"""Columns that may say `campaign` from now on, and the name of what checks them."""

NEW = "campaign"
INDEXES = {
    "ix_campaign_clinic_id_made_at": ("campaign", ["clinic_id", "made_at"]),
    "ix_recipient_campaign_id_contacted_at": ("recipient", ["campaign_id", "contacted_at"]),
    "ix_recipient_patient_id": ("recipient", ["patient_id"]),
    "ix_recipient_address": ("recipient", ["address"]),
}


def upgrade() -> None:
    for (table, column), name in GROWN.items():
        _allow(table, column, name, [*_allowed(table, name), NEW])
    _make(
        "campaign",
        _text("name"),
        sa.Column(
            "state",
            _words("campaignstate", "draft", "scheduled", "active", "paused", "completed", "cancelled"),
            nullable=False,
        ),
        sa.Column("audience", JSON, nullable=False),
        sa.Column("send_window", JSON, nullable=False),
        _time("starts_at", nullable=True),
        _time("ends_at", nullable=True),
        _ref("type_id", "appointment_type", nullable=True),
        _text("link"),
        sa.Column("hold_out_percent", sa.Float(), nullable=False),
        _time("made_at"),
        _ref("made_by", "staff", nullable=True),
        _time("launched_at", nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("prepared_to", sa.Uuid(), nullable=True),
        _time("prepared_at", nullable=True),
        sa.Column("stopped_because", sa.Text(), nullable=True),
        _time("watched_from", nullable=True),
        _time("ended_at", nullable=True),
        sa.CheckConstraint("hold_out_percent BETWEEN 0 AND 50", name=op.f("ck_campaign_hold_out_range")),
    )
    _make(
        "campaign_step",
        _ref("campaign_id", "campaign"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.UniqueConstraint("campaign_id", "position", name=op.f("uq_campaign_step_campaign_id_position")),
        sa.CheckConstraint("after_days >= 0", name=op.f("ck_campaign_step_after_days_range")),
    )
    _make(
        "variant",
        _ref("step_id", "campaign_step"),
        _text("label"),
        sa.Column("texts", JSON, nullable=False),
        sa.UniqueConstraint("step_id", "label", name=op.f("uq_variant_step_id_label")),
    )
    _make(
        "recipient",
        _ref("campaign_id", "campaign"),
        _ref("patient_id", "patient"),
        _text("address"),
        sa.Column("variant", sa.Text(), nullable=True),
        sa.Column(
            "state",
            _words(
                "recipientstate",
                "pending",
                "contacted",
                "responded",
                "rebooked",
                "unsubscribed",
                "bounced",
            ),
            nullable=False,
        ),
        sa.Column("response", _words("response", "interested", "not_interested", "rebooked"), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        _time("due_at", nullable=True),
        _time("contacted_at", nullable=True),
        _time("responded_at", nullable=True),
        _ref("appointment_id", "appointment", nullable=True),
        _time("rebooked_at", nullable=True),
        sa.Column("left_because", sa.Text(), nullable=True),
        sa.UniqueConstraint("campaign_id", "patient_id", name=op.f("uq_recipient_campaign_id_patient_id")),
        sa.UniqueConstraint("campaign_id", "address", name=op.f("uq_recipient_campaign_id_address")),
    )
    for name, (table, columns) in INDEXES.items():
        op.create_index(name, table, columns)
    op.create_index(
        "ix_recipient_due",
        "recipient",
        ["campaign_id", "due_at", "id"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.add_column("message", _ref("about_recipient_id", "recipient", nullable=True))
    op.add_column("message", sa.Column("campaign_step", sa.Integer(), nullable=True))
    op.create_index(
        "uq_message_recipient_step",
        "message",
        ["about_recipient_id", "campaign_step"],
        unique=True,
        postgresql_where=sa.text("about_recipient_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_column("message", "campaign_step")
    op.drop_column("message", "about_recipient_id")
    for table in ("recipient", "variant", "campaign_step", "campaign"):
        op.drop_table(table)
    for (table, column), name in GROWN.items():
        rows = sa.table(table, sa.column(column, sa.Text()))
        op.execute(sa.delete(rows).where(rows.c[column] == NEW))
        _allow(table, column, name, [word for word in _allowed(table, name) if word != NEW])


def _allowed(table: str, name: str) -> list[str]:
    """What the column may say so far, as the database has it: other changes may have added words too."""
    found = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    definition = op.get_bind().execute(found, {"name": f"ck_{table}_{name}"}).scalar_one()
    return re.findall(r"'([^']+)'", definition)


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


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)
