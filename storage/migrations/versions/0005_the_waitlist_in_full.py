"""The waitlist in full: times held, channels, booking beforehand, tokens, long work, what patients' answers teach."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
TIME = sa.DateTime(timezone=True)

GROWN = {
    ("sender", "kind"): (
        "senderkind",
        ("long_code", "toll_free", "short_code", "whatsapp"),
        ("email", "voice"),
    ),
    ("prompt", "kind"): (
        "promptkind",
        ("offer", "list", "confirm", "cancel_confirm", "reason", "reminder", "code", "join"),
        ("keep_place", "auto_book", "leave_out"),
    ),
    ("undoable", "kind"): (
        "undokind",
        (
            "booking",
            "cancel",
            "decline",
            "wishes",
            "joined",
            "left",
            "paused",
            "fewer_texts",
            "no_offers",
        ),
        ("auto_book",),
    ),
    ("due_work", "kind"): (
        "duekind",
        (
            "opening",
            "hand_back",
            "alert",
            "settle",
            "unread",
            "staff_cancel",
            "approval",
            "feed_event",
            "webhook",
            "resume",
        ),
        ("entry_expiry", "enrolment", "hold", "matching", "scores", "displaced", "learning"),
    ),
    ("webhook_delivery", "kind"): (
        "newskind",
        ("visit.requested", "visit.booked", "visit.confirmed", "visit.cancelled"),
        ("visit.moved", "visit.no_show"),
    ),
}
"""Columns whose words grow: the constraint's name, the words of before, and the new ones."""

EVERY_CLINIC_LEARNS = """
    INSERT INTO due_work (id, clinic_id, kind, subject_id, due_at, attempts)
    SELECT gen_random_uuid(), id, 'learning', id, now() + interval '1 day', 0 FROM clinic
"""
"""Not before the next day: the version now running would not know what to do with it."""


LAST = """
UPDATE waitlist_entry SET expires_at = greatest(expires_at, now() + interval '14 days')
WHERE state IN ('active', 'offered')
"""
WATCHED = """
INSERT INTO due_work (id, clinic_id, kind, subject_id, due_at, attempts)
SELECT gen_random_uuid(), clinic_id, 'entry_expiry', id, expires_at - interval '7 days', 0
FROM waitlist_entry WHERE state IN ('active', 'offered')
"""
"""Entries end by themselves from now on: whoever has waited longest is asked first, and has a week to answer."""


def upgrade() -> None:
    for (table, column), (name, before, new) in GROWN.items():
        _allow(table, column, name, (*before, *new))
    op.add_column("appointment_type", _flag("enrols"))
    op.add_column("message", sa.Column("extras", JSON, nullable=True))
    op.add_column("conversation", _time("invited_at", nullable=True))
    op.add_column("message", _ref("about_entry_id", "waitlist_entry", nullable=True))
    for new_column in _of_entries():
        op.add_column("waitlist_entry", new_column)
    for new_column in _of_offers():
        op.add_column("offer", new_column)
    op.execute(LAST)
    op.execute(WATCHED)
    _make(
        "entry_comment",
        _ref("entry_id", "waitlist_entry"),
        _ref("staff_id", "staff"),
        _text("text"),
        _time("made_at"),
    )
    op.create_index("ix_entry_comment_entry_id", "entry_comment", ["entry_id"])
    _make(
        "hold",
        _ref("conversation_id", "conversation"),
        _ref("patient_id", "patient"),
        _ref("provider_id", "provider"),
        _ref("type_id", "appointment_type"),
        _ref("location_id", "location", nullable=True),
        _ref("room_id", "room", nullable=True),
        _time("starts_at"),
        _time("ends_at"),
        sa.Column("state", _words("holdstate", "live", "booked", "released"), nullable=False),
        _time("made_at"),
        _time("until"),
        _ref("replaces_id", "appointment", nullable=True),
        _ref("appointment_id", "appointment", nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_hold_starts_before_ends")),
        postgresql.ExcludeConstraint(
            (sa.text("uuidrange(provider_id, provider_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("state IN ('live') AND provider_id IS NOT NULL"),
            using="gist",
            name="ex_hold_provider",
        ),
    )
    op.create_index("ix_hold_conversation_id", "hold", ["conversation_id"])
    _make("response_model", _time("learned_at"), sa.Column("data", JSON, nullable=False))
    op.create_index("ix_response_model_clinic_id_learned_at", "response_model", ["clinic_id", "learned_at"])
    _make(
        "api_token",
        _text("name"),
        sa.Column("hash", sa.Text(), nullable=False, unique=True),
        sa.Column("permissions", JSON, nullable=False),
        _time("made_at"),
        _ref("made_by", "staff", nullable=True),
        _time("expires_at", nullable=True),
        _time("revoked_at", nullable=True),
        _time("used_at", nullable=True),
    )
    op.add_column("audit_event", _ref("token_id", "api_token", nullable=True))
    _make(
        "idempotency_key",
        sa.Column("caller", sa.Uuid(), nullable=False),
        _text("key"),
        _text("request_hash"),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", JSON, nullable=True),
        _time("made_at"),
        sa.UniqueConstraint(
            "clinic_id", "caller", "key", name=op.f("uq_idempotency_key_clinic_id_caller_key")
        ),
    )
    _make(
        "run",
        _text("kind"),
        sa.Column("state", _words("runstate", "waiting", "running", "done", "failed"), nullable=False),
        _time("asked_at"),
        _ref("asked_by", "staff", nullable=True),
        _time("started_at", nullable=True),
        _time("ended_at", nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("result", JSON, nullable=True),
    )
    op.create_index("ix_run_clinic_id_kind_asked_at", "run", ["clinic_id", "kind", "asked_at"])
    op.execute(EVERY_CLINIC_LEARNS)


def downgrade() -> None:
    op.drop_column("audit_event", "token_id")
    for table in ("run", "idempotency_key", "api_token", "response_model", "hold", "entry_comment"):
        op.drop_table(table)
    for old in _of_offers():
        op.drop_column("offer", old.name)
    for old in _of_entries():
        op.drop_column("waitlist_entry", old.name)
    op.drop_column("message", "about_entry_id")
    op.drop_column("conversation", "invited_at")
    op.drop_column("message", "extras")
    op.drop_column("appointment_type", "enrols")
    for (table, column), (name, before, new) in GROWN.items():
        if table != "sender":
            rows = sa.table(table, sa.column(column, sa.Text()))
            op.execute(sa.delete(rows).where(rows.c[column].in_(new)))
        _allow(table, column, name, before)


def _of_entries() -> Sequence[sa.Column[object]]:
    """What the version now running does not know has a default in the database."""
    return (
        _flag("enrolled"),
        _flag("auto_book"),
        sa.Column("channels", JSON, nullable=False, server_default="[]"),
        sa.Column("waiting_for", sa.Text(), nullable=False, server_default=""),
        sa.Column("offers_accepted", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("notifications", sa.Integer(), nullable=False, server_default="0"),
        _time("last_notified_at", nullable=True),
        sa.Column("priority_score", sa.Double(), nullable=True),
        _time("scored_at", nullable=True),
    )


def _of_offers() -> Sequence[sa.Column[object]]:
    channels = _words("channel", "sms", "whatsapp", "email", "voice")
    ways = _words("answeredby", "text", "link", "call", "staff", "beforehand")
    return (
        sa.Column("channel", channels, nullable=False, server_default="sms"),
        sa.Column("answered_by", ways, nullable=True),
        sa.Column("wave", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("decline_reason", sa.Text(), nullable=True),
    )


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


def _flag(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _allow(table: str, column: str, name: str, words: Sequence[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    constraint = f"ck_{table}_{name}"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({column} IN ({listed}))")
