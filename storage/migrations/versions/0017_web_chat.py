"""The web chat: its sessions and codes, and the words for them."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NEW = {
    ("sender", "kind", "ck_sender_senderkind"): ["chat"],
    ("offer", "channel", "ck_offer_channel"): ["chat"],
    ("recovery_attempt", "channel", "ck_recovery_attempt_attemptchannel"): ["chat"],
    ("prompt", "kind", "ck_prompt_promptkind"): ["number"],
    ("due_work", "kind", "ck_due_work_duekind"): ["chats"],
}
"""Words that more may be said of than before, by table, column and constraint."""


def upgrade() -> None:
    op.create_table(
        "chat_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chat_session"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name="fk_chat_session_clinic_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_chat_session_conversation_id"
        ),
        sa.UniqueConstraint("conversation_id", name="uq_chat_session_conversation_id"),
        sa.UniqueConstraint("token_hash", name="uq_chat_session_token_hash"),
    )
    op.create_index("ix_chat_session_clinic_id", "chat_session", ["clinic_id"])
    op.create_index("ix_chat_session_clinic_id_number", "chat_session", ["clinic_id", "number"])
    op.create_table(
        "chat_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("asked_in", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("texted", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_chat_code"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name="fk_chat_code_clinic_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name="fk_chat_code_conversation_id"
        ),
        sa.ForeignKeyConstraint(["asked_in"], ["message.id"], name="fk_chat_code_asked_in"),
    )
    op.create_index("ix_chat_code_clinic_id", "chat_code", ["clinic_id"])
    op.create_index("ix_chat_code_clinic_id_number", "chat_code", ["clinic_id", "number", "made_at"])
    op.create_index("ix_chat_code_clinic_id_network", "chat_code", ["clinic_id", "network", "made_at"])
    for (table, column, name), words in NEW.items():
        _allow(table, column, name, [*_allowed(name), *words])


def downgrade() -> None:
    op.drop_table("chat_code")
    op.drop_table("chat_session")
    _forget_chats()
    for (table, column, name), words in NEW.items():
        of = sa.table(table, sa.column(column))
        op.execute(sa.delete(of).where(of.c[column].in_(words)))
        _allow(table, column, name, [word for word in _allowed(name) if word not in words])


def _forget_chats() -> None:
    """All that was said in chats goes; what it led to (visits, tasks) stays."""
    sender = sa.table("sender", sa.column("id"), sa.column("kind"))
    conversation = sa.table("conversation", sa.column("id"), sa.column("sender_id"))
    message = sa.table("message", sa.column("id"), sa.column("conversation_id"))
    lines = sa.select(sender.c.id).where(sender.c.kind == "chat")
    chats = sa.select(conversation.c.id).where(conversation.c.sender_id.in_(lines))
    said = sa.select(message.c.id).where(message.c.conversation_id.in_(chats))
    task = sa.table("task", sa.column("conversation_id"))
    op.execute(sa.update(task).where(task.c.conversation_id.in_(chats)).values(conversation_id=None))
    attempt = sa.table("recovery_attempt", sa.column("message_id"))
    op.execute(sa.update(attempt).where(attempt.c.message_id.in_(said)).values(message_id=None))
    correction = sa.table("correction", sa.column("message_id"))
    op.execute(sa.delete(correction).where(correction.c.message_id.in_(said)))
    for name in ("prompt", "undoable", "escalation", "hold", "message"):
        of = sa.table(name, sa.column("conversation_id"))
        op.execute(sa.delete(of).where(of.c.conversation_id.in_(chats)))
    op.execute(sa.delete(conversation).where(conversation.c.sender_id.in_(lines)))


def _allowed(name: str) -> list[str]:
    """The words so far, as the database has them: other changes may have added some too."""
    found = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    definition = op.get_bind().execute(found, {"name": name}).scalar_one()
    return re.findall(r"'([^']+)'", definition)


def _allow(table: str, column: str, name: str, words: list[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed}))")
