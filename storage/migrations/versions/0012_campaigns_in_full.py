"""Campaigns in full: each step by its channel, letters, incentives, and the rest gets the wording that wins."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
TIME = sa.DateTime(timezone=True)
TEXTS = {"campaign_step": "subject", "variant": "templates"}
HOME = ("street", "city", "postcode")


def upgrade() -> None:
    for name in HOME:
        op.add_column("patient", sa.Column(name, sa.Text(), nullable=True))
    for column in (
        sa.Column("incentive", JSON, nullable=False, server_default="{}"),
        sa.Column("try_percent", sa.Float(), nullable=True),
        sa.Column("decide_days", sa.Integer(), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("winner", sa.Text(), nullable=True),
        sa.Column("winner_at", TIME, nullable=True),
    ):
        op.add_column("campaign", column)
    op.create_check_constraint(op.f("ck_campaign_try_range"), "campaign", "try_percent BETWEEN 1 AND 90")
    channel = sa.Enum(
        *("sms", "whatsapp", "email", "voice", "letter"),
        name="stepchannel",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    op.add_column("campaign_step", sa.Column("channel", channel, nullable=False, server_default="sms"))
    for table, name in TEXTS.items():
        op.add_column(table, sa.Column(name, JSON, nullable=False, server_default="{}"))
    op.alter_column("recipient", "address", nullable=True)
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False, primary_key=True),
        sa.Column("clinic_id", sa.Uuid(), sa.ForeignKey("clinic.id"), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), sa.ForeignKey("campaign.id"), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), sa.ForeignKey("recipient.id"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("printed_at", TIME, nullable=True),
        sa.UniqueConstraint("recipient_id", "step", name=op.f("uq_letter_recipient_id_step")),
    )
    op.create_index(op.f("ix_letter_clinic_id"), "letter", ["clinic_id"])
    op.create_index("ix_letter_campaign_id_printed_at", "letter", ["campaign_id", "printed_at"])


def downgrade() -> None:
    op.drop_table("letter")
    op.execute("UPDATE recipient SET address = id::text WHERE address IS NULL")
    op.alter_column("recipient", "address", nullable=False)
    for table, name in TEXTS.items():
        op.drop_column(table, name)
    op.drop_column("campaign_step", "channel")
    for name in ("incentive", "try_percent", "decide_days", "looks", "winner", "winner_at"):
        op.drop_column("campaign", name)
    for name in HOME:
        op.drop_column("patient", name)
